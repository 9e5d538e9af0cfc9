/** @file Scores, right or wrong -> the threshold at which F1 is highest. Never taken on the gold that is reported. */
import { toF1 } from "./scores.ts";

/** The least that a score must be to count as a yes, and the F1 that it has on what it was chosen on. */
export interface ChosenThreshold {
  /** Yes where `score >= threshold`. */
  readonly threshold: number;
  readonly f1: number;
}

/**
 * The threshold of the highest F1 over the items, for probabilities. It lies in the middle between the lowest score that
 * is taken and the next lower one (0 where there is none), so that scores a little off are still told apart. Of several
 * with the same F1, the one in the widest such gap; of equally wide gaps, the highest. Without a positive item
 * there is nothing to choose by: 0.5.
 * @throws nothing; scores are expected in [0, 1] and finite
 */
export function chooseThreshold(
  scored: readonly { readonly score: number; readonly isPositive: boolean }[],
): ChosenThreshold {
  const positives = scored.filter(({ isPositive }) => isPositive).length;
  if (positives === 0) return { threshold: 0.5, f1: 0 };
  const sorted = [...scored].sort((a, b) => b.score - a.score);
  let best = { threshold: 0.5, f1: -1, gap: 0 };
  let matched = 0;
  for (const [index, { score, isPositive }] of sorted.entries()) {
    if (isPositive) matched++;
    const next = sorted[index + 1]?.score;
    if (next === score) continue;
    const f1 = toF1(matched, index + 1, positives);
    const lower = next ?? Math.min(0, score);
    const gap = score - lower;
    if (f1 > best.f1 || (f1 === best.f1 && gap > best.gap))
      best = { threshold: middle(lower, score), f1, gap };
  }
  return { threshold: best.threshold, f1: best.f1 };
}

/** Above `low` if it is below `high`, even where no number lies between them. */
function middle(low: number, high: number): number {
  const half = low + (high - low) / 2;
  return half > low ? half : high;
}
