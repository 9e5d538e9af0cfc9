/** @file Probabilities of a pair's classes and a threshold -> its class. */
import type { RelationAnswer } from "./relation-example.ts";

/** Sums to 1; no overflow. @param temperature divides the scores. Default 1. */
export function softmax(scores: ArrayLike<number>, temperature = 1): number[] {
  const row = Array.from(scores, (score) => score / temperature);
  const highest = Math.max(...row);
  const powers = row.map((score) => Math.exp(score - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

/** How likely it is that a pair is related at all: the probabilities of all classes but the negative one. */
export function positiveScore(
  probabilities: readonly number[],
  classes: readonly string[],
  negative: string,
): number {
  return Math.min(
    1,
    probabilities.reduce((sum, share, index) => (classes[index] === negative ? sum : sum + share), 0),
  );
}

/** @param threshold what {@link positiveScore} must reach; absent: the likeliest class is given, of equals the first */
export function decidePair(
  probabilities: readonly number[],
  classes: readonly string[],
  negative: string,
  threshold?: number,
): RelationAnswer {
  const likeliest = (left?: string) =>
    classes.reduce<number>(
      (best, name, index) =>
        name !== left && (best < 0 || probabilities[index]! > probabilities[best]!) ? index : best,
      -1,
    );
  const isRelated = threshold !== undefined && positiveScore(probabilities, classes, negative) >= threshold;
  const chosen =
    threshold === undefined ? likeliest() : isRelated ? likeliest(negative) : classes.indexOf(negative);
  return { relation: classes[chosen]!, score: probabilities[chosen]!, probabilities };
}
