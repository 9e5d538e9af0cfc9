/** @file Things of a document and scored pairs of them -> the pairs that the document as a whole speaks for. */
import type { EvidenceSpec } from "./relation-spec.ts";

/** A thing that mentions of a document name. */
export interface DocumentThing {
  readonly id: string;
  /** How its mentions write it. */
  readonly names: readonly string[];
  readonly mentions: number;
  readonly isInTitle: boolean;
}

/** Two things with at least one pair of mentions in a sentence. */
interface ScoredThings {
  readonly head: string;
  readonly tail: string;
  /** Probability of the relation, over all of their pairs of mentions; in [0, 1]. */
  readonly score: number;
  /** Pairs of mentions that share a sentence. At least 1. */
  readonly pairs: number;
}

/** What a document has. */
export interface DocumentEvidence {
  readonly heads: readonly DocumentThing[];
  readonly tails: readonly DocumentThing[];
  readonly scored: readonly ScoredThings[];
}

/** Which rules hold: those of {@link EvidenceSpec}, and the least score. */
export interface EvidenceOptions extends Partial<Omit<EvidenceSpec, "combine">> {
  /** Least score of a pair. Default: 0.5. */
  readonly threshold?: number;
}

/** A pair that is kept. */
export interface SupportedPair {
  readonly head: string;
  readonly tail: string;
  /** Absent: no sentence has both, the title speaks for it. */
  readonly score?: number;
}

/**
 * Keeps a pair whose score reaches the threshold and, with `mainHeads`, whose head is in the title, has the most mentions
 * of all heads, or shares a sentence with the tail more than once. With `titleHeads`, a tail that shares no sentence with
 * any head, and is not itself in the title, is related to each head of the title: an abstract need not repeat its subject.
 * A tail all of whose names are `general` is in no pair. The rules and their order were chosen on the BC5CDR dev set.
 */
export function selectByEvidence(
  { heads, tails, scored }: DocumentEvidence,
  { threshold = 0.5, general = [], mainHeads = true, titleHeads = true }: EvidenceOptions = {},
): SupportedPair[] {
  const words = new Set(general);
  const isGeneral = ({ names }: DocumentThing) =>
    names.length > 0 && names.every((name) => words.has(name.trim().toLowerCase()));
  const sought = tails.filter((tail) => !isGeneral(tail));
  const soughtIds = new Set(sought.map(({ id }) => id));
  const most = heads.reduce((highest, { mentions }) => Math.max(highest, mentions), 0);
  const main = new Set(
    heads.filter(({ isInTitle, mentions }) => isInTitle || mentions === most).map(({ id }) => id),
  );
  const kept: SupportedPair[] = scored
    .filter(({ tail, score }) => soughtIds.has(tail) && score >= threshold)
    .filter(({ head, pairs }) => !mainHeads || main.has(head) || pairs > 1)
    .map(({ head, tail, score }) => ({ head, tail, score }));
  if (!titleHeads) return kept;
  const near = new Set(scored.map(({ tail }) => tail));
  const alone = sought.filter(({ id, isInTitle }) => !near.has(id) && !isInTitle);
  const subjects = heads.filter(({ isInTitle }) => isInTitle);
  return [...kept, ...alone.flatMap((tail) => subjects.map((head) => ({ head: head.id, tail: tail.id })))];
}
