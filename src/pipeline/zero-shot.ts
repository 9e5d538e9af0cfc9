/** @file A task file and a completer -> the language model's own scores on the task's gold: the baseline of the paper. */
import { join } from "node:path";
import { readGold } from "../dataset/read-gold.ts";
import { readRelationGold } from "../dataset/read-relation-gold.ts";
import { collectNames } from "../evaluate/dictionary.ts";
import { evaluatePredictor } from "../evaluate/evaluate-predictor.ts";
import { evaluateRelationPredictor } from "../evaluate/evaluate-relations.ts";
import { collectPairs, type PairCount } from "../evaluate/pair-dictionary.ts";
import type { Completer } from "../generate/completer.ts";
import { type CompletionKeeper, keepCompletions } from "../generate/keep-completions.ts";
import { requireShowable, type ShownSource } from "../generate/showable.ts";
import { createZeroShotPredictor, type ZeroShotOptions } from "../generate/zero-shot-ner.ts";
import { createZeroShotRelationPredictor } from "../generate/zero-shot-re.ts";
import { runPaths, writeZeroShot, type ZeroShotRecord, type ZeroShotSet } from "../run-folder.ts";
import type { NameCount } from "../task/example.ts";
import { requireRelation } from "../task/output-names.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import type { GoldSpec, TaskSpec } from "../task/spec.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { fileExists, readTextFile } from "../util/files.ts";
import { readTaskGold, readTaskRelationGold, resolveGolds } from "./read-golds.ts";

/** What happens while the model is asked; never text of documents. */
export type ZeroShotEvent =
  | { readonly kind: "zero-shot-gold"; readonly name: string; readonly texts: number }
  | {
      readonly kind: "zero-shot-progress";
      readonly name: string;
      readonly answered: number;
      readonly prompts: number;
    };

export interface RunZeroShotOptions {
  readonly completer: Completer;
  /** Names of gold of the task. Default: all that is scored (`use: select` is not). */
  readonly gold?: readonly string[];
  /** Keeps the answers: what is in it is not asked again. Default: none. */
  readonly store?: CompletionKeeper;
  /** The first so many texts (or pairs) of each gold. Default: all. */
  readonly limit?: number;
  readonly textsPerPrompt?: number;
  /** Names of the training corpus, for the dictionary beside the scores. Default: of the run folder's, if there is one. */
  readonly names?: readonly NameCount[];
  /** The same for relations. */
  readonly pairs?: readonly PairCount[];
  /** Default `runs`. */
  readonly runsFolder?: string;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ZeroShotEvent) => void;
}

/**
 * Asks the model itself for what the task is about and scores it with the code that scores a trained one. Writes
 * `zero-shot.json`. All gold is checked for privacy before any of it is read.
 * @throws InputError `gold-private` for private gold and a completer that is not local; or as the readers of gold do
 * @throws InterruptedError when `signal` fires; answers in the store are kept
 * @example await runZeroShot("task.yaml", { completer, limit: 200 })
 */
export async function runZeroShot(taskFile: string, options: RunZeroShotOptions): Promise<ZeroShotRecord> {
  const spec = parseTaskSpec(await readTextFile(taskFile, "task file"), { path: taskFile });
  return scoreZeroShot(taskFile, spec, options);
}

/** {@link runZeroShot} for a task that is read already. */
export async function scoreZeroShot(
  taskFile: string,
  spec: TaskSpec,
  options: RunZeroShotOptions,
): Promise<ZeroShotRecord> {
  const paths = runPaths(options.runsFolder ?? "runs", spec);
  const chosen = requireShownGold(spec, options.gold, options.completer); // before any of it is read
  const completer = options.store ? keepCompletions(options.completer, options.store) : options.completer;
  const sets: ZeroShotSet[] = [];
  const { present, absent } = await resolveGolds(taskFile, chosen);
  for (const gold of present) {
    const source = requireShowable(gold, options.completer);
    sets.push(await SCORERS[spec.kind]({ spec, gold, source, completer, options, folder: paths.folder }));
  }
  const record: ZeroShotRecord = {
    task: spec.name,
    kind: spec.kind,
    completions: describeCompletions(spec),
    isLocal: completer.isLocal,
    ...(options.limit === undefined ? {} : { limit: options.limit }),
    sets,
    absent,
  };
  await writeZeroShot(paths, record);
  return record;
}

interface ScoreInput {
  readonly spec: TaskSpec;
  readonly gold: GoldSpec;
  readonly source: ShownSource;
  readonly completer: Completer;
  readonly options: RunZeroShotOptions;
  readonly folder: string;
}

