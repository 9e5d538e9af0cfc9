/** @file The noun of every corpus format: a text and what a file says of it, nothing flattened. Offsets are UTF-16 units, half-open. */
import type { Span } from "./example.ts";

/** A text with its annotation, as rich as any format here has it. */
export interface CorpusDocument {
  /** Unique in a file; what the file calls it, or its number. */
  readonly id: string;
  readonly text: string;
  /** In reading order of their first span, then the shorter first; they may overlap. */
  readonly mentions: readonly CorpusMention[];
  /** In the order of the file. */
  readonly relations: readonly CorpusRelation[];
  /** What the text is a sentence of, where the file says so: the unit that a bootstrap draws. */
  readonly document?: string;
  /** Parts with a name (`title`, `abstract`, a section), in reading order, not overlapping. Absent: the file tells none. */
  readonly passages?: readonly Passage[];
  /** Tokens, where the file has them. */
  readonly tokens?: readonly Span[];
  /** What else the file says of the whole text: `patient`, `date`, `title`, `note_class` ... Absent: nothing. */
  readonly meta?: Readonly<Record<string, string>>;
}

/** A part of a document. */
export interface Passage extends Span {
  /** As the file names it: `title`, `abstract`, `Medications`. */
  readonly type: string;
}

/** What is annotated in a text. */
export interface CorpusMention {
  readonly label: string;
  /** One, or several where the mention is discontinuous; in reading order, disjoint, none empty. */
  readonly spans: readonly Span[];
  /** As the file names it (`T1`); unique in its document. Absent: it has no name. */
  readonly id?: string;
  /** Identifiers in a terminology, each on its own: `D003866`. Absent: none. */
  readonly concepts?: readonly string[];
  /** Further facts by name: `Negation: "true"`. Absent: none. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Probability in [0, 1], where a model found it. */
  readonly score?: number;
}

/** One argument of a relation: a mention of the document by its place in `mentions`, or a concept whatever its mentions. */
export type CorpusArgument = { readonly mention: number } | { readonly concept: string };

/** Two things that are related. */
export interface CorpusRelation {
  readonly type: string;
  readonly head: CorpusArgument;
  readonly tail: CorpusArgument;
  /** What the file calls the two parts: `["Arg1", "Arg2"]`. Absent: nothing. */
  readonly roles?: readonly [head: string, tail: string];
  readonly id?: string;
  /** Probability in [0, 1], where a model found it. */
  readonly score?: number;
}
