/** @file The predictors that need no model keep to the contracts, and the contract of relations tells a broken one. */
import { expect, test } from "vitest";
import { predictorContract } from "./predictor-contract.ts";
import { relationPredictorContract } from "./relation-predictor-contract.ts";
import { createScoreRelationPredictor, createWordPredictor } from "./word-predictors.ts";

const words = createWordPredictor({ Chemical: ["iron"], Disease: ["gout"] });
test.each(predictorContract(["iron and gout", "iron"]))("words: $name", ({ check }) => check(words));

const pairs = [
  {
    text: "iron and gout",
    head: { start: 0, end: 4, label: "Chemical" },
    tail: { start: 9, end: 13, label: "Disease" },
  },
];
const scores = createScoreRelationPredictor(({ text }) => (text.length % 7) / 7);
test.each(relationPredictorContract(pairs))("relations: $name", ({ check }) => check(scores));

test("probabilities that do not sum to 1, or do not hold the score, break the contract", async () => {
  const rule = relationPredictorContract(pairs).find(({ name }) => name.includes("probabilities"))!;
  const give = (score: number, ...probabilities: number[]) => ({
    classes: ["yes", "no"],
    predict: async (asked: readonly unknown[]) =>
      asked.map(() => ({ relation: "yes", score, probabilities })),
  });
  await rule.check(give(0.75, 0.75, 0.25));
  for (const broken of [give(0.75, 0.75, 0.5), give(0.25, 0.75, 0.25), give(1, 1)])
    await expect(rule.check(broken)).rejects.toThrow();
});
