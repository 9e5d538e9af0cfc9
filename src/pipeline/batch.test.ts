/** @file Tests of the batch verbs over a run folder, against a local server with files and batches. */
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  renderBatchAnswer,
  renderBatchError,
  type StubBatchServer,
  type StubFault,
  startStubBatchServer,
} from "../../test/stub-batch-server.ts";
import type { Prompt } from "../generate/completer.ts";
import { openStore } from "../generate/completion-store.ts";
import { runPaths, storePath } from "../run-folder.ts";
import type { ApiSpec, CompletionsSpec } from "../task/completions-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { createRandom } from "../util/random.ts";
import { checkBatches, exportBatches, fetchBatches, importBatches, submitBatches } from "./batch.ts";

let folder: string;
let server: StubBatchServer;
let fault: (name: string, before: number) => StubFault | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-batch-"));
  fault = () => undefined;
  server = await startStubBatchServer((name, before) => fault(name, before));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** No waiting between tries. */
const options = { environment: {}, random: { ...createRandom(1), next: () => 0 } };

function task(changes: Partial<ApiSpec> = {}): TaskSpec {
  const completions: CompletionsSpec = {
    from: "api",
    provider: "openai-compatible",
    model: "stub-1",
    baseUrl: server.url,
    temperature: 0.5,
    maxOutputTokens: 100,
    limits: { concurrency: 4, attempts: 3, timeoutMs: 300 },
    ...changes,
  };
  // Nothing else of a task is looked at.
  return { name: "t", completions } as TaskSpec;
}
const paths = () => runPaths(folder, task());

const prompt = (id: string): Prompt => ({ id, messages: [{ role: "user", content: `ask ${id}` }] });
const make = (...ids: string[]) => {
  return () => ids.map(prompt);
};
const six = make("a", "b", "c", "d", "e", "f");
const book = async () => JSON.parse(await readFile(join(paths().folder, "batches.json"), "utf8")).batches;
async function stored() {
  const store = await openStore(storePath(paths()));
  const results: [string, string][] = [];
  for await (const result of store.read()) {
    results.push("text" in result ? [result.promptId, result.text] : [result.prompt, result.reason]);
  }
  await store.close();
  return results;
}
const answered = { stored: 0, failed: 0, stale: 0, duplicates: 0, unknown: 0, broken: 0 };

test("goes from prompts to stored completions, whatever the order of the answers", async () => {
  const exported = await exportBatches(task(), paths(), six, { maxRequests: 4 });
  expect(exported.counts).toEqual({
    prompts: 6,
    duplicates: 0,
    stored: 0,
    waiting: 0,
    written: 6,
    failed: 0,
    stale: 0,
  });
  expect(exported.files.map(({ file, requests }) => [file, requests])).toEqual([
    ["batches/001.requests.jsonl", 4],
    ["batches/002.requests.jsonl", 2],
  ]);

  const { submitted, found } = await submitBatches(task(), paths(), options);
  expect([submitted.map(({ id, state }) => [id, state]), found]).toEqual([
    [
      ["batch_1", "validating"],
      ["batch_2", "validating"],
    ],
    0,
  ]);
  expect(server.uploads).toEqual([
    { name: "001.requests.jsonl", purpose: "batch" },
    { name: "002.requests.jsonl", purpose: "batch" },
  ]);
  expect(server.batches.map(server.ids)).toEqual([
    ["a", "b", "c", "d"],
    ["e", "f"],
  ]);
  expect(server.batches[0]).toMatchObject({
    endpoint: "/v1/chat/completions",
    completion_window: "24h",
    metadata: { textphantom: exported.files[0]!.sha256 },
  });

  server.batches[0]!.status = "in_progress";
  server.finish(
    server.batches[1]!,
    "completed",
    ["f", "e"].map((id) => renderBatchAnswer(id, `A ${id}`)),
  );
  expect((await checkBatches(task(), paths(), options)).map(({ state }) => state)).toEqual([
    "in_progress",
    "completed",
  ]);
  const first = await fetchBatches(task(), paths(), options);
  expect([first.fetched.map(({ number }) => number), first.unfinished.map(({ number }) => number)]).toEqual([
    [2],
    [1],
  ]);
  expect(await importBatches(task(), paths(), six)).toEqual({
    counts: { batches: 1, answered: 2, ...answered, inputTokens: 20, outputTokens: 40 },
    missing: [],
  });

  server.finish(
    server.batches[0]!,
    "completed",
    ["d", "b", "a", "c"].map((id) => renderBatchAnswer(id, `A ${id}`)),
  );
  expect((await fetchBatches(task(), paths(), options)).unfinished).toEqual([]);
  expect(await importBatches(task(), paths(), six)).toEqual({
    counts: { batches: 2, answered: 4, ...answered, stored: 2, inputTokens: 40, outputTokens: 80 },
    missing: [],
  });
  expect(await stored()).toEqual(["f", "e", "d", "b", "a", "c"].map((id) => [id, `A ${id}`]));
  expect((await exportBatches(task(), paths(), six)).files).toEqual([]);
});

