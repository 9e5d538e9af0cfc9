/** @file What a model is fine-tuned from, one form a kind of task. */
import type { EncoderFiles } from "../model/encoder-folder.ts";
import type { Example, NameCount } from "../task/example.ts";
import type { PairCount, RelationExample } from "../task/relation-example.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { RelationSelectionSet, SelectionSet } from "./dev-scorer.ts";

interface CommonInput {
  readonly spec: TaskSpec;
  readonly encoder: EncoderFiles;
  /** Folder of the teacher. Default: `training.distillation.teacher` as seen from here. */
  readonly teacher?: string;
}

/** Of a task of kind ner. */
export interface FineTuneInput extends CommonInput {
  readonly examples: readonly Example[];
  /** Names of the examples, kept beside the model. */
  readonly names: readonly NameCount[];
  /** What the model is scored on in mid-course; asked for by `training.evaluateEvery`. */
  readonly selection?: SelectionSet;
}

/** Of a task of kind relation. */
export interface RelationFineTuneInput extends CommonInput {
  readonly examples: readonly RelationExample[];
  /** Pairs of names of the examples, kept beside the model. */
  readonly pairs: readonly PairCount[];
  /** Held-out synthetic pairs that `training.threshold: dev` is chosen on; never gold. */
  readonly dev: readonly RelationExample[];
  readonly selection?: RelationSelectionSet;
}

export interface FineTuneInputOfKind {
  readonly ner: FineTuneInput;
  readonly relation: RelationFineTuneInput;
}

export type AnyFineTuneInput = FineTuneInputOfKind[TaskKind];
