/** @file What training on pairs may choose: how the two mentions are shown, what is read of them, when a pair is related. */

/**
 * How the encoder is shown the pair, in punctuation that every tokenizer has (Zhou & Chen 2022):
 * `typed`: `@ * gene * APOE @ ... # ^ disease ^ gout #`; `plain`: `@ APOE @ ... # gout #`;
 * `masked`: `gene ... disease` in place of the two names, so that nothing can be learnt of them.
 */
export const PAIR_MARKERS = ["typed", "plain", "masked"] as const;
export type PairMarkers = (typeof PAIR_MARKERS)[number];

/**
 * Which tokens' hidden states the classifier reads, end to end: `starts`: the first token of head and of tail, which is a marker where there are such; `cls-starts`:
 * the sequence's first token before them; `cls`: that token alone.
 */
export const PAIR_POOLINGS = ["starts", "cls-starts", "cls"] as const;
export type PairPooling = (typeof PAIR_POOLINGS)[number];

/** `training` of a task of kind relation, beside what both kinds have. Absent keys: {@link PAIR_DEFAULTS}. */
export interface PairTraining {
  readonly markers?: PairMarkers;
  readonly pooling?: PairPooling;
  /**
   * A pair is related where the probabilities of all classes but the negative one reach this together, in [0, 1]; `dev`:
   * what scores highest on the synthetic dev set, 0.5 where there is none.
   */
  readonly threshold?: "dev" | number;
  /**
   * Copies of training pairs, over the pairs, in which the tail's mark stands on another word of the text, or one word of its name alone: examples of the
   * negative class, as a tagger's mistakes are. Drawn anew every epoch. In [0, 1].
   */
  readonly misplaced?: number;
}

/** What a threshold was chosen by. */
export const THRESHOLD_BY = ["dev", "given", "default"] as const;
export type ThresholdBy = (typeof THRESHOLD_BY)[number];

/** What the keys of {@link PairTraining} are where they are left out. */
export const PAIR_DEFAULTS: Required<PairTraining> = {
  markers: "typed",
  pooling: "starts",
  threshold: "dev",
  misplaced: 0,
};
