/** @file Tests of request files: what a line holds, where a file ends, and what is left out. */
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ExportOptions, exportBatch, renderRequest } from "./batch-files.ts";
import type { Prompt } from "./completer.ts";
import { hashPrompt } from "./prompt-hash.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-batch-files-"));
});
afterEach(() => rm(folder, { recursive: true }));

const spec: ExportOptions["spec"] = {
  provider: "openai-compatible",
  model: "m",
  temperature: 0.5,
  maxOutputTokens: 100,
};
const prompt = (id: string, content = id): Prompt => ({ id, messages: [{ role: "user", content }] });
const options = (changes: Partial<ExportOptions> = {}): ExportOptions => ({
  spec,
  path: (number) => join(folder, `${number}.jsonl`),
  ...changes,
});
const never = () => "absent" as const;

test("writes a request as the Batch API wants it", () => {
  const line = renderRequest({ ...prompt("a", "é\n"), attributes: { topic: "t" } }, spec);
  expect(line).toBe(
    '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"m","temperature":0.5,"max_tokens":100,"messages":[{"role":"user","content":"é\\n"}]}}\n',
  );
  expect(JSON.parse(renderRequest(prompt("a"), { ...spec, provider: "openai" })).body).toEqual({
    model: "m",
    temperature: 0.5,
    max_completion_tokens: 100,
    messages: [{ role: "user", content: "a" }],
  });
});

test("starts another file where the requests or the bytes of one are used up", async () => {
  const prompts = ["a", "b", "c", "d", "e"].map((id) => prompt(id, "é"));
  const size = Buffer.byteLength(renderRequest(prompts[0]!, spec));
  const byRequests = await exportBatch(prompts, never, options({ maxRequests: 2 }));
  expect(byRequests.files.map(({ requests, bytes }) => [requests, bytes])).toEqual([
    [2, 2 * size],
    [2, 2 * size],
    [1, size],
  ]);
  const byBytes = await exportBatch(prompts, never, options({ maxBytes: 3 * size }));
  expect(byBytes.files.map(({ requests }) => requests)).toEqual([3, 2]);
  const short = await exportBatch(prompts, never, options({ maxBytes: 3 * size - 1 }));
  expect(short.files.map(({ requests }) => requests)).toEqual([2, 2, 1]);
});

test("tells the hash of what is on disk", async () => {
  const { files } = await exportBatch([prompt("a"), prompt("b")], never, options());
  const bytes = await readFile(join(folder, "1.jsonl"));
  expect(files).toEqual([
    {
      path: join(folder, "1.jsonl"),
      requests: 2,
      bytes: bytes.length,
      sha256: createHash("sha256").update(bytes).digest("hex"),
    },
  ]);
  expect(bytes.toString()).toBe(renderRequest(prompt("a"), spec) + renderRequest(prompt("b"), spec));
});

test("leaves out what is answered, waiting or there twice", async () => {
  const states = { a: "answered", b: "failed", c: "changed", d: "waiting", e: "absent" } as const;
  const hashes: string[] = [];
  const { counts } = await exportBatch(
    ["a", "b", "c", "d", "e", "b"].map((id) => prompt(id)),
    (id, hash) => {
      hashes.push(hash);
      return states[id as keyof typeof states];
    },
    options(),
  );
  expect(counts).toEqual({
    prompts: 6,
    duplicates: 1,
    stored: 1,
    waiting: 1,
    written: 3,
    failed: 1,
    stale: 1,
  });
  expect(hashes[0]).toBe(hashPrompt(prompt("a"), "m"));
  const ids = (await readFile(join(folder, "1.jsonl"), "utf8")).trimEnd().split("\n");
  expect(ids.map((line) => JSON.parse(line).custom_id)).toEqual(["b", "c", "e"]);
});

test("writes no file where there is nothing to ask", async () => {
  expect((await exportBatch([prompt("a")], () => "answered", options())).files).toEqual([]);
  expect(await readdir(folder)).toEqual([]);
});

test("leaves no half of a file behind", async () => {
  const prompts = [prompt("a"), prompt("b", "long".repeat(100))];
  await expect(exportBatch(prompts, never, options({ maxBytes: 300 }))).rejects.toThrow(
    /The request of prompt b has \d+ bytes; a batch file may have 300\./,
  );
  expect(await readdir(folder)).toEqual([]);
});

test("loses no request, keeps their order, and passes no limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme", maxLength: 40 }), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 500, max: 1500 }),
      async (contents, maxRequests, maxBytes) => {
        const prompts = contents.map((content, index) => prompt(`${index}`, content));
        const { files } = await exportBatch(prompts, never, options({ maxRequests, maxBytes }));
        const texts = await Promise.all(files.map(({ path }) => readFile(path, "utf8")));
        expect(texts.join("")).toBe(prompts.map((one) => renderRequest(one, spec)).join(""));
        for (const { requests, bytes } of files) {
          expect(requests).toBeLessThanOrEqual(maxRequests);
          expect(bytes).toBeLessThanOrEqual(maxBytes);
        }
      },
    ),
    { numRuns: 30 },
  );
});
