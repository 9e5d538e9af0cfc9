/** @file `run TASK.yaml` and `train TASK.yaml`: from a task file to a model, with and without scores. */
import { type Command, Option } from "commander";
import type { Device } from "../../engine/devices.ts";
import type { RunOptions, TrainedTask } from "../../pipeline/run-events.ts";
import { noteDevice } from "../device-note.ts";
import { EXIT } from "../errors.ts";
import { type Io, print, printJson } from "../io.ts";
import { deviceOption, jsonOption, parseSeconds, threadsOption, wholeNumber } from "../options.ts";
import { createProgress } from "../progress.ts";
import { renderRun, renderTraining } from "../render-run.ts";
import { createRunReporter, type RunReporter } from "../run-reporter.ts";

interface TaskFlags {
  readonly runs?: string;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: Device;
  readonly checkpointEvery?: number;
  readonly json?: boolean;
}

export function addRunCommand(program: Command, io: Io): void {
  addTaskCommand(program, "run")
    .description("train on the task's corpus and score the model: goes on where a former run stopped")
    .action(async (taskFile: string, flags: TaskFlags) => {
      const { runTask } = await import("../../pipeline.ts");
      const result = await withReporter(io, flags, (options) => runTask(taskFile, options));
      if (!flags.json) return print(io.stdout, renderRun(result, io.program));
      return printJson(io, { ...summarize(result), evaluation: result.evaluation });
    });
}

export function addTrainCommand(program: Command, io: Io): void {
  addTaskCommand(program, "train")
    .description("as run, without scores and without network: the encoder must be in the cache, or a folder")
    .action(async (taskFile: string, flags: TaskFlags) => {
      const { trainTask } = await import("../../pipeline.ts");
      const result = await withReporter(io, flags, (options) =>
        trainTask(taskFile, { ...options, offline: true }),
      );
      if (!flags.json) return print(io.stdout, renderTraining(result, io.program));
      return printJson(io, summarize(result));
    });
}

function summarize({ spec, paths, dataset, training }: TrainedTask) {
  const { folder, model } = paths;
  return { task: spec.name, folder, model, dataset: dataset.audit, training };
}

function addTaskCommand(program: Command, name: string): Command {
  return program
    .command(name)
    .argument("<task.yaml>", "the task file; docs/task-spec.md tells every key")
    .option("--runs <folder>", "the run's folder stands in it", "runs")
    .addOption(
      new Option("--seed <n>", "replaces training.seed of the task file").argParser(
        wholeNumber(0, 0xffffffff),
      ),
    )
    .addOption(threadsOption())
    .addOption(deviceOption())
    .addOption(
      new Option("--checkpoint-every <seconds>", "time between checkpoints")
        .argParser(parseSeconds)
        .hideHelp(),
    )
    .addOption(jsonOption());
}

async function withReporter<T>(
  io: Io,
  flags: TaskFlags,
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

/** The first Ctrl-C in training asks it to stop with a checkpoint; any other ends at once, for there is nothing to lose. */
function listenForInterrupt(io: Io, reporter: RunReporter) {
  const controller = new AbortController();
  const unlisten = io.onInterrupt(() => {
    if (controller.signal.aborted || !reporter.isTraining()) {
      io.exit(EXIT.interrupted);
      return;
    }
    controller.abort();
    reporter.sayLast("Stopping after this step, with a checkpoint. Ctrl-C again stops at once, without.");
  });
  return { signal: controller.signal, unlisten };
}
