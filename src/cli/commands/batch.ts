/** @file `batch export|submit|status|fetch|import`: the prompts of a task answered at half the price within a day. */
import type { Command } from "commander";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption } from "../options.ts";
import {
  renderBatchRecords,
  renderExported,
  renderFetched,
  renderImported,
  renderSubmitted,
} from "../render-batch.ts";

interface BatchFlags {
  readonly runs?: string;
  readonly json?: boolean;
}

type Opened = Awaited<ReturnType<typeof open>>;

async function open(taskFile: string, runs: string) {
  const { openBatchTask } = await import("../../pipeline/task-verbs.ts");
  return {
    ...(await openBatchTask(taskFile, { runsFolder: runs })),
    ...(await import("../../pipeline/batch.ts")),
  };
}

export function addBatchCommand(program: Command, io: Io): void {
  const batch = program
    .command("batch")
    .description("have the prompts answered through the OpenAI Batch API, or by whoever reads its files");
  const add = <T>(
    name: string,
    description: string,
    work: (opened: Opened) => Promise<T>,
    render: (result: T, next: (verb: string) => string) => string,
  ) => {
    batch
      .command(name)
      .argument("<task.yaml>", "the task file; its completions name the service")
      .description(description)
      .option("--runs <folder>", "the run's folder stands in it", "runs")
      .option("--debug", "print the stack of an error; it may quote text")
      .addOption(jsonOption())
      .action(async (taskFile: string, { runs = "runs", json }: BatchFlags) => {
        const result = await work(await open(taskFile, runs));
        if (json) return printJson(io, result);
        return print(
          io.stdout,
          render(result, (verb) => `Next: ${io.program} ${verb} ${taskFile}\n`),
        );
      });
  };
  add(
    "export",
    "write request files of what is not answered yet; nothing is sent",
    ({ exportBatches, spec, paths, prompts }) => exportBatches(spec, paths, prompts),
    (result, next) => renderExported(result) + (result.files.length > 0 ? next("batch submit") : ""),
  );
  add(
    "submit",
    "send the request files; one that was sent before is found again, not paid for twice",
    ({ submitBatches, spec, paths }) => submitBatches(spec, paths),
    (result, next) => renderSubmitted(result) + next("batch status"),
  );
  add(
    "status",
    "ask the service how far the batches are",
    ({ checkBatches, spec, paths }) => checkBatches(spec, paths),
    (records, next) => renderBatchRecords(records) + next("batch fetch"),
  );
  add(
    "fetch",
    "fetch the output and the errors of batches that have ended",
    ({ fetchBatches, spec, paths }) => fetchBatches(spec, paths),
    (result, next) => renderFetched(result) + next("batch import"),
  );
  add(
    "import",
    "put fetched answers into completions.jsonl; what is missing is exported by the next export",
    ({ importBatches, spec, paths, prompts }) => importBatches(spec, paths, prompts),
    (result, next) => renderImported(result) + next(result.missing.length > 0 ? "batch export" : "run"),
  );
}
