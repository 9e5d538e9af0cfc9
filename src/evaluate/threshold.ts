/** @file Scores of pairs that are positive or not -> the threshold with the highest F1. */
import { toF1 } from "./scores.ts";

/** A pair is taken for positive where its score reaches `threshold`; `f1` is what that scores here. */
export interface ChosenThreshold {
  readonly threshold: number;
  readonly f1: number;
}

/**
 * Midway between the two scores that it parts; of equals the highest, which finds fewest. 0.5 where nothing is positive:
 * there is nothing to choose by.
 */
export function chooseThreshold(
  scored: readonly { readonly score: number; readonly isPositive: boolean }[],
): ChosenThreshold {
  const ranked = [...scored].sort((a, b) => b.score - a.score);
  const positives = ranked.filter(({ isPositive }) => isPositive).length;
  if (positives === 0) return { threshold: 0.5, f1: 0 };
  let best: ChosenThreshold = { threshold: 1, f1: -1 };
  let matched = 0;
  for (const [index, { score, isPositive }] of ranked.entries()) {
    if (isPositive) matched++;
    const next = ranked[index + 1]?.score;
    if (next === score) continue;
    const f1 = toF1(matched, index + 1, positives);
    if (f1 > best.f1) best = { threshold: next === undefined ? score : (score + next) / 2, f1 };
  }
  return best;
}
