/** @file Answers about several pairs of mentions -> one score of what they name. */
import type { RelationAnswer } from "./relation-example.ts";

/** How the scores of several pairs become the score of a document. */
export type CombineScores = "max" | "noisy-or";

/** Probability of a class; without probabilities it is known by its own score alone. */
export function scoreOf(answer: RelationAnswer, classes: readonly string[], relation: string): number {
  const score = answer.probabilities?.[classes.indexOf(relation)];
  return score ?? (answer.relation === relation ? answer.score : 0);
}

/**
 * `max`: the surest pair speaks for the document. `noisy-or`: 1 - (1 - p1)(1 - p2)..., as if each pair were a reason of its
 * own (Pearl 1988); higher, and more so the more pairs there are.
 */
export function combineScores(scores: readonly number[], how: CombineScores): number {
  if (how === "max") return scores.reduce((highest, score) => Math.max(highest, score), 0);
  return 1 - scores.reduce((none, score) => none * (1 - score), 1);
}
