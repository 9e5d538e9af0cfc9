/** @file A program that fine-tunes and tells of itself -> its report, with the wall clock divided by stages. */
import { runForReport } from "./run-program.ts";

/** The last line that bench/job-ours.ts and bench/peers/trainer_job.py print. */
interface JobReport {
  /** When each stage ended, in milliseconds since 1970, in their order. */
  readonly stages: Readonly<Record<string, number>>;
  /** Of all threads. Far under cores times wall clock: the process waited for something, or for another. */
  readonly cpuSeconds: number;
  readonly peakRssBytes: number;
  readonly sequences: number;
  readonly steps: number;
  readonly losses: readonly { readonly step: number; readonly loss: number }[];
  readonly meanLoss: number;
  /** With padding and without. */
  readonly tokensPerEpoch: { readonly real: number; readonly padded: number };
  /** Labelled words, by tag id. */
  readonly wordsByTag: readonly number[];
  readonly settings: Readonly<Record<string, number | string>>;
  readonly versions?: Readonly<Record<string, string>>;
}

export interface TimedJob extends Omit<JobReport, "stages"> {
  /** From the start of the process until the model was saved. */
  readonly wallSeconds: number;
  readonly stageSeconds: Readonly<Record<string, number>>;
}

/** @throws Error when the job fails */
export function timeJob(command: string, args: readonly string[]): TimedJob {
  const startedAt = Date.now();
  const { stages, ...report } = runForReport<JobReport>(command, args);
  const ends = Object.values(stages);
  const stageSeconds = Object.entries(stages).map(([stage, end], index) => [
    stage,
    (end - (ends[index - 1] ?? startedAt)) / 1000,
  ]);
  return {
    wallSeconds: (ends.at(-1)! - startedAt) / 1000,
    stageSeconds: Object.fromEntries(stageSeconds) as Record<string, number>,
    ...report,
  };
}
