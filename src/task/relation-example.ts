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

/** Says how the two mentions of a text are related. */
export interface RelationPredictor {
  readonly classes: readonly string[];
  /** One answer a pair, in order; `score` is a probability in [0, 1]. */
  predict(pairs: readonly MarkedPair[]): Promise<{ readonly relation: string; readonly score: number }[]>;
}
