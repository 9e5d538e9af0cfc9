/** @file What a run takes, what it tells while it goes on, and what it gives. */
import type { Dataset } from "../dataset/build-dataset.ts";
import type { RelationDataset } from "../dataset/build-relations.ts";
import type { Device } from "../engine/devices.ts";
import type { CompletionProgress } from "../generate/completer.ts";
import type { DownloadProgress } from "../model/download.ts";
import type { RunEvaluation, RunPaths, TrainingRecord } from "../run-folder.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { FoldStart } from "../train/cross-validate.ts";
import type { SelectionScore, TrainingStart } from "../train/fine-tune.ts";
import type { TrainStep } from "../train/train-model.ts";
import { InputError } from "../util/errors.ts";
import type { Curated, DatasetOfKind } from "./curate.ts";
import type { Generation } from "./generate.ts";

/** What happens while a task runs, for progress bars and logs; never text of documents. */
export type RunEvent =
  | { readonly kind: "task"; readonly spec: TaskSpec; readonly folder: string }
  | { readonly kind: "generation-start" }
  | {
      readonly kind: "generation-progress";
      readonly progress: CompletionProgress;
      /** Of the stage: all of them, those answered before too. */
      readonly prompts: number;
    }
  | { readonly kind: "generation-done"; readonly generation: Generation }
  | { readonly kind: "verification-progress"; readonly progress: CompletionProgress }
  | { readonly kind: "fold-start"; readonly fold: FoldStart }
  | { readonly kind: "fold-step"; readonly step: TrainStep; readonly fold: number }
  | { readonly kind: "curation"; readonly curated: Curated<Dataset | RelationDataset> }
  | { readonly kind: "download"; readonly progress: DownloadProgress }
  | { readonly kind: "encoder"; readonly source: string }
  | { readonly kind: "training-reused"; readonly record: TrainingRecord }
  | { readonly kind: "training-start"; readonly start: TrainingStart }
  | { readonly kind: "training-step"; readonly step: TrainStep }
  | { readonly kind: "training-score"; readonly score: SelectionScore }
  | { readonly kind: "training-done"; readonly record: TrainingRecord }
  | {
      readonly kind: "evaluation-progress";
      readonly name: string;
      readonly done: number;
      readonly total: number;
    }
  | { readonly kind: "evaluation-reused" };

export interface RunOptions {
  /** Run folders stand in it. Default `runs`. */
  readonly runsFolder?: string;
  /** Default: every core. */
  readonly threads?: number;
  /** What computes, in training and in scoring. Default `cpu`. */
  readonly device?: Device;
  /** Replaces the seed of the task file, for the mean over several. */
  readonly seed?: number;
  /** Open no connection: the encoder must be a folder or in the cache. Default false. */
  readonly offline?: boolean;
  /** Time between checkpoints. Default 60,000. */
  readonly checkpointEveryMs?: number;
  /** Stops training after the step in progress, with a checkpoint. */
  readonly signal?: AbortSignal;
  /** Cancels what a model is being asked; `signal` lets it finish. */
  readonly abort?: AbortSignal;
  readonly onEvent?: (event: RunEvent) => void;
}

/** A task of a kind that has a model. */
export interface TrainedTaskOf<K extends TaskKind> {
  readonly kind: K;
  readonly spec: TaskSpec;
  readonly paths: RunPaths;
  readonly dataset: DatasetOfKind[K];
  readonly training: TrainingRecord;
}

/** With its scores. */
export interface RunResultOf<K extends TaskKind> extends TrainedTaskOf<K> {
  readonly evaluation: RunEvaluation<K>;
}

/** `kind` says which. */
export type TrainedTask = { [K in TaskKind]: TrainedTaskOf<K> }[TaskKind];
export type RunResult = { [K in TaskKind]: RunResultOf<K> }[TaskKind];

/**
 * For who knows what kind of task it is.
 * @throws InputError `task-kind` where it is another
 * @example const { evaluation } = requireKind(await runTask("examples/disease/task.yaml"), "ner");
 */
export function requireKind<T extends TrainedTask, K extends TaskKind>(
  run: T,
  kind: K,
): Extract<T, { readonly kind: K }> {
  if (run.kind === kind) return run as Extract<T, { readonly kind: K }>;
  throw new InputError("task-kind", `Task "${run.spec.name}" is of kind ${run.kind}, not ${kind}.`);
}
