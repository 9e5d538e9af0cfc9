/** @file Tests of text sinks: packed and plain, whole or not at all. */
import { mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { createTextSink, writePieces } from "./text-sink.ts";
import { readTextLines } from "./text-source.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-text-sink-"));
afterAll(() => rm(root, { recursive: true }));

test.each(["plain.txt", "packed.txt.gz"])("what is written in pieces reads back: %s", async (name) => {
  const path = join(root, name);
  const lines = Array.from({ length: 50_000 }, (_, index) => `${index} 😷 β`);
  await writePieces(
    path,
    lines.map((line) => `${line}\n`),
  );
  const bytes = await readFile(path);
  const text = (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  expect(text).toBe(`${lines.join("\n")}\n`);
  const read: string[] = [];
  for await (const line of readTextLines(path)) read.push(line.text);
  expect(read).toEqual(lines);
});

test.each(["plain", "packed.gz"])("leaves nothing when the pieces end in an error: %s", async (name) => {
  const folder = join(root, `half-${name}`);
  async function* broken() {
    yield "x".repeat(200_000);
    throw new Error("no more");
  }
  await expect(writePieces(join(folder, name), broken())).rejects.toThrow("no more");
  expect(await readdir(folder)).toEqual([]);
});

test("an empty packed file is a packed file", async () => {
  const path = join(root, "empty.gz");
  const sink = await createTextSink(path);
  await sink.commit();
  await sink.abort();
  expect(gunzipSync(await readFile(path)).toString()).toBe("");
});
