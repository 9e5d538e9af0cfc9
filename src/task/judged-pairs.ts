/** @file The nouns of relations in documents: a pair of mentions that was judged, and names that are related. */
import type { RelationAnswer } from "./relation-example.ts";

/** A pair of a document, judged. Numbers are places in the document's `mentions`. */
export interface JudgedCandidate {
  readonly head: number;
  readonly tail: number;
  readonly answer: RelationAnswer;
}

/** Two names that are related in a document, whichever of their mentions say so; names as {@link normaliseText} gives them. */
export interface NameRelation {
  readonly head: string;
  readonly tail: string;
  readonly relation: string;
  /** In [0, 1]: see {@link combineScores}. */
  readonly score: number;
}
