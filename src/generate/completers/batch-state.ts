/** @file What a service tells of a batch -> its state and files. */
import { z } from "zod";

/** As the services name them. */
export const BATCH_STATES = [
  "validating",
  "failed",
  "in_progress",
  "finalizing",
  "completed",
  "expired",
  "cancelling",
  "cancelled",
] as const;
export type BatchState = (typeof BATCH_STATES)[number];

/** Nothing more will happen. Expired and cancelled ones keep what was finished; a failed one was never begun. */
export function isFinal(state: BatchState): boolean {
  return state === "completed" || state === "failed" || state === "expired" || state === "cancelled";
}

/** A batch as the service tells it. */
export interface ServiceBatch {
  readonly id: string;
  readonly state: BatchState;
  readonly outputFile?: string;
  readonly errorFile?: string;
  readonly counts: { readonly total: number; readonly completed: number; readonly failed: number };
  /** Codes of what is wrong with the request file. */
  readonly errors: readonly string[];
  /** SHA-256 of the request file, where this program made the batch. */
  readonly sha256?: string;
}

const fileId = z.string().min(1).nullish();
/** What `/batches` answers of one. */
export const batchSchema = z
  .looseObject({
    id: z.string().regex(/^[\w.:-]+$/),
    status: z.preprocess((name) => `${name}`.toLowerCase(), z.enum(BATCH_STATES)),
    output_file_id: fileId,
    error_file_id: fileId,
    request_counts: z.looseObject({ total: z.number(), completed: z.number(), failed: z.number() }).nullish(),
    errors: z
      .looseObject({ data: z.array(z.looseObject({ code: z.coerce.string().nullish() })).nullish() })
      .nullish()
      .catch(undefined),
    metadata: z.looseObject({ textphantom: z.string().nullish() }).nullish().catch(undefined),
  })
  .transform((batch): ServiceBatch => {
    const { id, status, output_file_id: output, error_file_id: error, request_counts, metadata } = batch;
    const { total = 0, completed = 0, failed = 0 } = request_counts ?? {};
    return {
      id,
      state: status,
      ...(output ? { outputFile: output } : {}),
      ...(error ? { errorFile: error } : {}),
      counts: { total, completed, failed },
      errors: (batch.errors?.data ?? []).map(({ code }) => code ?? "unknown"),
      ...(metadata?.textphantom ? { sha256: metadata.textphantom } : {}),
    };
  });
