/** @file Gold and predicted mentions of one text -> counts by the four schemes of nervaluate (MUC-5, SemEval-2013 9.1). */
import type { Mention, Span } from "../task/example.ts";
import { type Rates, toRates } from "./scores.ts";

/** nervaluate calls them `strict`, `exact`, `partial` and `ent_type`. */
export type SchemeName = "strict" | "boundary" | "overlap" | "type";

/** COR, INC, PAR, MIS and SPU. */
export interface SchemeCounts {
  correct: number;
  incorrect: number;
  partial: number;
  missed: number;
  spurious: number;
}

interface Scheme {
  isCorrect(gold: Mention, predicted: Mention): boolean;
  /** What a prediction is that overlaps gold but is not correct. */
  readonly otherwise: "incorrect" | "partial";
}

const isSameSpan = (a: Span, b: Span) => a.start === b.start && a.end === b.end;
const isSameLabel = (a: Mention, b: Mention) => a.label === b.label;

const schemes: { readonly [K in SchemeName]: Scheme } = {
  strict: { isCorrect: (a, b) => isSameSpan(a, b) && isSameLabel(a, b), otherwise: "incorrect" },
  boundary: { isCorrect: isSameSpan, otherwise: "incorrect" },
  overlap: { isCorrect: isSameSpan, otherwise: "partial" },
  type: { isCorrect: isSameLabel, otherwise: "incorrect" },
};

export const schemeNames = Object.keys(schemes) as readonly SchemeName[];

export function createSchemeCounts(): SchemeCounts {
  return { correct: 0, incorrect: 0, partial: 0, missed: 0, spurious: 0 };
}

/**
 * Adds one text's counts to `counts`, as nervaluate 1.2.1 does: each prediction in turn takes, of the gold mentions
 * not yet taken that it overlaps, the nearest one that is correct, else the first; else it is spurious. Overlap means
 * at least 1 % of the gold mention. Both lists are in reading order and without duplicates.
 */
export function countScheme(
  name: SchemeName,
  gold: readonly Mention[],
  predicted: readonly Mention[],
  counts: SchemeCounts,
): void {
  const { isCorrect, otherwise } = schemes[name];
  const taken = new Uint8Array(gold.length);
  let matched = 0;
  forEachOverlapping(gold, predicted, (prediction, candidates) => {
    let correct = -1;
    let first = -1;
    for (const index of candidates) {
      if (taken[index] || !hasEnoughOverlap(gold[index]!, prediction)) continue;
      if (isCorrect(gold[index]!, prediction)) {
        if (correct < 0 || distance(gold[index]!, prediction) < distance(gold[correct]!, prediction))
          correct = index;
      } else if (first < 0) first = index;
    }
    const chosen = correct >= 0 ? correct : first;
    if (chosen < 0) counts.spurious++;
    else {
      counts[correct >= 0 ? "correct" : otherwise]++;
      taken[chosen] = 1;
      matched++;
    }
  });
  counts.missed += gold.length - matched;
}

/** Calls `visit` with each prediction and the indices of the gold mentions it overlaps. Both lists in reading order. */
export function forEachOverlapping(
  gold: readonly Mention[],
  predicted: readonly Mention[],
  visit: (prediction: Mention, candidates: readonly number[], index: number) => void,
): void {
  let first = 0;
  let reached = gold[0]?.end ?? 0; // furthest end of gold[0..first]
  for (const [index, prediction] of predicted.entries()) {
    while (first < gold.length && reached <= prediction.start) {
      first++;
      reached = Math.max(reached, gold[first]?.end ?? 0);
    }
    const candidates: number[] = [];
    for (let i = first; i < gold.length && gold[i]!.start < prediction.end; i++) {
      if (gold[i]!.end > prediction.start) candidates.push(i);
    }
    visit(prediction, candidates, index);
  }
}

/** UTF-16 units that two spans share. */
export function overlapOf(a: Span, b: Span): number {
  return Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
}

function hasEnoughOverlap(gold: Span, predicted: Span): boolean {
  return 100 * overlapOf(gold, predicted) >= gold.end - gold.start;
}

function distance(a: Span, b: Span): number {
  return Math.abs(a.start - b.start) + Math.abs(a.end - b.end);
}

/** A partial match earns half, as in nervaluate (only the scheme `overlap` has any). */
export function schemeRates({ correct, incorrect, partial, missed, spurious }: SchemeCounts): Rates {
  const both = correct + incorrect + partial;
  return toRates(correct + 0.5 * partial, both + spurious, both + missed);
}
