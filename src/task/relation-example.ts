/** @file The nouns of relation tasks: a text with two marked mentions and the class of what it says of them. */
import type { Mention } from "./example.ts";

/** Two mentions of a text; offsets UTF-16, half-open. They do not overlap. */
export interface MarkedPair {
  readonly text: string;
  readonly head: Mention;
  readonly tail: Mention;
}

/** A labelled pair of the synthetic corpus. */
export interface RelationExample extends MarkedPair {
  /** `<prompt id>-<line>`, unique in a corpus. */
  readonly id: string;
  /** One of the task's relation classes. */
  readonly relation: string;
  /** The prompt it was written for: examples of one prompt never stand in two splits. */
  readonly prompt: string;
  readonly passage: number;
}

/** A labelled pair of a gold corpus. */
export interface GoldRelation extends MarkedPair {
  readonly id: string;
  readonly relation: string;
  /** The unit that the bootstrap draws. Absent: the pair is its own. */
  readonly document?: string;
}

/** The names of a pair in the training corpus, its class, and how often; names in lower case, with single spaces. */
export interface PairCount {
  readonly head: string;
  readonly tail: string;
  readonly relation: string;
  readonly count: number;
}

/** How a pair is related. */
export interface RelationAnswer {
  readonly relation: string;
  /** Probability of `relation`, in [0, 1]. */
  readonly score: number;
  /** Of every class, in the order of the predictor's `classes`; they sum to 1. Absent: it has none, and no curve can be drawn. */
  readonly probabilities?: readonly number[];
}

/** Says how the two mentions of a text are related. */
export interface RelationPredictor {
  readonly classes: readonly string[];
  /** One answer a pair, in order. The class need not be the likeliest: a threshold may have been set. */
  predict(pairs: readonly MarkedPair[]): Promise<RelationAnswer[]>;
}
