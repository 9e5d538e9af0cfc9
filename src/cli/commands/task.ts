/** @file `run TASK.yaml` and `train TASK.yaml`: from a task file to a model, with and without scores. */
import { type Command, Option } from "commander";
import type { TrainedTask } from "../../pipeline/run-events.ts";
import { type Io, print, printJson } from "../io.ts";
import { deviceOption, jsonOption, parseSeconds, threadsOption, wholeNumber } from "../options.ts";
import { renderRun, renderTraining } from "../render-run.ts";
import { type ReportedFlags, withReporter } from "../with-reporter.ts";

interface TaskFlags extends ReportedFlags {
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
