/** @file How a corpus is cleaned: the `curation` part of a task, in the resolved form. Every step can be switched off. */

/** What is done with an example whose labels are doubted. */
export type DoubtAction = "keep" | "relabel" | "drop";

/** A second reading of the examples by a language model that has not seen the first marks. */
export interface VerifySpec {
  /** Recorded answers (OpenAI Batch files), relative to the task file. Absent: the task's own completer is asked. */
  readonly requests?: string;
  readonly output?: string;
  /** What is done where the two readings differ. Default: `keep` (they are counted and listed). */
  readonly action: DoubtAction;
}

/** Cross-validated disagreement of the encoder (confident learning, Northcutt et al. 2021). */
export interface DisagreementSpec {
  /** The corpus is cut by prompt into so many parts; each is read by a model trained on the others. Default: 3. */
  readonly folds: number;
  /** Passes of each of these trainings. Default: 2. */
  readonly epochs: number;
  /** Default: `keep`. */
  readonly action: DoubtAction;
  /** Share of the examples, with and without a mention each, that the models read most surely as marked: dropped. Default: 0. */
  readonly learnt: number;
}

/** A text that the corpus must not repeat: a test set, local notes. Read on this machine, never sent. */
export interface ReferenceSpec {
  readonly name: string;
  /** Text, or JSON lines with `text`, relative to the task file. */
  readonly path: string;
  /** True: an absent file is reported and passed over. Default: false. */
  readonly optional: boolean;
}

export interface CurationSpec {
  /** Words of an example: shorter and longer ones are dropped. Default: [3, 200]. */
  readonly words: readonly [number, number];
  /** Near duplicates by MinHash of word 3-grams: Jaccard similarity from which the later one is dropped; 0: off. Default: 0.8. */
  readonly minHash: number;
  /** Near duplicates by the encoder's mean-pooled vectors: cosine similarity from which the later one is dropped; 0: off. Default: 0. */
  readonly embedding: number;
  /** A name that is marked elsewhere and stands unmarked: counted, marked, or the example dropped. Default: `keep`. */
  readonly unmarked: DoubtAction;
  /** Regular expressions (with the flag u) that no whole mention of a label may match, by label. Default: {}. */
  readonly forbidden: Readonly<Record<string, readonly string[]>>;
  /** What looks like a personal identifier: `keep` counts and lists, `drop` drops. Default: `keep`. */
  readonly identifiers: "keep" | "drop";
  readonly verify?: VerifySpec;
  readonly disagreement?: DisagreementSpec;
  /** Default: []. */
  readonly references: readonly ReferenceSpec[];
  /** Word n-grams shared with a reference: from this length on the example is dropped; 0: only reported. Default: 0. */
  readonly maxSharedWords: number;
}
