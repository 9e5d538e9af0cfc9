/** @file Counts -> precision, recall, F1. Nothing here is ever NaN. */

/** True positives, false positives, false negatives. */
export interface Counts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
}

/** Fractions in [0, 1]. Where there is nothing to divide by they are 0, as scikit-learn's `zero_division=0`. */
export interface Rates {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** @param matched credit for what was found; @param found all that was predicted; @param sought all that is gold */
export function toRates(matched: number, found: number, sought: number): Rates {
  return {
    precision: found > 0 ? matched / found : 0,
    recall: sought > 0 ? matched / sought : 0,
    f1: toF1(matched, found, sought),
  };
}

/** The harmonic mean of precision and recall, 2m / (found + sought); 0 when nothing is found or sought. */
export function toF1(matched: number, found: number, sought: number): number {
  return found + sought > 0 ? (2 * matched) / (found + sought) : 0;
}
