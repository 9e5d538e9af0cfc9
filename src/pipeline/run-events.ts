/** @file What a run takes, what it tells while it goes on, and what it gives. */
import type { Dataset } from "../dataset/build-dataset.ts";
import type { RelationDataset } from "../dataset/build-relations.ts";
import type { Device } from "../engine/devices.ts";
import type { CompletionProgress } from "../generate/completer.ts";
import type { DownloadProgress } from "../model/download.ts";
import type { RunEvaluation, RunPaths, TrainingRecord } from "../run-folder.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { FoldStart } from "../train/cross-validate.ts";
import type { SelectionScore, TrainingStart } from "../train/fine-tune.ts";
import type { TrainStep } from "../train/train-model.ts";
import type { Curated } from "./curate.ts";
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

export interface RunResult {
  readonly spec: TaskSpec;
  readonly paths: RunPaths;
  readonly dataset: Dataset;
  readonly training: TrainingRecord;
  readonly evaluation: RunEvaluation;
}

/** A task that has a model. */
export type TrainedTask = Omit<RunResult, "evaluation">;
