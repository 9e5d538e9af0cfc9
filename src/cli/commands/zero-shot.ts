/** @file `zero-shot`: the language model of a task asked directly, scored on the task's public gold as a trained one is. */
import { type Command, Option } from "commander";
import { EXIT } from "../errors.ts";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption, wholeNumber } from "../options.ts";
import { createProgress } from "../progress.ts";

interface ZeroShotFlags {
  readonly gold?: string[];
  readonly limit?: number;
  readonly runs?: string;
  readonly json?: boolean;
}

export function addZeroShotCommand(program: Command, io: Io): void {
  program
    .command("zero-shot")
    .argument("<task.yaml>", "the task file; its completions name the model")
    .description(
      "score the language model itself on public gold, to compare; private gold is never shown to a service",
    )
    .option("--gold <name...>", "which gold of the task (default: all that is scored)")
    .addOption(
      new Option("--limit <n>", "the first so many texts of each").argParser(wholeNumber(1, 1_000_000)),
    )
    .option("--runs <folder>", "the run's folder stands in it", "runs")
    .addOption(jsonOption())
    .action(async (taskFile: string, { gold, limit, runs = "runs", json }: ZeroShotFlags) => {
      const { zeroShotTask } = await import("../../pipeline/task-verbs.ts");
      const progress = createProgress(io.stderr);
      const controller = new AbortController();
      const unlisten = io.onInterrupt(() =>
        controller.signal.aborted ? io.exit(EXIT.interrupted) : controller.abort(),
      );
      let open: { name: string; task: ReturnType<typeof progress.start> } | undefined;
      try {
        const record = await zeroShotTask(taskFile, {
          runsFolder: runs,
          signal: controller.signal,
          ...(gold === undefined ? {} : { gold }),
          ...(limit === undefined ? {} : { limit }),
          onEvent(event) {
            if (event.kind === "zero-shot-gold")
              progress.say(`zero-shot: ${event.name}, ${event.texts} texts`);
            else {
              if (open?.name !== event.name) {
                open?.task.stop();
                open = {
                  name: event.name,
                  task: progress.start({ title: event.name, total: event.prompts }),
                };
              }
              open.task.update(event.answered);
            }
          },
        });
        open?.task.stop();
        if (json) return await printJson(io, record);
        const { renderZeroShot } = await import("../render-zero-shot.ts");
        return await print(io.stdout, renderZeroShot(record));
      } finally {
        open?.task.stop();
        unlisten();
      }
    });
}