test("sends again only what an expired batch left over, and what failed", async () => {
  await exportBatches(task(), paths(), six);
  await submitBatches(task(), paths(), options);
  server.finish(
    server.batches[0]!,
    "expired",
    [
      renderBatchAnswer("c", "A c"),
      renderBatchAnswer("a", "A a"),
      renderBatchAnswer("a", "again"),
      renderBatchAnswer("stray", "x"),
      "{half a li",
    ],
    [
      renderBatchError("b", "batch_expired"),
      renderBatchError("d", "batch_expired"),
      renderBatchError("e", "x"),
    ],
  );
  await fetchBatches(task(), paths(), options);
  const imported = await importBatches(task(), paths(), six);
  expect(imported).toEqual({
    counts: {
      batches: 1,
      answered: 2,
      stored: 0,
      failed: 4,
      stale: 0,
      duplicates: 1,
      unknown: 1,
      broken: 1,
      inputTokens: 20,
      outputTokens: 40,
    },
    missing: ["b", "d", "e", "f"],
  });
  expect(await stored()).toEqual([
    ["c", "A c"],
    ["a", "A a"],
    ["b", "failed-request"],
    ["d", "failed-request"],
    ["e", "failed-request"],
    ["f", "missing-answer"],
  ]);

  const again = await exportBatches(task(), paths(), six);
  expect(again.counts).toMatchObject({ prompts: 6, stored: 2, written: 4, failed: 4 });
  await submitBatches(task(), paths(), options);
  expect(server.batches.map(server.ids)).toEqual([
    ["a", "b", "c", "d", "e", "f"],
    ["b", "d", "e", "f"],
  ]);
  server.finish(
    server.batches[1]!,
    "completed",
    ["b", "d", "e", "f"].map((id) => renderBatchAnswer(id, `B ${id}`)),
  );
  await fetchBatches(task(), paths(), options);
  // The first batch is read again: what it has is known, and its failures are made good.
  expect((await importBatches(task(), paths(), six)).counts).toMatchObject({
    answered: 4,
    stored: 6,
    failed: 0,
  });
  expect((await stored()).length).toBe(6);
  expect(await importBatches(task(), paths(), six)).toMatchObject({
    counts: { answered: 0, failed: 0, stored: 10 },
    missing: [],
  });
});

test("keeps what a cancelled batch has finished, and takes one without files", async () => {
  await exportBatches(task(), paths(), six, { maxRequests: 3 });
  await submitBatches(task(), paths(), options);
  server.finish(server.batches[0]!, "cancelled", [renderBatchAnswer("b", "B")]);
  server.finish(server.batches[1]!, "cancelled");
  await fetchBatches(task(), paths(), options);
  const { counts, missing } = await importBatches(task(), paths(), six);
  expect([counts.batches, counts.answered, counts.failed, missing]).toEqual([
    2,
    1,
    5,
    ["a", "c", "d", "e", "f"],
  ]);
  expect((await readdir(join(paths().folder, "batches"))).sort()).toEqual([
    "001.output.jsonl",
    "001.requests.jsonl",
    "002.requests.jsonl",
  ]);
});

test("tells why a file failed validation, and exports its prompts again as a new batch", async () => {
  await exportBatches(task(), paths(), six);
  await submitBatches(task(), paths(), options);
  server.finish(server.batches[0]!, "failed");
  server.batches[0]!.errors = { data: [{ code: "token_limit_exceeded" }] };
  const [record] = await checkBatches(task(), paths(), options);
  expect(record).toMatchObject({ state: "failed", errors: ["token_limit_exceeded"], fetched: false });
  expect(await fetchBatches(task(), paths(), options)).toEqual({ fetched: [], unfinished: [] });
  const again = await exportBatches(task(), paths(), six);
  // The same requests make the same file; the failed batch of it is not taken for the new one.
  expect(again.files[0]!.sha256).toBe(record!.sha256);
  expect((await submitBatches(task(), paths(), options)).submitted[0]!.id).toBe("batch_2");
});

