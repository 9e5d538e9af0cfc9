/** @file What a relation is: the `relation` part of a task of that kind, in the resolved form. */
import type { LabelSpec } from "./spec.ts";

/** Two labels whose mentions may be related, and the classes of what is said of a pair. */
export interface RelationSpec {
  /** Label of the first argument: a gene, a chemical. One of the task's labels. */
  readonly head: string;
  /** Label of the second argument; it may be the same as `head` where `directed` is false. */
  readonly tail: string;
  /** Whether head and tail have different parts in it (cause and effect). Default: true. */
  readonly directed: boolean;
  /** Class -> its definition; at least two. Examples are `class<tab>sentence in markup`. A class is a word without white space. */
  readonly classes: Readonly<Record<string, LabelSpec>>;
  /** The class that means "not related". One of `classes`. */
  readonly negative: string;
  /** In documents: how many sentences the two mentions may be apart. Default: 0, the same sentence. */
  readonly window?: number;
  /** How a whole document decides which of its things are related. Absent: each pair of mentions speaks for itself. */
  readonly evidence?: EvidenceSpec;
}

/** What of a document beside the sentence speaks for a relation, or against it (`document-evidence.ts`). */
export interface EvidenceSpec {
  /** How the scores of several pairs of mentions become one. Default: noisy-or. */
  readonly combine: "max" | "noisy-or";
  /** Words, in lower case, that say too little to be a tail by themselves: toxicity. Default: none. */
  readonly general: readonly string[];
  /**
   * A head counts that is in the title, is the one with the most mentions, or shares more than one sentence with the tail.
   * Default: true.
   */
  readonly mainHeads: boolean;
  /** A tail outside the title that shares no sentence with any head is related to the heads of the title. Default: true. */
  readonly titleHeads: boolean;
}
