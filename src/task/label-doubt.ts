/** @file The nouns of label verification: a second reading of a text, and where its marks are doubted. */
import type { Mention, Span } from "./example.ts";

/** What is doubted about the marks of a text. */
export type DoubtKind = "missed" | "added" | "boundary" | "type";

/** The marks of an example, doubted in one place. */
export interface LabelDoubt {
  /** Of the example. */
  readonly id: string;
  /**
   * `missed`: a mention stands unmarked; `added`: what is marked is no mention; `boundary`: it begins or ends elsewhere;
   * `type`: it has another label.
   */
  readonly kind: DoubtKind;
  /** As it is marked. Absent: `missed`. */
  readonly given?: Mention;
  /** As it should be. Absent: `added`. */
  readonly suggested?: Mention;
  /** How much speaks for the suggestion, in [0, 1]; doubts of one source are ranked by it. */
  readonly score: number;
}

/** How somebody who has not seen the marks of an example marks its text. */
export interface SecondReading {
  /** Of the example. */
  readonly id: string;
  /** In reading order, not overlapping; offsets into the example's text. */
  readonly mentions: readonly Mention[];
}

/** The class of a marked pair, doubted. */
export interface RelationDoubt {
  /** Of the example. */
  readonly id: string;
  readonly kind: "class";
  /** As it is. */
  readonly given: string;
  /** As it should be. */
  readonly suggested: string;
  /** How much speaks for the suggestion, in [0, 1]. */
  readonly score: number;
}

/** How somebody who has not seen the class of an example reads its marked pair. */
export interface RelationReading {
  /** Of the example. */
  readonly id: string;
  readonly relation: string;
}

/** What a model that was not trained on an example says of its words. */
export interface WordReading {
  /** Of the example. */
  readonly id: string;
  readonly words: readonly Span[];
  /** Of each word's tags, in the order of `tagNames`. */
  readonly probabilities: Float32Array; // [words, tags]
}
