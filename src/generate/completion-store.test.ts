/** @file Tests of the store: what counts as answered, what a changed prompt does, what is read again. */
import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Completion } from "./completer.ts";
import { type CompletionStore, openStore } from "./completion-store.ts";
import { hashPrompt } from "./prompt-hash.ts";

/** Hashes as `hashPrompt` makes them. */
const [h0, h1, h2, h3] = ["0".repeat(16), "1".repeat(16), "f".repeat(16), "89abcdef01234567"] as const;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-store-"));
  path = join(folder, "completions.jsonl");
});
afterEach(() => rm(folder, { recursive: true }));

const good = (promptId: string, text = `text of ${promptId}`): Completion => ({
  promptId,
  text,
  finishReason: "stop",
  usage: { inputTokens: 1, outputTokens: 2 },
});
const bad = (prompt: string) => ({ prompt, reason: "timed-out", raw: "300 ms" }) as const;

async function read(store: CompletionStore, wanted?: (id: string, hash: string) => boolean) {
  const results: unknown[] = [];
  for await (const result of store.read(wanted)) results.push(result);
  return results;
}

test("keeps completions and failures with what was asked, and knows them when it is opened again", async () => {
  const first = await openStore(path);
  await Promise.all([first.append(good("a"), h1), first.append(bad("b"), h2)]);
  await first.close();
  expect((await readFile(path, "utf8")).split("\n")).toEqual([
    '{"promptId":"a","text":"text of a","finishReason":"stop","usage":{"inputTokens":1,"outputTokens":2},"hash":"1111111111111111"}',
    '{"promptId":"b","hash":"ffffffffffffffff","rejected":{"reason":"timed-out","raw":"300 ms"}}',
    "",
  ]);
  const store = await openStore(path);
  expect([store.answered, store.has("a"), store.has("b"), store.has("c")]).toEqual([1, true, false, false]);
  expect(store.check("a", h1)).toBe("answered");
  expect(store.check("a", h0)).toBe("changed");
  expect(store.check("b", h2)).toBe("failed");
  expect(store.check("c", h3)).toBe("absent");
  expect(await read(store)).toEqual([good("a"), bad("b")]);
  await store.close();
});

test("reads one result a prompt, the newest, and no failure after a completion", async () => {
  const store = await openStore(path);
  const lines = [
    store.append(bad("a"), h0),
    store.append(good("a"), h0),
    store.append(bad("a"), h0),
    store.append(bad("b"), h0),
    store.append({ ...bad("b"), raw: "newer" }, h0),
    store.append(good("c", "old"), h0),
    store.append(good("c", "new"), h3),
    store.append(good("d"), h0),
    store.append(bad("d"), h3),
  ];
  await Promise.all(lines);
  const expected = [good("a"), { ...bad("b"), raw: "newer" }, good("c", "new"), bad("d")];
  expect(await read(store)).toEqual(expected);
  expect(await read(store, (id, hash) => id === "c" && hash === h3)).toEqual([good("c", "new")]);
  expect(store.answered).toBe(2);
  await store.close();
  const again = await openStore(path);
  expect(await read(again)).toEqual(expected);
  expect(again.answered).toBe(2);
  await again.close();
});

test("forgets a torn line, and goes on behind the last whole one", async () => {
  const first = await openStore(path);
  await first.append(good("a"), h0);
  await first.close();
  await appendFile(path, '{"promptId":"b","text":"never whole');
  const store = await openStore(path);
  expect(store.check("b", h0)).toBe("absent");
  await store.append(good("c"), h0);
  expect(await read(store)).toEqual([good("a"), good("c")]);
  await store.close();
});

test("is open once at a time, and free after a failure to open it", async () => {
  const store = await openStore(path);
  await expect(openStore(path)).rejects.toThrow(/completions\.jsonl" is in use by process/);
  await store.close();
  await writeFile(path, '{"a":1}\n{"promptId":"b","text":"t","hash":"89abcdef01234567"}\n');
  await expect(openStore(path)).rejects.toThrow(/completions\.jsonl:1: not a line/);
  await writeFile(path, "");
  await (await openStore(path)).close();
});

test("a prompt's hash is of its messages and the model, not of its id or attributes", () => {
  const prompt = { id: "a", messages: [{ role: "user", content: "x" }] };
  const hash = hashPrompt(prompt, "m");
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(hashPrompt({ ...prompt, id: "b", attributes: { style: "terse" } }, "m")).toBe(hash);
  expect(hashPrompt(prompt, "m2")).not.toBe(hash);
  expect(hashPrompt({ ...prompt, messages: [{ role: "system", content: "x" }] }, "m")).not.toBe(hash);
});
