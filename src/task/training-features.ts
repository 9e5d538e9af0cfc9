/** @file What fine-tuning may do beyond the plain recipe: the optional keys of `training` with their meaning. */
import type { PairTraining } from "./relation-training.ts";

/** Weights that stay as the encoder has them. The backward pass stops above them, so a step costs less. */
export interface FreezeSpec {
  /** The tables of words, positions and types, and their LayerNorm. Default: false. */
  readonly embeddings: boolean;
  /** That many layers, counted from the lowest. Default: 0. */
  readonly layers: number;
}

/** Low-rank adaptation (Hu et al. 2021): targets are trained as W + alpha / rank * B A, all else but the head stays. */
export interface LoraSpec {
  /** Rows of A. Default: 8. */
  readonly rank: number;
  /** Default: 16. */
  readonly alpha: number;
  /** Share of A's elements left out in a step, in [0, 1) (DropConnect, Wan et al. 2013). Default: 0. */
  readonly dropout: number;
  /** Last part of the names of the weights that are adapted, without `.weight`. Default: query, value. */
  readonly targets: readonly string[];
}

/** Learning from another model's probabilities (Hinton et al. 2015). */
export interface DistillationSpec {
  /** A model folder of this program with the same labels; relative to the task file. */
  readonly teacher: string;
  /** Share of the teacher in the loss, in [0, 1]; the rest is that of the marks. Default: 0.5. */
  readonly weight: number;
  /** Both sides' logits are divided by it in the teacher's part. Default: 2. */
  readonly temperature: number;
}

/** By label, for its B- and I- tags, `O` for words outside of mentions; of pairs, by class. Those not named: 1. */
export type ClassWeights = "none" | "balanced" | Readonly<Record<string, number>>;

/** Every default leaves training as it is without the key. */
export interface TrainingFeatures extends PairTraining {
  /** Batches whose gradients make one step. Default: 1. */
  readonly gradientAccumulation: number;
  /** Each layer below the head learns at this times the rate of the one above it, in (0, 1]. Default: 1. */
  readonly layerDecay: number;
  readonly freeze: FreezeSpec;
  /** Absent: none. */
  readonly lora?: LoraSpec;
  /** `balanced`: words / (tags * words with the tag), of pairs pairs / (classes * pairs of the class), as scikit-learn. Default: none. */
  readonly classWeights: ClassWeights;
  /** Share of each target spread over all tags, in [0, 1). Default: 0. */
  readonly labelSmoothing: number;
  /**
   * Chance of a sequence to be left out of an epoch where its last loss was below the mean, in [0, 0.9]; its loss weighs
   * more when it is not (Qin et al. 2024). Default: 0.
   */
  readonly prune: number;
  /** Absent: none. */
  readonly distillation?: DistillationSpec;
  /** When the model is scored while it is trained: `never`, at the end of each `epoch`, or every so many steps. Default: never. */
  readonly evaluateEvery: "never" | "epoch" | number;
  /** Scores in a row without a new best after which training ends. Absent: it takes all its steps. */
  readonly patience?: number;
  /** Whether the model is the one of the best score rather than the last. Default: true. */
  readonly keepBest: boolean;
  /**
   * Share of the training prompts whose examples are scored instead of trained on, in (0, 1), where training is scored
   * and no gold file has `use: select`. Default: 0.1.
   */
  readonly selectFraction: number;
}
