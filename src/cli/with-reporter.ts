/** @file Flags of a command and stages of a task -> the stages done, with progress and an orderly end at Ctrl-C. */
import type { Device } from "../engine/devices.ts";
import type { RunOptions } from "../pipeline/run-events.ts";
import { noteDevice } from "./device-note.ts";
import { EXIT } from "./errors.ts";
import type { Io } from "./io.ts";
import { createProgress } from "./progress.ts";
import { createRunReporter, type RunReporter } from "./run-reporter.ts";

/** Flags that become options of a run. */
export interface ReportedFlags {
  readonly runs?: string;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: Device;
  readonly checkpointEvery?: number;
}

/** Runs stages with progress on stderr and Ctrl-C asked for: a bar, a line, an orderly end. */
export async function withReporter<T>(
  io: Io,
  flags: ReportedFlags,
  stages: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const progress = createProgress(io.stderr);
  await noteDevice(flags.device, "training", progress.say);
  const reporter = createRunReporter(progress);
  const { signal, unlisten } = listenForInterrupt(io, reporter);
  const { runs, seed, threads, device, checkpointEvery } = flags;
  try {
    return await stages({
      ...(runs === undefined ? {} : { runsFolder: runs }),
      ...(seed === undefined ? {} : { seed }),
      ...(threads === undefined ? {} : { threads }),
      ...(device === undefined ? {} : { device }),
      ...(checkpointEvery === undefined ? {} : { checkpointEveryMs: 1000 * checkpointEvery }),
      signal,
      onEvent: reporter.report,
    });
  } finally {
    reporter.close();
    unlisten();
  }
}

/**
 * The first Ctrl-C in training asks it to stop with a checkpoint, while a model is asked to finish what is in flight; any
 * other ends at once, for there is nothing to lose.
 */
function listenForInterrupt(io: Io, reporter: RunReporter) {
  const controller = new AbortController();
  const unlisten = io.onInterrupt(() => {
    if (controller.signal.aborted || !(reporter.isTraining() || reporter.isAsking())) {
      io.exit(EXIT.interrupted);
      return;
    }
    controller.abort();
    reporter.sayLast(
      reporter.isTraining()
        ? "Stopping after this step, with a checkpoint. Ctrl-C again stops at once, without."
        : "Stopping when the answers in flight are here. Ctrl-C again stops at once, without them.",
    );
  });
  return { signal: controller.signal, unlisten };
}
