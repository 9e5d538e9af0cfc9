/** @file The files of one run, `runs/<task name>/`: one noun a file, so that `ls` shows the story. */
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { Dataset } from "./dataset/build-dataset.ts";
import type { RelationDataset } from "./dataset/build-relations.ts";
import { renderGoldJsonl } from "./dataset/formats/gold-jsonl.ts";
import { renderRelationJsonl } from "./dataset/formats/relation-jsonl.ts";
import type { DocumentRelationEvaluation } from "./evaluate/evaluate-documents.ts";
import type { ComparedEvaluation } from "./evaluate/evaluate-predictor.ts";
import type { ComparedRelationEvaluation } from "./evaluate/evaluate-relations.ts";
import type { AskCounts } from "./generate/ask-numbered.ts";
import type { Prompt } from "./generate/completer.ts";
import type { ZeroShotCounts } from "./generate/zero-shot-ner.ts";
import type { Example } from "./task/example.ts";
import { renderResolvedSpec } from "./task/parse-spec.ts";
import type { Rejection } from "./task/rejection.ts";
import type { RelationExample } from "./task/relation-example.ts";
import { THRESHOLD_BY, type ThresholdBy } from "./task/relation-training.ts";
import type { TaskKind, TaskSpec } from "./task/spec.ts";
import {
  fileExists,
  readJsonFile,
  renderJsonLines,
  writeFileAtomic,
  writeLinesAtomic,
} from "./util/files.ts";

/** Where each result stands. */
export interface RunPaths {
  readonly folder: string;
  readonly model: string;
  readonly checkpoint: string;
  readonly evaluation: string;
}

/** What the model in the folder was trained from. */
export interface TrainingRecord {
  readonly fingerprint: string;
  readonly steps: number;
  /** Of the process that finished; an interrupted run's earlier time is not counted. */
  readonly seconds: number;
  readonly lastEpochLoss: number;
  readonly widenedMentions: number;
  readonly droppedMentions: number;
  readonly cutWords: number;
  /** Pairs whose text was too long to be shown whole. Absent: the task has no pairs. */
  readonly cutTexts?: number;
  /** Of a relation model: what decides, and by what it was chosen. */
  readonly threshold?: {
    readonly value: number;
    readonly by: ThresholdBy;
    readonly f1?: number;
    readonly pairs?: number;
  };
  /** Sequences that each epoch ran, where some may be left out (`training.prune`); all of them in the first. */
  readonly sequencesByEpoch?: readonly number[];
  /** How the model was chosen, where training was scored in mid-course. */
  readonly selection?: SelectionRecord;
}

/** Scores in mid-course; `synthetic` ones say little about real text. */
interface SelectionRecord {
  readonly kind: "synthetic" | "gold";
  readonly name: string;
  /** Texts that were scored. */
  readonly texts: number;
  readonly scores: readonly { readonly step: number; readonly f1: number }[];
  /** The step whose weights the model has. */
  readonly chosen: { readonly step: number; readonly f1: number };
  readonly stoppedEarly: boolean;
}

/** The scores of each kind of task. */
export interface EvaluationOfKind {
  readonly ner: ComparedEvaluation;
  /** By document where the gold is of whole documents. */
  readonly relation: ComparedRelationEvaluation | DocumentRelationEvaluation;
}

/** One scored set. */
export interface ScoredSet<K extends TaskKind = "ner"> {
  /** `gold`: human annotation; `synthetic`: held-out completions, which say little about real text. */
  readonly kind: "gold" | "synthetic";
  readonly name: string;
  readonly path: string;
  readonly evaluation: EvaluationOfKind[K];
  /** What was left out of the file, counted. */
  readonly skipped: readonly { readonly reason: string; readonly label?: string; readonly count: number }[];
}

/** `evaluation.json` */
export interface RunEvaluation<K extends TaskKind = "ner"> {
  /** Of the model and the sets: equal where nothing has to be scored again. */
  readonly fingerprint: string;
  readonly sets: readonly ScoredSet<K>[];
  /** Optional gold files that are not there. */
  readonly absent: readonly { readonly name: string; readonly path: string }[];
}

