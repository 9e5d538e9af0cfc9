/** @file The lines of a batch's output and errors file -> one completion or failure a request, and whatever else they hold. */
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import { type BatchAnswer, batchAnswerSchema, readUsage, toCompletion } from "./batch-format.ts";
import type { Completion } from "./completer.ts";
import { FILTERED, findCode } from "./completers/read-failure.ts";

const reject = (prompt: string, reason: RejectionReason, raw: string): Rejection => ({ prompt, reason, raw });

/** What the model says when it declines, beside a content that is null. */
function findRefusal({ response }: BatchAnswer): string | undefined {
  const body = response?.body as { choices?: { message?: { refusal?: unknown } }[] } | null | undefined;
  const refusal = Array.isArray(body?.choices) ? body.choices[0]?.message?.refusal : undefined;
  return typeof refusal === "string" && refusal !== "" ? refusal : undefined;
}

/** As a request to the service at once would be read: an empty or filtered text is no completion, to be asked again. */
function readAnswer(answer: BatchAnswer): Completion | Rejection {
  const result = toCompletion(answer);
  const { custom_id: id, response } = answer;
  if ("text" in result) {
    if (result.text.trim() === "") {
      const reason = result.finishReason === "content_filter" ? "refused" : "no-text";
      return reject(id, findRefusal(answer) ? "refused" : reason, result.finishReason ?? "");
    }
    const usage = readUsage(answer);
    return usage === undefined ? result : { ...result, usage };
  }
  if (result.reason === "no-text") {
    const refusal = findRefusal(answer);
    return refusal === undefined ? result : reject(id, "refused", refusal);
  }
  const code = answer.error ? answer.error.code : findCode(response?.body);
  if (code && FILTERED.test(code)) return reject(id, "refused", `status ${response?.status_code}, ${code}`);
  return code && !answer.error ? { ...result, raw: `${result.raw}, ${code}` } : result;
}

/** Undefined: not a line of an OpenAI Batch output or errors file. */
function parseAnswer(text: string): BatchAnswer | undefined {
  try {
    return batchAnswerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

type Lines = AsyncIterable<string> | Iterable<string>;

/**
 * Joins on `custom_id`, in whatever order the lines come; only ids are in memory. First the completions, as they are
 * read, and in between what counts for nothing: further answers (`duplicate-answer`), answers to no request
 * (`unknown-request`), lines that are none (`broken-answer`, prompt ""). Then, for each request without a completion, its
 * failure, or `missing-answer`. So every line that is not blank, and every request, is accounted for once.
 * @param requests ids in the batch's request file
 * @param output lines of the output file
 * @param errors lines of the errors file; it names what expired, was cancelled or was refused, by code
 * @example for await (const result of importBatch(ids, outputLines, errorLines)) count(result);
 */
export async function* importBatch(
  requests: Iterable<string>,
  output: Lines,
  errors: Lines = [],
): AsyncGenerator<Completion | Rejection> {
  const open = new Set(requests);
  const answered = new Set<string>();
  const failures = new Map<string, Rejection>();
  for (const lines of [output, errors]) {
    for await (const text of lines) {
      if (text.trim() === "") continue;
      const answer = parseAnswer(text);
      if (answer === undefined) {
        yield reject("", "broken-answer", "not a line of a batch file");
        continue;
      }
      const id = answer.custom_id;
      const result = readAnswer(answer);
      const good = "text" in result;
      if (answered.has(id) || (!good && failures.has(id))) {
        yield reject(id, "duplicate-answer", good ? result.text : result.raw);
      } else if (!open.has(id)) yield reject(id, "unknown-request", "");
      else if (!good) failures.set(id, result);
      else {
        answered.add(id);
        open.delete(id);
        yield result;
        const earlier = failures.get(id);
        if (earlier) yield reject(id, "duplicate-answer", earlier.raw);
      }
    }
  }
  for (const id of open) yield failures.get(id) ?? reject(id, "missing-answer", "");
}
