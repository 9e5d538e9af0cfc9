/** @file Tests of the recorded completer: the join on custom_id, and every way in which an answer can be missing. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completerContract } from "../../testing/completer-contract.ts";
import { renderJsonLines } from "../../util/files.ts";
import { createRecordedCompleter } from "./recorded.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-"));
});
afterAll(() => rm(folder, { recursive: true }));

const request = (id: string) => ({
  custom_id: id,
  method: "POST",
  body: { model: "m", messages: [{ role: "user", content: `ask ${id}` }] },
});
const answer = (id: string, content: unknown, finish: string | null = "stop") => ({
  custom_id: id,
  response: { status_code: 200, body: { choices: [{ message: { content }, finish_reason: finish }] } },
  error: null,
});

async function record(requests: unknown[], output: unknown[]) {
  const paths = { requests: join(folder, "requests.jsonl"), output: join(folder, "output.jsonl") };
  await writeFile(paths.requests, renderJsonLines(requests));
  await writeFile(paths.output, renderJsonLines(output));
  return createRecordedCompleter(paths);
}

async function complete(requests: unknown[], output: unknown[], ids?: string[]) {
  const completer = await record(requests, output);
  const asked = completer.prompts.filter(({ id }) => ids?.includes(id) ?? true);
  const results: unknown[] = [];
  for await (const result of completer.complete(asked)) results.push(result);
  return results;
}

test("joins on custom_id, in the order of the requests", async () => {
  expect(await complete([request("a"), request("b")], [answer("b", "B", null), answer("a", "A")])).toEqual([
    { promptId: "a", text: "A", finishReason: "stop" },
    { promptId: "b", text: "B" },
  ]);
});

test("knows its prompts", async () => {
  const { prompts } = await record([request("a")], []);
  expect(prompts).toEqual([{ id: "a", messages: [{ role: "user", content: "ask a" }] }]);
});

test("reads content in parts", async () => {
  expect(await complete([request("a")], [answer("a", [{ type: "text", text: "A" }, { text: "B" }])])).toEqual(
    [{ promptId: "a", text: "AB", finishReason: "stop" }],
  );
});

test("counts failures, missing and further answers, and answers to nothing", async () => {
  const requests = ["ok", "status", "error", "null", "none", "retry", "ok"].map(request);
  const output = [
    answer("ok", "first"),
    answer("ok", "second"),
    { custom_id: "status", response: { status_code: 429, body: { error: {} } }, error: null },
    { custom_id: "error", response: null, error: { code: "batch_expired", message: "m" } },
    answer("null", null),
    { custom_id: "retry", response: { status_code: 500, body: null }, error: null },
    answer("retry", "again"),
    answer("stray", "x"),
  ];
  expect(await complete(requests, output)).toEqual([
    { promptId: "ok", text: "first", finishReason: "stop" },
    { prompt: "ok", reason: "duplicate-answer", raw: "second" },
    { prompt: "status", reason: "failed-request", raw: "status 429" },
    { prompt: "error", reason: "failed-request", raw: "no response, batch_expired" },
    { prompt: "null", reason: "no-text", raw: "" },
    { prompt: "none", reason: "missing-answer", raw: "" },
    { prompt: "retry", reason: "failed-request", raw: "status 500" },
    { promptId: "retry", text: "again", finishReason: "stop" },
    { prompt: "ok", reason: "duplicate-request", raw: "ask ok" },
    { prompt: "stray", reason: "unknown-request", raw: "" },
  ]);
});

test("passes over answers to prompts that were not asked", async () => {
  const [a, b] = [answer("a", "A"), answer("b", "B")];
  expect(await complete([request("a"), request("b")], [a, b], ["b"])).toEqual([
    { promptId: "b", text: "B", finishReason: "stop" },
  ]);
});

test("tells which line is no Batch line", async () => {
  await expect(record([request("a"), { custom_id: "b" }], [])).rejects.toThrow(
    /requests\.jsonl:2: not a line of an OpenAI Batch requests file: body: /,
  );
  await expect(record([request("a")], [request("a")])).rejects.toThrow(
    /output\.jsonl:1: not a line of an OpenAI Batch output file: response: neither response nor error\./,
  );
  await expect(record([], [])).rejects.toThrow(/holds no request/);
});

test("tells which file is absent", async () => {
  const paths = { requests: join(folder, "no.jsonl"), output: join(folder, "no.jsonl") };
  await expect(createRecordedCompleter(paths)).rejects.toThrow(
    /Cannot read recorded requests file .*no such file/,
  );
});

describe("the contract", () => {
  const ids = Array.from({ length: 10 }, (_, index) => `p${index}`);
  const output = [
    { custom_id: "p2", response: { status_code: 500, body: null }, error: null },
    ...ids.slice(0, 9).map((id) => answer(id, `Answer to ${id}.`)),
  ];
  const prompts = ids.map((id) => ({ id, messages: [{ role: "user", content: id }] }));
  for (const { name, check } of completerContract(prompts, 1)) {
    test(name, async () => check(await record(ids.map(request), output)));
  }
});
