/** @file A program that fine-tunes and tells of itself -> its report, with the wall clock divided by stages. */
import { spawnSync } from "node:child_process";

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
  const { stages, ...report } = JSON.parse(runProgram(command, args).trim().split("\n").at(-1)!) as JobReport;
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

/** @returns stdout; stderr goes to ours. @throws Error when the program does not end with status 0 */
export function runProgram(command: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`${command} ${args[0]} ended with status ${status}.`);
  return stdout;
}
