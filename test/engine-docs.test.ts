/** @file The code of docs/engine.md, run as it stands there. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { expect, it } from "vitest";

const page = await readFile("docs/engine.md", "utf8");
const blocks = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);

/** Runs a block from a file beside src/, where its imports lead; the file is gone afterwards. */
async function runBlock(code: string): Promise<Record<string, unknown>> {
  const file = new URL(`../docs-example-${process.pid}.ts`, import.meta.url);
  await writeFile(file, code);
  try {
    return await import(/* @vite-ignore */ file.href);
  } finally {
    await rm(file);
  }
}

it("fits the line of the worked example", async () => {
  expect(blocks).toHaveLength(1);
  const { result } = (await runBlock(blocks[0]!)) as { result: Record<string, number> };
  expect(result.first).toBeCloseTo(35 / 3, 4);
  expect(result.last).toBeLessThan(1e-4);
  expect(result.slope).toBeCloseTo(2, 2);
  expect(result.offset).toBeCloseTo(1, 2);
});

it("lists every operation in its table", async () => {
  const { OP_SHAPES } = await import("../src/engine/ops.ts");
  const section = page.slice(page.indexOf("## Operations"), page.indexOf("## How a gradient rule is added"));
  const rows = [...section.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap((match) => match[1]!.match(/\w+/g)!);
  expect(rows.sort()).toEqual(Object.keys(OP_SHAPES).sort());
});
