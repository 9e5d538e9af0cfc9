/** @file `batches.json` of a run folder: every request file, and what has become of it. */
import { join } from "node:path";
import { z } from "zod";
import { BATCH_STATES, type BatchState } from "../generate/completers/batch-state.ts";
import type { RunPaths } from "../run-folder.ts";
import { InputError } from "../util/errors.ts";
import { fileExists, readJsonFile, writeFileAtomic } from "../util/files.ts";
import { lockFile } from "../util/lock-file.ts";

/** `exported`: on disk only. `submitting`: a batch of it may exist at the service. The others are the service's. */
type RecordedState = "exported" | "submitting" | BatchState;

/** A request file and its batch. Files are named from the run folder. */
export interface BatchRecord {
  /** From 1, never used twice in a run folder. */
  readonly number: number;
  readonly file: string;
  /** Of the request file. */
  readonly sha256: string;
  readonly requests: number;
  readonly state: RecordedState;
  /** Date and time, ISO 8601. */
  readonly exported: string;
  readonly submitted?: string;
  /** The service's name of the batch. */
  readonly id?: string;
  /** Requests that are finished at the service, well or badly. */
  readonly completed?: number;
  readonly failed?: number;
  /** Codes of what the service found wrong with the file. */
  readonly errors?: readonly string[];
  /** What it answered is on disk: `output` and `errorOutput`, where there are such. */
  readonly fetched: boolean;
  readonly output?: string;
  readonly errorOutput?: string;
  /** Its answers are in the store; what has none may be asked again. */
  readonly imported: boolean;
}

/** A name below the run folder, so that an edited record leads nowhere else. */
const fileName = z.string().regex(/^batches\/[\w.-]+$/);

const recordSchema: z.ZodType<{ batches: BatchRecord[] }> = z.strictObject({
  batches: z.array(
    z.strictObject({
      number: z.int(),
      file: fileName,
      sha256: z.string(),
      requests: z.int(),
      state: z.enum(["exported", "submitting", ...BATCH_STATES]),
      exported: z.string(),
      submitted: z.exactOptional(z.string()),
      id: z.exactOptional(z.string()),
      completed: z.exactOptional(z.number()),
      failed: z.exactOptional(z.number()),
      errors: z.exactOptional(z.array(z.string())),
      fetched: z.boolean(),
      output: z.exactOptional(fileName),
      errorOutput: z.exactOptional(fileName),
      imported: z.boolean(),
    }),
  ),
});

/** The record while one process has it. */
export interface BatchBook {
  /** In the order of their numbers. */
  readonly batches: readonly BatchRecord[];
  /** On disk when it ends. */
  replaceAll(batches: readonly BatchRecord[]): Promise<void>;
  /** Changes one of them, on disk when it ends. @returns the changed one */
  update(number: number, change: Partial<BatchRecord>): Promise<BatchRecord>;
}

/**
 * Opens the record for one process at a time, and gives it back at the end of `use`.
 * @throws InputError `locked` when another process has it, `batches-invalid` when it is not one of ours
 */
export async function withBatchBook<T>(
  { folder }: RunPaths,
  use: (book: BatchBook) => Promise<T>,
): Promise<T> {
  const path = join(folder, "batches.json");
  const lock = await lockFile(`${path}.lock`, `record of batches "${path}"`);
  try {
    let batches: readonly BatchRecord[] = [];
    if (await fileExists(path)) {
      const parsed = recordSchema.safeParse(await readJsonFile(path, "record of batches"));
      if (!parsed.success) {
        const where = parsed.error.issues[0]!.path.join(".") || "all of it";
        throw new InputError("batches-invalid", `"${path}" is not a record of batches: ${where}.`, {
          hint: "It says which batches are paid for: mend it rather than delete it.",
        });
      }
      batches = parsed.data.batches;
    }
    const replaceAll = async (next: readonly BatchRecord[]) => {
      await writeFileAtomic(path, `${JSON.stringify({ batches: next }, null, 2)}\n`);
      batches = next;
    };
    return await use({
      get batches() {
        return batches;
      },
      replaceAll,
      async update(number, change) {
        await replaceAll(batches.map((batch) => (batch.number === number ? { ...batch, ...change } : batch)));
        return batches.find((batch) => batch.number === number)!;
      },
    });
  } finally {
    await lock.release();
  }
}

/** Whether its answers are still to come into the store: asking the same again would be paid twice. */
export function isWaiting({ state, imported }: BatchRecord): boolean {
  return state !== "exported" && state !== "failed" && !imported;
}
