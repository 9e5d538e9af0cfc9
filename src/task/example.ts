/** @file The nouns every room shares: a text and the mentions in it. Offsets are UTF-16 units, half-open. */

import type { Span } from "../util/span.ts";

export type { Span };

/** A span that names something. */
export interface Mention extends Span {
  readonly label: string;
}

/** A mention that a model found. `score` is a probability in [0, 1]. */
export interface ScoredMention extends Mention {
  readonly score: number;
  /**
   * What it was carried over from, with that one's score: the long form of an `abbreviation` that the document defines, or
   * the same `name` elsewhere in it. Absent: it was found where it stands.
   */
  readonly source?: MentionSource;
}

/** See `ScoredMention.source`. */
export type MentionSource = "abbreviation" | "name";

/** A labelled text of the synthetic corpus. */
export interface Example {
  /** `<prompt id>-<line>`, unique in a corpus. */
  readonly id: string;
  readonly text: string;
  /** In reading order, not overlapping. */
  readonly mentions: readonly Mention[];
  /** The prompt it was written for: examples of one prompt never stand in two splits. */
  readonly prompt: string;
  /** Number of the passage (abstract) in the completion, counted from 0 by blank lines. */
  readonly passage: number;
}

/** A labelled text of a gold corpus. */
export interface GoldExample {
  readonly id: string;
  readonly text: string;
  readonly mentions: readonly Mention[];
  /** The document the text is part of; the unit that the bootstrap draws. Absent: the text is its own. */
  readonly document?: string;
  /** Mentions of several spans, which no model here can find; in no other list. Absent: none. */
  readonly discontinuous?: readonly DiscontinuousMention[];
}

/** A mention whose words do not follow one another: `ovarian` and `cancer` of `ovarian and breast cancer`. */
export interface DiscontinuousMention {
  readonly label: string;
  /** Two or more, in reading order, disjoint. */
  readonly spans: readonly Span[];
}

/** A name that a corpus marks, what it was labelled as, and how often. */
export interface NameCount {
  readonly text: string;
  readonly label: string;
  readonly count: number;
}
