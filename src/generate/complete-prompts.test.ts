/** @file Tests of a run over a store: nothing is asked twice, everything given is on disk, the counts add up. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Rejection } from "../task/rejection.ts";
import { completePrompts } from "./complete-prompts.ts";
import type { CompleteOptions, Completer, Completion, Prompt } from "./completer.ts";
import { type CompletionStore, openStore } from "./completion-store.ts";

let folder: string;
let store: CompletionStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-complete-"));
  store = await openStore(join(folder, "completions.jsonl"));
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const prompt = (id: string, content = id): Prompt => ({ id, messages: [{ role: "user", content }] });
const prompts = (count: number) => Array.from({ length: count }, (_, index) => prompt(`p${index}`));

/** Answers one at a time; ids in `bad` fail. */
function create(bad: readonly string[] = [], model?: string) {
  const asked: string[] = [];
  const completer: Completer = {
    isLocal: true,
    ...(model === undefined ? {} : { model }),
    async *complete(source, options) {
      for await (const { id } of source) {
        if (options?.signal?.aborted || options?.abort?.aborted) return;
        asked.push(id);
        if (bad.includes(id)) yield { prompt: id, reason: "timed-out", raw: "" };
        else yield { promptId: id, text: `to ${id}`, usage: { inputTokens: 1, outputTokens: 2 } };
      }
    },
  };
  return { asked, completer };
}

async function run(source: Iterable<Prompt>, completer: Completer, options?: CompleteOptions) {
  const stream = completePrompts(source, completer, store, options);
  const results: (Completion | Rejection)[] = [];
  for await (const result of stream) results.push(result);
  return { results, counts: stream.counts };
}

const zero = { stored: 0, stale: 0, duplicates: 0, answered: 0, failed: 0, inputTokens: 0, outputTokens: 0 };

test("asks for what is missing and for what has failed, and for nothing else", async () => {
  const first = create(["p1"]);
  const one = await run(prompts(3), first.completer);
  expect(one.results.map((result) => ("text" in result ? result.promptId : result.reason))).toEqual([
    "p0",
    "timed-out",
    "p2",
  ]);
  expect(one.counts).toEqual({
    ...zero,
    prompts: 3,
    answered: 2,
    failed: 1,
    inputTokens: 2,
    outputTokens: 4,
  });
  const second = create();
  const two = await run(prompts(5), second.completer);
  expect(second.asked).toEqual(["p1", "p3", "p4"]);
  expect(two.counts).toEqual({
    ...zero,
    prompts: 5,
    stored: 2,
    answered: 3,
    inputTokens: 3,
    outputTokens: 6,
  });
});

test("asks anew what has changed, or what another model has answered", async () => {
  await run(prompts(3), create([], "m1").completer);
  const changed = create([], "m1");
  const { counts } = await run([prompt("p0"), prompt("p1", "other"), prompt("p2")], changed.completer);
  expect(changed.asked).toEqual(["p1"]);
  expect(counts).toMatchObject({ stored: 2, stale: 1, answered: 1 });
  const other = create([], "m2");
  expect((await run(prompts(3), other.completer)).counts).toMatchObject({ stored: 0, stale: 3, answered: 3 });
});

test("rejects a second prompt with the same id", async () => {
  const { asked, completer } = create();
  const { results, counts } = await run([prompt("a"), prompt("a", "b")], completer);
  expect(asked).toEqual(["a"]);
  expect(results).toContainEqual({ prompt: "a", reason: "duplicate-request", raw: "" });
  expect(counts).toMatchObject({ prompts: 2, duplicates: 1, answered: 1 });
});

test("gives a result only when it is on disk", async () => {
  const path = join(folder, "completions.jsonl");
  for await (const result of completePrompts(prompts(5), create(["p3"]).completer, store)) {
    const id = "text" in result ? result.promptId : result.prompt;
    expect(await readFile(path, "utf8")).toContain(`{"promptId":"${id}",`);
  }
});

test("counts an answer that comes after a failure, and keeps no answer to what was not asked", async () => {
  const completer: Completer = {
    isLocal: true,
    async *complete(source) {
      for await (const { id } of source) {
        yield { prompt: id, reason: "failed-request", raw: "status 500" };
        yield { promptId: id, text: "t" };
      }
      yield { prompt: "stray", reason: "unknown-request", raw: "" };
    },
  };
  const { results, counts } = await run(prompts(1), completer);
  expect(results).toHaveLength(3);
  expect(counts).toMatchObject({ prompts: 1, answered: 1, failed: 0 });
  expect(store.check("stray", "")).toBe("absent");
});

test("passes signals and progress on, and says why it stopped", async () => {
  const controller = new AbortController();
  const completer: Completer = {
    isLocal: false,
    async *complete(source, options) {
      for await (const { id } of source) {
        yield { promptId: id, text: "t" };
        if (options!.signal!.aborted) break;
      }
      const counts = { asked: 1, answered: 1, failed: 0, retried: 0, inFlight: 0, concurrency: 1 };
      options!.onProgress!({ ...counts, inputTokens: 0, outputTokens: 0, stopped: "interrupted" });
    },
  };
  controller.abort();
  const stops: unknown[] = [];
  const { counts } = await run(prompts(5), completer, {
    signal: controller.signal,
    onProgress: ({ stopped }) => stops.push(stopped),
  });
  expect(counts).toMatchObject({ prompts: 1, answered: 1, stopped: "interrupted" });
  expect(stops).toEqual(["interrupted"]);
});

test("takes no more than it can hold when nobody reads, and cancels when its reader leaves", async () => {
  let cancelled: AbortSignal | undefined;
  let made = 0;
  const { completer } = create();
  const watching: Completer = {
    ...completer,
    complete(source, options) {
      cancelled = options?.abort;
      return completer.complete(source, options);
    },
  };
  const source = function* () {
    for (; made < 10_000; made++) yield prompt(`p${made}`);
  };
  for await (const _ of completePrompts(source(), watching, store)) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(made).toBeLessThan(300);
    break;
  }
  expect(cancelled!.aborted).toBe(true);
});

test("throws what the completer throws, after what it gave before", async () => {
  const completer: Completer = {
    isLocal: true,
    async *complete() {
      yield { promptId: "p0", text: "t" };
      throw new Error("gone");
    },
  };
  const results: unknown[] = [];
  const asking = async () => {
    for await (const result of completePrompts(prompts(2), completer, store)) results.push(result);
  };
  await expect(asking()).rejects.toThrow("gone");
  expect(results).toHaveLength(1);
});
