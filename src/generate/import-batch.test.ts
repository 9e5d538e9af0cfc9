/** @file Tests of the import: every line and every request is accounted for once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderBatchAnswer, renderBatchError } from "../../test/stub-batch-server.ts";
import { importBatch } from "./import-batch.ts";

async function collect(requests: string[], output: string[], errors: string[] = []) {
  const results: unknown[] = [];
  for await (const result of importBatch(requests, output, errors)) results.push(result);
  return results;
}
const answer = (id: string, body: unknown, status = 200) =>
  JSON.stringify({ custom_id: id, response: { status_code: status, body }, error: null });
const rejected = (prompt: string, reason: string, raw: string) => ({ prompt, reason, raw });
const good = (promptId: string, text: string) => ({
  promptId,
  text,
  finishReason: "stop",
  usage: { inputTokens: 10, outputTokens: 20 },
});

test("joins the output on custom_id, with the tokens that were counted", async () => {
  const output = [renderBatchAnswer("b", "B"), "", renderBatchAnswer("a", "A")];
  expect(await collect(["a", "b"], output)).toEqual([good("b", "B"), good("a", "A")]);
});

test("reads what expired or was cancelled from the errors file", async () => {
  const errors = [renderBatchError("b", "batch_expired"), renderBatchError("c", "batch_cancelled")];
  expect(await collect(["a", "b", "c", "d"], [renderBatchAnswer("a", "A")], errors)).toEqual([
    good("a", "A"),
    rejected("b", "failed-request", "no response, batch_expired"),
    rejected("c", "failed-request", "no response, batch_cancelled"),
    rejected("d", "missing-answer", ""),
  ]);
});

test("names failures by status and code, and tells refusals and empty texts apart", async () => {
  const message = (content: string | null, finish_reason: string, refusal?: string) => ({
    choices: [{ message: { content, refusal }, finish_reason }],
  });
  const output = [
    answer("a", { error: { code: "context_length_exceeded", message: "secret" } }, 400),
    answer("b", { error: { code: "content_filter" } }, 400),
    answer("c", message(null, "stop", "I can't.")),
    answer("d", message("", "content_filter")),
    answer("e", message(" \n", "length")),
    answer("f", { choices: [] }),
    answer("g", "no JSON", 500),
  ];
  expect(await collect(["a", "b", "c", "d", "e", "f", "g"], output)).toEqual([
    rejected("a", "failed-request", "status 400, context_length_exceeded"),
    rejected("b", "refused", "status 400, content_filter"),
    rejected("c", "refused", "I can't."),
    rejected("d", "refused", "content_filter"),
    rejected("e", "no-text", "length"),
    rejected("f", "no-text", ""),
    rejected("g", "failed-request", "status 500"),
  ]);
});

test("counts further answers, answers to nothing, and lines that are none", async () => {
  const output = [
    renderBatchError("a", "x"),
    renderBatchError("a", "y"),
    renderBatchAnswer("a", "A"),
    renderBatchAnswer("a", "again"),
    renderBatchAnswer("stray", "x"),
    '{"custom_id":"a"}',
    "half {",
  ];
  expect(await collect(["a"], output, [renderBatchError("a", "late")])).toEqual([
    rejected("a", "duplicate-answer", "no response, y"),
    good("a", "A"),
    rejected("a", "duplicate-answer", "no response, x"),
    rejected("a", "duplicate-answer", "again"),
    rejected("stray", "unknown-request", ""),
    rejected("", "broken-answer", "not a line of a batch file"),
    rejected("", "broken-answer", "not a line of a batch file"),
    rejected("a", "duplicate-answer", "no response, late"),
  ]);
});

test("gives one result a request, and one a line that is not its", async () => {
  const id = fc.constantFrom("a", "b", "c", "stray");
  const line = fc.oneof(
    id.map((one) => renderBatchAnswer(one, "text")),
    id.map((one) => renderBatchError(one, "x")),
    fc.constant("broken"),
  );
  const lines = fc.array(line, { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(lines, lines, async (output, errors) => {
      const results = await collect(["a", "b", "c"], output, errors);
      const count = (test: (result: { reason?: string }) => boolean) =>
        (results as { reason?: string }[]).filter(test).length;
      const extra = ["duplicate-answer", "unknown-request", "broken-answer"];
      expect(count(({ reason = "" }) => !extra.includes(reason))).toBe(3);
      expect(count(({ reason }) => reason !== "missing-answer")).toBe(output.length + errors.length);
    }),
  );
});
