/** @file What an evaluation says: the content of evaluation.json and of `evaluate --json`. */
import type { BootstrapOptions, Interval } from "./bootstrap.ts";
import type { ErrorKind, MentionError } from "./error-list.ts";
import type { SchemeCounts, SchemeName } from "./schemes.ts";
import type { Counts, Rates } from "./scores.ts";

/** Set matching: a prediction is right when start, end and label are those of a gold mention. */
export interface StrictScore extends Rates, Counts {
  /** Gold mentions, duplicates aside. */
  readonly support: number;
  /** 95 % interval of `f1`. */
  readonly ci95: Interval;
}

export interface SchemeScore extends Rates, Readonly<SchemeCounts> {}

/** An error and the text it is in. */
export interface EvaluationError extends MentionError {
  /** `id` of the gold example. */
  readonly example: string;
  /** Its place in the gold list. */
  readonly index: number;
}

/** Gold mentions that no prediction of this kind can match, by why. */
interface Unreachable {
  /** Mentions of several spans; in `strict` they are missed, in `schemes` they are not looked at. */
  readonly discontinuous: number;
  /** Mentions that overlap a longer one (of two as long, an earlier one): one of them can be found, not both. */
  readonly overlapping: number;
  /** Of all gold mentions. */
  readonly share: number;
}

/** Scores as fractions in [0, 1]; plain JSON. */
export interface Evaluation {
  readonly texts: number;
  /** Units of the bootstrap: distinct `document`s, and each text that has none. */
  readonly documents: number;
  readonly strict: { readonly micro: StrictScore; readonly labels: Readonly<Record<string, StrictScore>> };
  /** nervaluate's schemes; by label, only mentions of that label are looked at. */
  readonly schemes: {
    readonly [K in SchemeName]: {
      readonly micro: SchemeScore;
      readonly labels: Readonly<Record<string, SchemeScore>>;
    };
  };
  /** fn = missed + boundary + type + boundary+type; fp = spurious + the same three. */
  readonly errorCounts: { readonly [K in ErrorKind]: number };
  readonly errors: readonly EvaluationError[];
  /** Gold mentions that no flat (non-overlapping) prediction can hold beside the others; all count as gold. */
  readonly inexpressible: number;
  /** What of the gold is beyond the model, counted as missed in `strict`. */
  readonly unreachable: Unreachable;
  /** Strict match of all labels without `unreachable`; a prediction that is an overlapped gold mention is left out too. */
  readonly reachable: Rates & Counts & { readonly support: number };
  /** Repeated mentions, counted once in all scores. */
  readonly duplicates: { readonly gold: number; readonly predicted: number };
  /** Mentions with a label that was not asked for, by label; in no score. */
  readonly outside: {
    readonly gold: Readonly<Record<string, number>>;
    readonly predicted: Readonly<Record<string, number>>;
  };
  readonly bootstrap: BootstrapOptions;
}
