/** @file A task file -> one stage of it done: plan, preview, generate, curate, a further round, zero-shot. */
// What computes (engine, encoders, scores) is loaded by the stages that need it: asking a model takes 17 MB less without it.

import { type ExampleOfKind, type ReadExamples, readExamples } from "../generate/collect-examples.ts";
import type { Prompt } from "../generate/completer.ts";
import { type CompletionStore, openStore } from "../generate/completion-store.ts";
import { addErrorRound } from "../generate/error-round.ts";
import type { CompletionKeeper } from "../generate/keep-completions.ts";
import { type PromptPlan, planPrompts } from "../generate/plan-prompts.ts";
import { writeTopicPrompts } from "../generate/topics.ts";
import { type RunPaths, runPaths, storePath, writeTask, zeroShotAnswersPath } from "../run-folder.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { readTextFile } from "../util/files.ts";
import { openCompleter } from "./create-completer.ts";
import type { Curated, DatasetOfKind } from "./curate.ts";
import { type Generation, storedPrompts } from "./generate.ts";
import { generateTask } from "./generate-task.ts";
import { readCompletions } from "./read-completions.ts";
import { classifyTaskErrors } from "./round-classes.ts";
import { addRounds, keepRound } from "./rounds.ts";
import type { RunOptions } from "./run-events.ts";
import { firstOfSets, promptsOf, type ReadTerms, readTerms } from "./task-prompts.ts";
import type { RunZeroShotOptions, scoreZeroShot } from "./zero-shot.ts";

interface OpenTask {
  readonly spec: TaskSpec;
  readonly paths: RunPaths;
}

/** @throws InputError as `parseTaskSpec` does */
async function openTask(taskFile: string, { runsFolder = "runs" }: RunOptions): Promise<OpenTask> {
  const written = parseTaskSpec(await readTextFile(taskFile, "task file"), { path: taskFile });
  const paths = runPaths(runsFolder, written);
  return { spec: await addRounds(written, paths), paths };
}

/** What a task would ask, and what that would take. */
export interface TaskPlan extends PromptPlan {
  readonly spec: TaskSpec;
  readonly terms: readonly ReadTerms[];
}

/** No call is made, nothing is written. @throws InputError `prompts-absent` where the task has no prompts */
export async function planTask(taskFile: string, options: RunOptions = {}): Promise<TaskPlan> {
  const { spec } = await openTask(taskFile, options);
  const terms = await readTerms(taskFile, spec);
  const topics = spec.prompts?.topics ?? [];
  function* all() {
    yield* promptsOf(spec, terms, topics);
    yield* spec.completions.from === "recorded" ? [] : writeTopicPrompts(spec, topics);
  }
  return { ...planPrompts(spec, all()), spec, terms };
}

/** One answer with what was read in it, and what was not. */
export type PreviewedAnswer = ReadExamples<ExampleOfKind[TaskKind]>;

/** The first so many prompts of each set, answered and read. What was paid for is kept, and is not asked again. */
export async function previewTask(
  taskFile: string,
  options: RunOptions & { readonly limit: number },
): Promise<{ readonly spec: TaskSpec; readonly answers: readonly PreviewedAnswer[] }> {
  const { spec, paths } = await openTask(taskFile, options);
  await writeTask(paths, taskFile, spec);
  if (spec.completions.from !== "recorded") await generateTask(taskFile, spec, paths, options);
  const { results, prompts } = await readCompletions(taskFile, spec, paths);
  const answers: PreviewedAnswer[] = [];
  const wanted = new Set(firstOfSets(prompts, (id) => id, options.limit));
  const given = results.filter((result) =>
    "text" in result
      ? wanted.has(result.promptId)
      : wanted.has(result.prompt) && result.reason !== "missing-answer",
  );
  for await (const answer of readExamples(given, spec.kind, spec)) answers.push(answer);
  return { spec, answers };
}

/** Asks for every completion that is not there yet. @throws as `generateCompletions` does */
export async function generateTaskCompletions(
  taskFile: string,
  options: RunOptions & { readonly limit?: number } = {},
): Promise<Generation & OpenTask> {
  const { spec, paths } = await openTask(taskFile, options);
  await writeTask(paths, taskFile, spec);
  return { ...(await generateTask(taskFile, spec, paths, options)), spec, paths };
}