test("finds the batch of a run that was killed between creating and recording it", async () => {
  await exportBatches(task(), paths(), six);
  fault = (name) => (name === "POST /batches" ? "hang after" : undefined);
  const oneTry = task({ limits: { concurrency: 1, attempts: 1, timeoutMs: 200 } });
  await expect(submitBatches(oneTry, paths(), options)).rejects.toThrow(/no answer within 0\.2 s/);
  expect((await book())[0]).toMatchObject({ state: "submitting" });
  expect(server.batches.length).toBe(1);

  // It may be running: nothing of it is exported again.
  expect((await exportBatches(task(), paths(), six)).counts).toMatchObject({ waiting: 6, written: 0 });
  fault = () => undefined;
  // Two newer batches of somebody else: it stands on the second page.
  const other = JSON.stringify({ input_file_id: "file-1", metadata: null });
  for (let i = 0; i < 2; i++) await fetch(`${server.url}/batches`, { method: "POST", body: other });
  expect(await submitBatches(task(), paths(), options)).toMatchObject({
    submitted: [{ id: "batch_1" }],
    found: 1,
  });
  expect([server.batches.length, server.uploads.length]).toEqual([3, 1]);
  expect(await submitBatches(task(), paths(), options)).toEqual({ submitted: [], found: 0 });
});

test("finds its own batch when the answer to creating it got lost", async () => {
  await exportBatches(task(), paths(), six);
  fault = (name, before) => (name === "POST /batches" && before === 0 ? "hang after" : undefined);
  expect(await submitBatches(task(), paths(), options)).toMatchObject({
    submitted: [{ id: "batch_1" }],
    found: 1,
  });
  expect(server.asked).toEqual(["GET /batches", "POST /files", "POST /batches", "GET /batches"]);
});

test("does not ask twice what is under way, but asks what has changed", async () => {
  await exportBatches(task(), paths(), make("a", "b"));
  await submitBatches(task(), paths(), options);
  const changed = () => [
    prompt("a"),
    { id: "b", messages: [{ role: "user", content: "other" }] },
    prompt("c"),
  ];
  const { counts } = await exportBatches(task(), paths(), changed);
  expect(counts).toMatchObject({ prompts: 3, waiting: 1, written: 2 });
  server.finish(server.batches[0]!, "completed", [
    renderBatchAnswer("a", "A"),
    renderBatchAnswer("b", "old"),
  ]);
  await fetchBatches(task(), paths(), options);
  expect(await importBatches(task(), paths(), changed)).toMatchObject({
    counts: { answered: 1, stale: 1 },
    missing: ["b", "c"],
  });
  expect(await stored()).toEqual([["a", "A"]]);
  // The answers are kept: the old task has them back.
  expect((await importBatches(task(), paths(), make("a", "b"))).counts).toMatchObject({
    answered: 1,
    stored: 1,
  });
});

test("replaces files that were never submitted, and submits none that was changed by hand", async () => {
  await exportBatches(task(), paths(), make("a"));
  await exportBatches(task(), paths(), make("a", "b"));
  expect(await readdir(join(paths().folder, "batches"))).toEqual(["002.requests.jsonl"]);
  expect((await book()).map(({ number }: { number: number }) => number)).toEqual([2]);
  await appendFile(join(paths().folder, "batches", "002.requests.jsonl"), "\n");
  await expect(submitBatches(task(), paths(), options)).rejects.toThrow(/not as it was exported/);
  expect(server.asked).toEqual([]);
});

test("needs a service with OpenAI's batches", async () => {
  const names = /one of these providers: openai, openai-compatible, azure\. The task has /;
  await expect(exportBatches(task({ provider: "anthropic" }), paths(), six)).rejects.toThrow(names);
  const recorded = { name: "t", completions: { from: "recorded", requests: "r", output: "o" } } as TaskSpec;
  await expect(importBatches(recorded, paths(), six)).rejects.toThrow(names);
});
