/** @file The fetched files of one batch -> the store of completions, everything in them counted. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { CompletionStore } from "../generate/completion-store.ts";
import { importBatch } from "../generate/import-batch.ts";
import { decodeUtf8, splitLines } from "../util/read-lines.ts";
import type { BatchRecord } from "./batch-record.ts";

/** Lines of the files, and requests without a line: each is counted once, in one of `answered` to `broken`. */
export interface ImportCounts {
  /** Batches that were read. */
  readonly batches: number;
  /** Completions that are new in the store. */
  readonly answered: number;
  /** Results that the store had, or had better ones for. */
  readonly stored: number;
  /** Failures that are new in the store; asked again by the next export. */
  readonly failed: number;
  /** Answers to what the task no longer asks (other messages, another model, a prompt that is gone): left out. */
  readonly stale: number;
  /** Further answers to a request. */
  readonly duplicates: number;
  /** Answers to ids that are not in the request file. */
  readonly unknown: number;
  /** Lines that are none of such a file. */
  readonly broken: number;
  /** Of the new completions, as far as the service told them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** Counts that grow. */
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createImportCounts(): Mutable<ImportCounts> {
  const lines = { answered: 0, stored: 0, failed: 0, stale: 0, duplicates: 0, unknown: 0, broken: 0 };
  return { batches: 0, ...lines, inputTokens: 0, outputTokens: 0 };
}

/** Results that are on their way to the disk, at most. */
const MOST_WAITING = 64;

async function* readTexts(folder: string, file: string | undefined): AsyncGenerator<string> {
  if (file === undefined) return;
  const path = join(folder, file);
  for await (const { text } of splitLines(decodeUtf8(createReadStream(path), path))) yield text;
}

/** Ends when all of it is on disk. @throws InputError when a fetched file is gone */
export async function importRecord(
  { output, errorOutput }: BatchRecord,
  into: {
    readonly folder: string;
    /** Hashes by id, as they were sent. */
    readonly requests: ReadonlyMap<string, string>;
    /** Hashes by id, as the task asks now. */
    readonly wanted: ReadonlyMap<string, string>;
    readonly store: CompletionStore;
    readonly counts: Mutable<ImportCounts>;
  },
): Promise<void> {
  const { folder, requests, wanted, store, counts } = into;
  counts.batches++;
  let waiting: Promise<void>[] = [];
  const lines = importBatch(requests.keys(), readTexts(folder, output), readTexts(folder, errorOutput));
  for await (const result of lines) {
    const good = "text" in result;
    const id = good ? result.promptId : result.prompt;
    const hash = requests.get(id);
    if (!good && result.reason === "duplicate-answer") counts.duplicates++;
    else if (!good && result.reason === "broken-answer") counts.broken++;
    else if (hash === undefined) counts.unknown++;
    else if (wanted.get(id) !== hash) counts.stale++;
    else {
      const state = store.check(id, hash);
      if (state === "answered" || (state === "failed" && !good)) {
        counts.stored++;
        continue;
      }
      counts[good ? "answered" : "failed"]++;
      if (good) {
        counts.inputTokens += result.usage?.inputTokens ?? 0;
        counts.outputTokens += result.usage?.outputTokens ?? 0;
      }
      waiting.push(store.append(result, hash));
      if (waiting.length < MOST_WAITING) continue;
      await Promise.all(waiting);
      waiting = [];
    }
  }
  await Promise.all([...waiting, store.flush()]);
}
