/** @file Recorded OpenAI Batch files -> the prompts in them and a completer that answers from them. */
import type { z } from "zod";
import type { Rejection, RejectionReason } from "../../task/rejection.ts";
import { InputError } from "../../util/errors.ts";
import { parseJsonLines, readTextFile } from "../../util/files.ts";
import { type BatchAnswer, batchAnswerSchema, batchRequestSchema, toCompletion } from "../batch-format.ts";
import type { Completer, Completion, Prompt } from "../completer.ts";

/** A completer that knows its prompts. */
export interface RecordedCompleter extends Completer {
  /** In the order of the requests file, each id once. */
  readonly prompts: readonly Prompt[];
}

async function readLines<T>(path: string, what: "requests" | "output", schema: z.ZodType<T>): Promise<T[]> {
  const rows = parseJsonLines(await readTextFile(path, `recorded ${what} file`), path);
  return rows.map(({ line, value }) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0]!;
    const where = issue.path.join(".") || "the line";
    throw new InputError(
      "recording-invalid",
      `${path}:${line}: not a line of an OpenAI Batch ${what} file: ${where}: ${issue.message}.`,
      {
        hint: "A requests line has custom_id and body.messages; an output line has custom_id and response or error.",
      },
    );
  });
}

const reject = (prompt: string, reason: RejectionReason, raw: string): Rejection => ({ prompt, reason, raw });

/** The first good answer is taken, so that a retry appended after a failure counts. */
function* answerPrompt(id: string, answers: readonly BatchAnswer[]): Generator<Completion | Rejection> {
  if (answers.length === 0) yield reject(id, "missing-answer", "");
  let answered = false;
  for (const result of answers.map(toCompletion)) {
    if (!("text" in result)) yield result;
    else if (answered) yield reject(id, "duplicate-answer", result.text);
    else {
      answered = true;
      yield result;
    }
  }
}

/**
 * Reads the two files and joins them on `custom_id`; the order of the output file does not matter. Answers to prompts
 * that are in the recording but not asked for are passed over; answers to no prompt are rejected, at the end.
 * @throws InputError when a file is absent or no Batch file, or when there is no request at all.
 */
export async function createRecordedCompleter(paths: {
  readonly requests: string;
  readonly output: string;
}): Promise<RecordedCompleter> {
  const requests = await readLines(paths.requests, "requests", batchRequestSchema);
  if (requests.length === 0) {
    throw new InputError(
      "recording-empty",
      `The recorded requests file "${paths.requests}" holds no request.`,
    );
  }
  const answers = new Map<string, BatchAnswer[]>();
  for (const answer of await readLines(paths.output, "output", batchAnswerSchema)) {
    const known = answers.get(answer.custom_id);
    if (known) known.push(answer);
    else answers.set(answer.custom_id, [answer]);
  }

  const prompts = new Map<string, Prompt>();
  const strays: Rejection[] = [];
  for (const { custom_id: id, body } of requests) {
    const messages = body.messages.map(({ role, content }) => ({ role, content }));
    if (prompts.has(id)) strays.push(reject(id, "duplicate-request", messages.at(-1)!.content));
    else prompts.set(id, { id, messages });
  }
  for (const [id, given] of answers) {
    if (!prompts.has(id)) strays.push(...given.map(() => reject(id, "unknown-request", "")));
  }

  return {
    prompts: [...prompts.values()],
    isLocal: true,
    async *complete(asked, { signal, abort } = {}) {
      const stopped = () => signal?.aborted || abort?.aborted;
      if (stopped()) return;
      for await (const { id } of asked) {
        yield* answerPrompt(id, answers.get(id) ?? []);
        if (stopped()) return;
      }
      yield* strays;
    },
  };
}