export function runPaths(runsFolder: string, spec: TaskSpec): RunPaths {
  const folder = join(runsFolder, spec.name);
  return {
    folder,
    model: join(folder, "model"),
    checkpoint: join(folder, "checkpoints", "last.safetensors"),
    evaluation: join(folder, "evaluation.json"),
  };
}

/** `completions.jsonl`: the store of what was answered, and paid for. */
export const storePath = ({ folder }: RunPaths): string => join(folder, "completions.jsonl");

export const verificationsPath = ({ folder }: RunPaths): string => join(folder, "verifications.jsonl");
export const zeroShotAnswersPath = ({ folder }: RunPaths): string => join(folder, "zero-shot-answers.jsonl");

/** Every store of answers that were paid for. */
export const storePaths = (paths: RunPaths): readonly string[] => [
  storePath(paths),
  verificationsPath(paths),
  zeroShotAnswersPath(paths),
];

/** Starts a run folder: the task as written and as resolved. */
export async function writeTask({ folder }: RunPaths, taskFile: string, spec: TaskSpec): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(taskFile, join(folder, "task.yaml"));
  await writeFileAtomic(join(folder, "spec.json"), renderResolvedSpec(spec));
}

/** `prompts.jsonl`, a prompt a line, however many there are. */
export async function writePrompts({ folder }: RunPaths, prompts: Iterable<Prompt>): Promise<void> {
  await writeLinesAtomic(join(folder, "prompts.jsonl"), prompts);
}

export async function writeExamples(
  { folder }: RunPaths,
  { examples, rejections }: { examples: readonly unknown[]; rejections: readonly Rejection[] },
): Promise<void> {
  await writeFileAtomic(join(folder, "examples.jsonl"), renderJsonLines(examples));
  await writeFileAtomic(join(folder, "rejections.jsonl"), renderJsonLines(rejections));
}

/** The splits are in our gold format as well, so `evaluate --gold` reads them. */
export async function writeDataset({ folder }: RunPaths, { train, dev, audit }: Dataset): Promise<void> {
  const render = (examples: readonly Example[]) =>
    renderGoldJsonl(examples.map(({ prompt, ...rest }) => ({ ...rest, document: prompt })));
  await writeFileAtomic(join(folder, "dataset", "train.jsonl"), render(train));
  await writeFileAtomic(join(folder, "dataset", "dev.jsonl"), render(dev));
  await writeFileAtomic(join(folder, "audit.json"), `${JSON.stringify(audit, null, 2)}\n`);
}

/** The twin of {@link writeDataset} for pairs. */
export async function writeRelations({ folder }: RunPaths, dataset: RelationDataset): Promise<void> {
  const render = (examples: readonly RelationExample[]) =>
    renderRelationJsonl(examples.map(({ prompt, ...rest }) => ({ ...rest, document: prompt })));
  await writeFileAtomic(join(folder, "dataset", "train.jsonl"), render(dataset.train));
  await writeFileAtomic(join(folder, "dataset", "dev.jsonl"), render(dataset.dev));
  await writeFileAtomic(join(folder, "audit.json"), `${JSON.stringify(dataset.audit, null, 2)}\n`);
}

/** What curation did: `curation.json`, every dropped example with its reason, and the dataset card. */
export async function writeCuration(
  { folder }: RunPaths,
  { report, dropped, card }: { report: object; dropped: readonly unknown[]; card: string },
): Promise<void> {
  await writeFileAtomic(join(folder, "curation.json"), `${JSON.stringify(report, null, 2)}\n`);
  await writeFileAtomic(join(folder, "dropped.jsonl"), renderJsonLines(dropped));
  await writeFileAtomic(join(folder, "dataset", "README.md"), card);
}

