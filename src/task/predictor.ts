/** @file The contract between what finds mentions (a model, a dictionary) and what uses them. */
import type { ScoredMention } from "./example.ts";

/** Finds mentions in texts. Every implementation passes the suite in `testing/predictor-contract.ts`. */
export interface Predictor {
  /** The labels it can give. */
  readonly labels: readonly string[];
  /** One list a text, in order; mentions in reading order, not overlapping, offsets into the whole text. */
  predict(texts: readonly string[]): Promise<ScoredMention[][]>;
}
