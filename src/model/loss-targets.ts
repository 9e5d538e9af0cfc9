/** @file Labelled words -> rows of targets and what their sum is divided by: class weights, smoothing, a teacher's share. */
import type { LabelledSequence } from "./sequence.ts";

/** How words weigh in the loss. The defaults give the mean cross-entropy over labelled words. */
export interface LossOptions {
  /** Weight of each tag, at least 0. Default: all 1. */
  readonly tagWeights?: ArrayLike<number>;
  /** Share of each target spread over all tags, in [0, 1). Default: 0. */
  readonly labelSmoothing?: number;
  /** Words with soft targets learn from those with this weight, from their tag with the rest. */
  readonly distillation?: { readonly weight: number; readonly temperature: number };
}

/** What the sums of a step are multiplied by; one for all batches of the step. */
export interface LossScales {
  /** 1 / sum of the weights of the words' tags, as PyTorch's CrossEntropyLoss; 0 where no word has any. */
  readonly hard: number;
  /** weight * temperature^2 / labelled words: keeps the size of gradients at any temperature (Hinton et al. 2015, 2.1). */
  readonly soft: number;
}

/** @param sequences all of a step */
export function lossScales(sequences: readonly LabelledSequence[], options: LossOptions = {}): LossScales {
  const { tagWeights, distillation } = options;
  let words = 0;
  let weights = 0;
  for (const { tags } of sequences) {
    words += tags.length;
    for (const tag of tags) weights += tagWeights?.[tag] ?? 1;
  }
  return {
    hard: weights > 0 ? 1 / weights : 0,
    soft: distillation && words > 0 ? (distillation.weight * distillation.temperature ** 2) / words : 0,
  };
}

/**
 * Writes a word's row as PyTorch's CrossEntropyLoss weighs it: w[y] (1 - s) at its tag y, and w[c] s / tags at every c.
 * @param isDistilled whether the word has soft targets too
 */
export function writeTargetRow(row: Float32Array, tag: number, isDistilled: boolean, options: LossOptions) {
  const { tagWeights, labelSmoothing = 0, distillation } = options;
  const share = distillation && isDistilled ? 1 - distillation.weight : 1;
  for (let c = 0; labelSmoothing > 0 && c < row.length; c++) {
    row[c] = (share * labelSmoothing * (tagWeights?.[c] ?? 1)) / row.length;
  }
  row[tag] = row[tag]! + share * (1 - labelSmoothing) * (tagWeights?.[tag] ?? 1);
}
