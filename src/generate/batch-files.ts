/** @file Prompts that nobody has answered yet -> OpenAI Batch request files within the limits of a service. */
import { createHash } from "node:crypto";
import type { ApiSpec } from "../task/completions-spec.ts";
import { InputError } from "../util/errors.ts";
import { createFileSink, type FileSink } from "../util/file-sink.ts";
import type { Prompt } from "./completer.ts";
import type { StoredState } from "./completion-store.ts";
import { hashPrompt } from "./prompt-hash.ts";

/** A request file that is on disk. */
interface BatchFile {
  readonly path: string;
  readonly requests: number;
  readonly bytes: number;
  /** Hex, of the whole file. */
  readonly sha256: string;
}

/** What became of the prompts. `prompts` = duplicates + stored + waiting + written. */
export interface ExportCounts {
  readonly prompts: number;
  /** With the id of an earlier prompt: left out. */
  readonly duplicates: number;
  /** Have a completion. */
  readonly stored: number;
  /** Are in a batch whose answers are still to come. */
  readonly waiting: number;
  readonly written: number;
  /** Of those written: were asked before and failed. */
  readonly failed: number;
  /** Of those written: what is stored answers other messages, or comes from another model. */
  readonly stale: number;
}

export interface ExportedBatch {
  readonly counts: ExportCounts;
  readonly files: readonly BatchFile[];
}

export interface ExportOptions {
  readonly spec: Pick<ApiSpec, "provider" | "model" | "temperature" | "maxOutputTokens">;
  /** Where the file with this number, from 1, goes. */
  readonly path: (number: number) => string;
  /** Of one file. Default 50,000, as the services have it. */
  readonly maxRequests?: number;
  /** Of one file. Default 200,000,000. */
  readonly maxBytes?: number;
}

/** The endpoint of each request, and of the batch. */
export const BATCH_ENDPOINT = "/v1/chat/completions";

/** Text that is gathered before it is written. */
const PIECE_LENGTH = 1 << 16;

/** One line of a request file, with its line break. OpenAI's own newer models take `max_completion_tokens` only. */
export function renderRequest({ id, messages }: Prompt, spec: ExportOptions["spec"]): string {
  const { provider, model, temperature, maxOutputTokens } = spec;
  const limit = provider === "openai" ? "max_completion_tokens" : "max_tokens";
  const body = {
    model,
    temperature,
    [limit]: maxOutputTokens,
    messages: messages.map(({ role, content }) => ({ role, content })),
  };
  return `${JSON.stringify({ custom_id: id, method: "POST", url: BATCH_ENDPOINT, body })}\n`;
}

/** A file that grows. */
interface Draft {
  readonly path: string;
  readonly sink: FileSink;
  readonly digest: ReturnType<typeof createHash>;
  requests: number;
  bytes: number;
  piece: string;
}

async function writePiece(draft: Draft): Promise<void> {
  draft.digest.update(draft.piece);
  await draft.sink.write(draft.piece);
  draft.piece = "";
}

/**
 * Writes what `check` does not call answered or waiting, as a stream: one line is in memory, and one file is open.
 * Nothing to ask: no file. Each file appears whole.
 * @param check see `CompletionStore.check`; `waiting`: another batch has it
 * @throws InputError `prompt-too-long` where one request is larger than a file may be, or a file cannot be written
 * @example await exportBatch(prompts, store.check, { spec, path: (number) => `requests-${number}.jsonl` })
 */
export async function exportBatch(
  prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
  check: (promptId: string, hash: string) => StoredState | "waiting",
  { spec, path, maxRequests = 50_000, maxBytes = 200_000_000 }: ExportOptions,
): Promise<ExportedBatch> {
  const counts = { prompts: 0, duplicates: 0, stored: 0, waiting: 0, written: 0, failed: 0, stale: 0 };
  const files: BatchFile[] = [];
  const seen = new Set<string>();
  let draft: Draft | undefined;

  async function finish({ path, sink, digest, requests, bytes }: Draft): Promise<void> {
    await sink.commit();
    files.push({ path, requests, bytes, sha256: digest.digest("hex") });
  }
  async function begin(): Promise<Draft> {
    const next = path(files.length + 1);
    const sink = await createFileSink(next);
    return { path: next, sink, digest: createHash("sha256"), requests: 0, bytes: 0, piece: "" };
  }

  try {
    for await (const prompt of prompts) {
      counts.prompts++;
      if (seen.has(prompt.id)) {
        counts.duplicates++;
        continue;
      }
      seen.add(prompt.id);
      const state = check(prompt.id, hashPrompt(prompt, spec.model));
      if (state === "answered" || state === "waiting") {
        counts[state === "answered" ? "stored" : "waiting"]++;
        continue;
      }
      counts.written++;
      if (state === "failed") counts.failed++;
      if (state === "changed") counts.stale++;
      const line = renderRequest(prompt, spec);
      const bytes = Buffer.byteLength(line);
      if (bytes > maxBytes) {
        throw new InputError(
          "prompt-too-long",
          `The request of prompt ${prompt.id} has ${bytes} bytes; a batch file may have ${maxBytes}.`,
        );
      }
      if (draft && (draft.requests >= maxRequests || draft.bytes + bytes > maxBytes)) {
        await writePiece(draft);
        await finish(draft);
        draft = undefined;
      }
      draft ??= await begin();
      draft.requests++;
      draft.bytes += bytes;
      draft.piece += line;
      if (draft.piece.length >= PIECE_LENGTH) await writePiece(draft);
    }
    if (draft) {
      await writePiece(draft);
      await finish(draft);
    }
  } catch (error) {
    await draft?.sink.abort();
    throw error;
  }
  return { counts, files };
}