/** Removes the halves of checkpoints that killed runs left behind: each is three times the size of the model. */
export async function removeTornCheckpoints({ checkpoint }: RunPaths): Promise<void> {
  const folder = dirname(checkpoint);
  for (const name of await readdir(folder).catch(() => [])) {
    if (name.endsWith(".tmp")) await rm(join(folder, name), { force: true });
  }
}

const stepScore = z.strictObject({ step: z.number(), f1: z.number() });

const trainingSchema: z.ZodType<TrainingRecord> = z.strictObject({
  fingerprint: z.string(),
  steps: z.number(),
  seconds: z.number(),
  lastEpochLoss: z.number(),
  widenedMentions: z.number(),
  droppedMentions: z.number(),
  cutWords: z.number(),
  cutTexts: z.exactOptional(z.number()),
  threshold: z.exactOptional(
    z.strictObject({
      value: z.number(),
      by: z.enum(THRESHOLD_BY),
      f1: z.exactOptional(z.number()),
      pairs: z.exactOptional(z.number()),
    }),
  ),
  sequencesByEpoch: z.exactOptional(z.array(z.number())),
  selection: z.exactOptional(
    z.strictObject({
      kind: z.enum(["synthetic", "gold"]),
      name: z.string(),
      texts: z.number(),
      scores: z.array(stepScore),
      chosen: stepScore,
      stoppedEarly: z.boolean(),
    }),
  ),
});

/** Written after the model: where it is there, so is the model. */
export async function writeTraining({ folder }: RunPaths, record: TrainingRecord): Promise<void> {
  await writeFileAtomic(join(folder, "training.json"), `${JSON.stringify(record, null, 2)}\n`);
}

/** Undefined where there is none, or one of another form. */
export async function readTraining({ folder }: RunPaths): Promise<TrainingRecord | undefined> {
  const path = join(folder, "training.json");
  if (!(await fileExists(path))) return undefined;
  return trainingSchema.safeParse(await readJsonFile(path, "training record")).data;
}

export async function writeRunEvaluation(
  { evaluation }: RunPaths,
  result: RunEvaluation<TaskKind>,
): Promise<void> {
  await writeFileAtomic(evaluation, `${JSON.stringify(result, null, 2)}\n`);
}

/** Undefined where there is none of this fingerprint. */
export async function readRunEvaluation(
  { evaluation }: RunPaths,
  fingerprint: string,
): Promise<RunEvaluation<TaskKind> | undefined> {
  if (!(await fileExists(evaluation))) return undefined;
  const found = (await readJsonFile(evaluation, "evaluation")) as RunEvaluation<TaskKind>; // written by us; the fingerprint vouches for the form
  return found.fingerprint === fingerprint ? found : undefined;
}

/** One gold set as the language model itself answered it; without any text of it. */
export type ZeroShotSet = {
  readonly name: string;
  readonly path: string;
  /** What was left out of the file, counted. */
  readonly skipped: ScoredSet["skipped"];
} & (
  | { readonly kind: "ner"; readonly counts: ZeroShotCounts; readonly evaluation: ComparedEvaluation }
  | { readonly kind: "relation"; readonly counts: AskCounts; readonly evaluation: ComparedRelationEvaluation }
);

/** `zero-shot.json` */
export interface ZeroShotRecord {
  readonly task: string;
  readonly kind: TaskKind;
  /** Who answered. */
  readonly completions: {
    readonly from: TaskSpec["completions"]["from"];
    readonly provider?: string;
    readonly model?: string;
    readonly temperature?: number;
  };
  readonly isLocal: boolean;
  /** Only the first so many texts of each set were asked. */
  readonly limit?: number;
  readonly sets: readonly ZeroShotSet[];
  readonly absent: RunEvaluation["absent"];
}

export async function writeZeroShot({ folder }: RunPaths, record: ZeroShotRecord): Promise<void> {
  await writeFileAtomic(join(folder, "zero-shot.json"), `${JSON.stringify(record, null, 2)}\n`);
}