/** Where further prompts follow from: an evaluation on a dev set. */
export interface RoundOptions extends RunOptions {
  /** 2 or more. */
  readonly round: number;
  /** `evaluation.json` of a run, or what `evaluate --json` printed. */
  readonly errors: string;
  /** Name of the evaluated set, where there are several. */
  readonly set?: string;
  /** Prompts of the round. Default: 48. */
  readonly prompts?: number;
}

/**
 * Turns the classes of error of an evaluation into prompt sets of the run. Texts of the gold are read here, to tell
 * abbreviations from names and to see whether a negation stands near a pair; what is kept and asked holds classes and counts alone.
 * @throws InputError where the evaluation is none, has no errors, or the round is there in the task file
 */
export async function addTaskRound(taskFile: string, options: RoundOptions): Promise<OpenTask> {
  const written = parseTaskSpec(await readTextFile(taskFile, "task file"), { path: taskFile });
  const paths = runPaths(options.runsFolder ?? "runs", written);
  const classes = await classifyTaskErrors(taskFile, written, options);
  const { round, prompts = 48 } = options;
  addErrorRound(written, classes, { round, prompts }); // throws where it cannot be added, before it is kept
  await writeTask(paths, taskFile, written);
  await keepRound(paths, { round, prompts, classes });
  return { spec: await addRounds(written, paths), paths };
}

/** Curates what is there; second readings that are not there are asked for unless `offline`. */
export async function curateTaskCorpus(
  taskFile: string,
  options: RunOptions = {},
): Promise<Curated<DatasetOfKind[TaskKind]> & OpenTask> {
  const { spec, paths } = await openTask(taskFile, options);
  await writeTask(paths, taskFile, spec);
  const { createEncoderFinder, curateTask } = await import("./prepare-corpus.ts");
  const encoder = createEncoderFinder(taskFile, spec, options);
  return { ...(await curateTask(taskFile, spec, paths, encoder, options)), spec, paths };
}

/** A task's prompts for the Batch verbs: those that ask for topics as long as there are too few, then all others. */
export async function openBatchTask(
  taskFile: string,
  options: RunOptions = {},
): Promise<OpenTask & { readonly prompts: () => Iterable<Prompt> }> {
  const { spec, paths } = await openTask(taskFile, options);
  await writeTask(paths, taskFile, spec);
  const store = await openStore(storePath(paths));
  try {
    const { prompts, missingTopics } = await storedPrompts(taskFile, spec, store);
    return { spec, paths, prompts: missingTopics.length > 0 ? () => missingTopics : prompts };
  } finally {
    await store.close();
  }
}

/**
 * The model of `completions` asked directly, scored as a trained one.
 * @throws InputError `gold-private`, `zero-shot-recorded`
 */
export async function zeroShotTask(
  taskFile: string,
  options: Omit<RunZeroShotOptions, "completer" | "store">,
): Promise<Awaited<ReturnType<typeof scoreZeroShot>>> {
  const { spec, paths } = await openTask(taskFile, {
    ...(options.runsFolder === undefined ? {} : { runsFolder: options.runsFolder }),
  });
  if (spec.completions.from === "recorded")
    throw new InputError(
      "zero-shot-recorded",
      `Task "${spec.name}" has recorded completions: there is no model to ask.`,
      {
        hint: "Set completions.from to api or local.",
      },
    );
  const { completer, close } = await openCompleter(taskFile, spec, paths);
  try {
    const { requireShownGold, scoreZeroShot } = await import("./zero-shot.ts");
    requireShownGold(spec, options.gold, completer); // before a store is made for its answers
    const store = await openStore(zeroShotAnswersPath(paths));
    try {
      return await scoreZeroShot(taskFile, spec, { ...options, completer, store: toKeeper(store) });
    } finally {
      await store.close();
    }
  } finally {
    await close();
  }
}

/** The id of a zero-shot prompt ends in a hash of what is asked of whom: nothing else has to be compared. */
function toKeeper(store: CompletionStore): CompletionKeeper {
  return {
    has: (promptId) => store.has(promptId),
    append(completion) {
      const kept = store.append(completion, completion.promptId.slice(-16));
      // The next answer is taken only when this one is kept, so there is no company to wait for.
      void store.flush();
      return kept;
    },
    async *read() {
      for await (const result of store.read()) if ("text" in result) yield result;
    },
  };
}
