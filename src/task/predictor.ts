/** @file The contract between what finds mentions (a model, a dictionary) and what uses them. */
import type { MentionSource, ScoredMention } from "./example.ts";

/** Finds mentions in texts. Every implementation passes the suite in `testing/predictor-contract.ts`. */
export interface Predictor {
  /** The labels it can give. */
  readonly labels: readonly string[];
  /** One list a text, in order; mentions in reading order, not overlapping, offsets into the whole text. */
  predict(texts: readonly string[]): Promise<ScoredMention[][]>;
}

/** A mention that was found and then left out, as the rest of its document speaks against it. */
export interface DroppedMention extends ScoredMention {
  /** `abbreviation`: its long form is nowhere a mention; `name`: it was found in a minority of the places where it stands. */
  readonly reason: MentionSource;
}

/** The mentions of one document, and those that were left out, both in reading order. */
export interface DocumentMentions {
  readonly mentions: ScoredMention[];
  readonly dropped: DroppedMention[];
}

/** A predictor that looks at a whole document, and tells what it left out. */
export interface DocumentPredictor extends Predictor {
  predictDocuments(texts: readonly string[]): Promise<DocumentMentions[]>;
}

export function isDocumentPredictor(predictor: Predictor): predictor is DocumentPredictor {
  return "predictDocuments" in predictor;
}
