/** @file `plan`, `preview`, `generate`, `curate`: from a task file to a corpus, stage by stage. */
import { type Command, Option } from "commander";
import { InputError } from "../../util/errors.ts";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption, threadsOption, wholeNumber } from "../options.ts";
import { type ReportedFlags, withReporter } from "../with-reporter.ts";

interface GenerationFlags extends ReportedFlags {
  readonly json?: boolean;
  readonly n?: number;
  readonly limit?: number;
  readonly round?: number;
  readonly errors?: string;
  readonly set?: string;
  readonly prompts?: number;
  readonly offline?: boolean;
}

const TASK = ["<task.yaml>", "the task file; docs/task-spec.md tells every key"] as const;
const RUNS = ["--runs <folder>", "the run's folder stands in it", "runs"] as const;

export function addGenerationCommands(program: Command, io: Io): void {
  addPlan(program, io);
  addPreview(program, io);
  addGenerate(program, io);
  addCurate(program, io);
}

function addPlan(program: Command, io: Io): void {
  program
    .command("plan")
    .argument(...TASK)
    .description(
      "say what the task's prompts will take: tokens, money, time, one prompt in full; no call is made",
    )
    .option(...RUNS)
    .addOption(jsonOption())
    .action(async (taskFile: string, { json, runs = "runs" }: GenerationFlags) => {
      const { planTask } = await import("../../pipeline/task-verbs.ts");
      const { spec, ...plan } = await planTask(taskFile, { runsFolder: runs });
      if (json) return printJson(io, { task: spec.name, ...plan });
      const { renderPlan } = await import("../render-generation.ts");
      return print(io.stdout, renderPlan({ spec, ...plan }));
    });
}

function addPreview(program: Command, io: Io): void {
  program
    .command("preview")
    .argument(...TASK)
    .description("ask the first prompts of each set and show what is read in the answers; they are kept")
    .addOption(new Option("-n <prompts>", "prompts of each set").argParser(wholeNumber(1, 1000)).default(1))
    .option(...RUNS)
    .addOption(jsonOption())
    .action(async (taskFile: string, flags: GenerationFlags) => {
      const { previewTask } = await import("../../pipeline/task-verbs.ts");
      const { answers, spec } = await withReporter(io, flags, (options) =>
        previewTask(taskFile, { ...options, limit: flags.n ?? 1 }),
      );
      if (flags.json) return printJson(io, { task: spec.name, answers });
      const { renderPreview } = await import("../render-generation.ts");
      return print(io.stdout, renderPreview(answers));
    });
}

function addGenerate(program: Command, io: Io): void {
  program
    .command("generate")
    .argument(...TASK)
    .description("have the prompts answered: goes on where a former run stopped, and asks nothing twice")
    .addOption(
      new Option("--limit <n>", "the first so many prompts of each set").argParser(wholeNumber(1, 1_000_000)),
    )
    .addOption(
      new Option("--round <n>", "add prompts that follow from the errors of an evaluation").argParser(
        wholeNumber(2, 99),
      ),
    )
    .option("--errors <evaluation.json>", "for --round: what an evaluation on a dev set found")
    .option("--set <name>", "for --errors: the set, where it holds several")
    .addOption(
      new Option("--prompts <n>", "for --round: how many (default: 48)").argParser(wholeNumber(1, 100_000)),
    )
    .option(...RUNS)
    .addOption(jsonOption())
    .action(async (taskFile: string, flags: GenerationFlags) => {
      const verbs = await import("../../pipeline/task-verbs.ts");
      const { round, errors, set, prompts, limit } = flags;
      if ((round === undefined) !== (errors === undefined))
        throw new InputError("round-incomplete", "--round and --errors belong together.", {
          hint: "For example: generate task.yaml --round 2 --errors runs/<task>/evaluation.json",
        });
      const { counts, topics, topicRejections, spec, paths } = await withReporter(
        io,
        flags,
        async (options) => {
          if (round !== undefined && errors !== undefined)
            await verbs.addTaskRound(taskFile, {
              ...options,
              round,
              errors,
              ...(set === undefined ? {} : { set }),
              ...(prompts === undefined ? {} : { prompts }),
            });
          return verbs.generateTaskCompletions(taskFile, {
            ...options,
            ...(limit === undefined ? {} : { limit }),
          });
        },
      );
      const { folder } = paths;
      if (flags.json)
        return printJson(io, {
          task: spec.name,
          folder,
          counts,
          topics: topics.length,
          topicRejections: topicRejections.length,
        });
      return print(
        io.stdout,
        `Completions: ${folder}/completions.jsonl\nNext:        ${io.program} curate ${taskFile}\n`,
      );
    });
}

function addCurate(program: Command, io: Io): void {
  program
    .command("curate")
    .argument(...TASK)
    .description(
      "read the completions, clean and check the corpus, split it; every dropped line has its reason",
    )
    .option("--offline", "ask no model for second readings that are not there, fetch no encoder")
    .option(...RUNS)
    .addOption(threadsOption())
    .addOption(jsonOption())
    .action(async (taskFile: string, flags: GenerationFlags) => {
      const { curateTaskCorpus } = await import("../../pipeline/task-verbs.ts");
      const { spec, paths, dataset, report, doubts, absentReferences } = await withReporter(
        io,
        flags,
        (options) => curateTaskCorpus(taskFile, { ...options, offline: flags.offline === true }),
      );
      const { folder } = paths;
      if (flags.json)
        return printJson(io, {
          task: spec.name,
          folder,
          audit: dataset.audit,
          curation: report,
          doubts,
          absentReferences,
        });
      return print(
        io.stdout,
        `Corpus:   ${folder}/dataset/, its card README.md\nDropped:  ${folder}/dropped.jsonl, ${folder}/rejections.jsonl\nReport:   ${folder}/curation.json, ${folder}/audit.json\n`,
      );
    });
}