/** One way of scoring a kind of task. */
const SCORERS: { readonly [K in TaskSpec["kind"]]: (input: ScoreInput) => Promise<ZeroShotSet> } = {
  ner: scoreNer,
  relation: scoreRelation,
};

async function scoreNer(input: ScoreInput): Promise<ZeroShotSet> {
  const { spec, gold, completer, options, folder } = input;
  const { labels, gold: read } = await readTaskGold(spec, gold);
  const examples = read.examples.slice(0, options.limit);
  options.onEvent?.({ kind: "zero-shot-gold", name: gold.name, texts: examples.length });
  const predictor = createZeroShotPredictor(spec, completer, askOptions(input));
  // All at once, so that every prompt is full and many are in flight; the evaluation finds the answers in memory.
  await predictor.predict(examples.map(({ text }) => text));
  const train = join(folder, "dataset", "train.jsonl");
  const names =
    options.names ?? ((await fileExists(train)) ? collectNames((await readGold(train)).examples) : []);
  const evaluation = await evaluatePredictor(predictor, examples, { names, labels });
  const { name, path } = gold;
  return { kind: "ner", name, path, skipped: read.skipped, counts: predictor.counts, evaluation };
}

async function scoreRelation(input: ScoreInput): Promise<ZeroShotSet> {
  const { spec, gold, completer, options, folder } = input;
  const relation = requireRelation(spec);
  const { name, path } = gold;
  if (gold.level === "document")
    throw new InputError(
      "gold-level",
      `The gold "${gold.name}" is of whole documents; a model is asked about marked pairs.`,
      { hint: "Name the gold of pairs: --gold NAME." },
    );
  const read = await readTaskRelationGold(spec, gold);
  const golds = read.pairs.slice(0, options.limit);
  options.onEvent?.({ kind: "zero-shot-gold", name: gold.name, texts: golds.length });
  const predictor = createZeroShotRelationPredictor({ ...spec, relation }, completer, askOptions(input));
  await predictor.predict(golds.map(({ text, head, tail }) => ({ text, head, tail })));
  const train = join(folder, "dataset", "train.jsonl");
  const pairs =
    options.pairs ??
    ((await fileExists(train)) ? collectPairs((await readRelationGold(train, { relation })).pairs) : []);
  const { negative, directed } = relation;
  const evaluation = await evaluateRelationPredictor(predictor, golds, { negative, directed, pairs });
  return { kind: "relation", name, path, skipped: read.skipped, counts: predictor.counts, evaluation };
}

function askOptions({ spec, gold, source, options }: ScoreInput): ZeroShotOptions {
  const { textsPerPrompt, signal, onEvent } = options;
  return {
    source,
    salt: JSON.stringify(describeCompletions(spec)),
    ...(textsPerPrompt === undefined ? {} : { textsPerPrompt }),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (answered, prompts) =>
      onEvent?.({ kind: "zero-shot-progress", name: gold.name, answered, prompts }),
  };
}

/**
 * The gold to score on.
 * @throws InputError `gold-private` where one of it may not be shown to the completer; as {@link chooseGold} does
 */
export function requireShownGold(
  spec: TaskSpec,
  asked: readonly string[] | undefined,
  completer: Completer,
): readonly GoldSpec[] {
  const chosen = chooseGold(spec, asked);
  for (const gold of chosen) requireShowable(gold, completer);
  return chosen;
}

/** @throws InputError for a name that no gold of the task has, or where nothing is left to score */
function chooseGold({ gold, name }: TaskSpec, asked: readonly string[] | undefined): readonly GoldSpec[] {
  const names = gold.map((file) => file.name);
  for (const wanted of asked ?? []) {
    if (names.includes(wanted)) continue;
    throw new InputError(
      "gold-unknown",
      `The task "${name}" has no gold "${wanted}".${didYouMean(wanted, names)} Its gold: ${names.join(", ") || "none"}.`,
    );
  }
  const chosen = gold.filter((file) => (asked ? asked.includes(file.name) : file.use !== "select"));
  if (chosen.length > 0) return chosen;
  throw new InputError("gold-missing", `The task "${name}" names no gold to score against.`, {
    hint: "Add a file of human annotation under gold in the task file.",
  });
}

/** What decides about the answers: the model and its temperature, not limits and prices. */
function describeCompletions({ completions }: TaskSpec): ZeroShotRecord["completions"] {
  if (completions.from === "recorded") return { from: "recorded" };
  const { from, model, temperature } = completions;
  return from === "api"
    ? { from, provider: completions.provider, model, temperature }
    : { from, model, temperature };
}
