/** @file A task and its run folder -> what batches need of them: the service, the store, the requests under way. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { batchRequestSchema } from "../generate/batch-format.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import type { RunPaths } from "../run-folder.ts";
import type { ApiSpec } from "../task/completions-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { decodeUtf8, splitLines } from "../util/read-lines.ts";
import { type BatchBook, isWaiting } from "./batch-record.ts";

const BATCH_PROVIDERS = ["openai", "openai-compatible", "azure"] as const;

/** @throws InputError `batch-provider` where the task's completions do not come from a service with OpenAI's batches */
export function requireBatchApi({ completions }: TaskSpec): ApiSpec {
  const found =
    completions.from === "api"
      ? `provider: ${completions.provider}`
      : `completions.from: ${completions.from}`;
  if (completions.from === "api" && BATCH_PROVIDERS.some((name) => name === completions.provider)) {
    return completions;
  }
  throw new InputError(
    "batch-provider",
    `Batches need completions.from: api with one of these providers: ${BATCH_PROVIDERS.join(", ")}. The task has ${found}.`,
    { hint: "For the others: textphantom generate." },
  );
}

/** A request as it was sent: its id, and the hash of its messages and model. */
export async function* readRequests(path: string): AsyncGenerator<{ id: string; hash: string }> {
  for await (const { line, text } of splitLines(decodeUtf8(createReadStream(path), path))) {
    const request = parseRequest(text);
    if (request === undefined) {
      throw new InputError(
        "request-invalid",
        `${path}:${line}: not a line of an OpenAI Batch requests file.`,
      );
    }
    const { custom_id: id, body } = request;
    yield { id, hash: hashPrompt({ id, messages: body.messages }, body.model) };
  }
}

function parseRequest(text: string) {
  try {
    return batchRequestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** What is under way, as `hash id`. */
export async function readWaiting({ folder }: RunPaths, { batches }: BatchBook): Promise<Set<string>> {
  const waiting = new Set<string>();
  for (const { file } of batches.filter(isWaiting)) {
    for await (const { id, hash } of readRequests(join(folder, file))) waiting.add(`${hash} ${id}`);
  }
  return waiting;
}
