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
}
