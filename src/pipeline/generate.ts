/** @file A task -> its prompts answered, each completion on disk: topics first where they are asked for. */
import { type CompletionCounts, completePrompts } from "../generate/complete-prompts.ts";
import type { CompleteOptions, Completer, CompletionProgress, Prompt } from "../generate/completer.ts";
import { type CompletionStore, openStore } from "../generate/completion-store.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import { parseTopics, writeTopicPrompts } from "../generate/topics.ts";
import { type RunPaths, storePath, writePrompts } from "../run-folder.ts";
import type { Rejection } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import { EnvironmentError, InputError, InterruptedError } from "../util/errors.ts";
import { openCompleter } from "./create-completer.ts";
import { firstOfSets, promptsOf, readTerms } from "./task-prompts.ts";

/** What asking a model came to. */
export interface Generation {
  readonly counts: CompletionCounts;
  /** The task's own topics and those that the model added. */
  readonly topics: readonly string[];
  /** Of the answers that were to be topics. */
  readonly topicRejections: readonly Rejection[];
}

export interface GenerateOptions extends Pick<CompleteOptions, "signal" | "abort"> {
  /** The first so many prompts of each set. Default: all. */
  readonly limit?: number;
  readonly onProgress?: (progress: CompletionProgress, prompts: number) => void;
  /** In place of the task's own completer. */
  readonly completer?: Completer;
}

/** Rounds of topics: a model that only repeats itself ends the stage. */
const TOPIC_ROUNDS = 4;

/**
 * Asks what is not answered yet. The same call goes on where a killed one stopped, and pays for nothing twice.
 * @throws InputError `recorded-completions` where there is nothing to ask; as the completers do
 * @throws InterruptedError when the signal fires before all prompts were asked: what was answered is kept
 * @throws EnvironmentError `topics-unfinished`
 */
export async function generateCompletions(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  options: GenerateOptions = {},
): Promise<Generation> {
  if (spec.completions.from === "recorded")
    throw new InputError(
      "recorded-completions",
      `Task "${spec.name}" has recorded completions: nothing is to be asked.`,
      {
        hint: "Set completions.from to api or local; docs/task-spec.md tells how.",
      },
    );
  const terms = await readTerms(taskFile, spec);
  const store = await openStore(storePath(paths));
  try {
    const { completer, close } = options.completer
      ? { completer: options.completer, close: async () => {} }
      : await openCompleter(taskFile, spec, paths);
    try {
      const { topics, rejections } = await findTopics(spec, completer, store, options);
      const prompts = () => firstOfSets(promptsOf(spec, terms, topics), ({ id }) => id, options.limit);
      await writePrompts(paths, prompts());
      const counts = await askAll(prompts(), completer, store, options, countOf(spec, options.limit));
      if (counts.stopped === "interrupted") throw interrupted();
      const all = counts.stopped ? countAll(prompts(), counts, completer, store) : counts;
      return { counts: all, topics, topicRejections: rejections };
    } finally {
      await close();
    }
  } finally {
    await store.close();
  }
}

/** Of a run that ended early, which has not seen every prompt. */
function countAll(
  prompts: Iterable<Prompt>,
  counts: CompletionCounts,
  { model }: Completer,
  store: CompletionStore,
): CompletionCounts {
  let seen = 0;
  let answered = 0;
  for (const prompt of prompts) {
    seen++;
    if (store.check(prompt.id, hashPrompt(prompt, model)) === "answered") answered++;
  }
  return { ...counts, prompts: seen, stored: answered - counts.answered };
}

const interrupted = () =>
  new InterruptedError("interrupted", "Stopped: what was answered is kept.", {
    hint: "The same command goes on where this one stopped.",
  });

/** The prompts as they were last asked, without asking: topics come from the store; what is missing of that stage is told. */
export async function storedPrompts(
  taskFile: string,
  spec: TaskSpec,
  store: CompletionStore,
): Promise<{ readonly prompts: () => Iterable<Prompt>; readonly missingTopics: readonly Prompt[] }> {
  const terms = await readTerms(taskFile, spec);
  const { topics, missing } = await readTopics(spec, store);
  return { prompts: () => promptsOf(spec, terms, topics), missingTopics: missing };
}

async function askAll(
  prompts: Iterable<Prompt>,
  completer: Completer,
  store: CompletionStore,
  { signal, abort, onProgress }: GenerateOptions,
  total: number,
): Promise<CompletionCounts> {
  const run = completePrompts(prompts, completer, store, {
    ...(signal === undefined ? {} : { signal }),
    ...(abort === undefined ? {} : { abort }),
    ...(onProgress === undefined ? {} : { onProgress: (progress) => onProgress(progress, total) }),
  });
  for await (const _ of run); // each is on disk by now
  return run.counts;
}

/**
 * The first stage, round by round: a round asks for what is still missing, and shows the topics there are by then. All
 * other prompts follow from the topics: with some of them missing, they would be paid for twice.
 */
async function findTopics(
  spec: TaskSpec,
  completer: Completer,
  store: CompletionStore,
  options: GenerateOptions,
): Promise<{ topics: readonly string[]; rejections: readonly Rejection[] }> {
  for (let round = 0; round < TOPIC_ROUNDS; round++) {
    const { topics, rejections, missing } = await readTopics(spec, store);
    if (missing.every(({ id }) => store.has(id))) return { topics, rejections };
    const { stopped } = await askAll(missing, completer, store, options, missing.length);
    if (stopped === "interrupted") throw interrupted();
    const left = missing.filter(({ id }) => !store.has(id)).length;
    if (left > 0) throw unfinished(left, missing.length, stopped === "spending-limit");
  }
  return readTopics(spec, store);
}

function unfinished(left: number, prompts: number, isSpent: boolean): EnvironmentError {
  const why = isSpent ? ": the next request could have passed limits.spend" : "";
  return new EnvironmentError(
    "topics-unfinished",
    `${left} of ${prompts} prompts for topics ${left === 1 ? "has" : "have"} no answer${why}. All other prompts follow from the topics, so none was asked.`,
    {
      hint: "The same command asks for them again. Or lower prompts.expandTopics, or write topics yourself.",
    },
  );
}

/** Replays the rounds from the store: the prompts of each follow from the topics before it. */
async function readTopics(spec: TaskSpec, store: CompletionStore) {
  let topics: readonly string[] = spec.prompts?.topics ?? [];
  const rejections: Rejection[] = [];
  let missing: Prompt[] = [];
  for (let round = 0; round < TOPIC_ROUNDS; round++) {
    missing = writeTopicPrompts(spec, topics);
    const ids = new Set(missing.map(({ id }) => id));
    if (ids.size === 0 || missing.some(({ id }) => !store.has(id))) break;
    const before = topics.length;
    const answers = new Map<string, Parameters<typeof parseTopics>[0]>();
    for await (const result of store.read((id) => ids.has(id)))
      if ("text" in result) answers.set(result.promptId, result);
    for (const { id } of missing) {
      const parsed = parseTopics(answers.get(id)!, topics);
      topics = [...topics, ...parsed.topics];
      rejections.push(...parsed.rejections);
    }
    if (topics.length === before) {
      missing = [];
      break;
    }
  }
  return {
    topics: topics.slice(0, Math.max(spec.prompts?.expandTopics ?? 0, spec.prompts?.topics.length ?? 0)),
    rejections,
    missing,
  };
}

function countOf(spec: TaskSpec, limit = Number.POSITIVE_INFINITY): number {
  return (spec.prompts?.sets ?? []).reduce((sum, { prompts }) => sum + Math.min(prompts, limit), 0);
}
