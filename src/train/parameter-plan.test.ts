/** @file Which weights are trained, and how fast, by name. */
import { expect, it } from "vitest";
import { planParameters } from "./parameter-plan.ts";

const names = [
  "bert.embeddings.LayerNorm.weight",
  "bert.encoder.layer.0.output.dense.weight",
  "bert.encoder.layer.1.output.dense.weight",
  "bert.encoder.layer.2.output.dense.weight",
  "classifier.weight",
];

it("lets each layer learn slower than the one above it", () => {
  const { learningRateFactor } = planParameters(names, { layerDecay: 0.5 });
  expect(names.map(learningRateFactor)).toEqual([0.0625, 0.125, 0.25, 0.5, 1]);
  expect(names.map(planParameters(names, {}).learningRateFactor)).toEqual([1, 1, 1, 1, 1]);
});

it("freezes the embeddings and the lowest layers, as far as asked", () => {
  const frozen = (embeddings: boolean, layers: number) =>
    names.map(planParameters(names, { freeze: { embeddings, layers } }).isFrozen);
  expect(frozen(false, 0)).toEqual([false, false, false, false, false]);
  expect(frozen(true, 2)).toEqual([true, true, true, false, false]);
  expect(frozen(false, 3)).toEqual([false, true, true, true, false]);
});

it("says how many layers there are where more are to be frozen", () => {
  expect(() => planParameters(names, { freeze: { embeddings: true, layers: 4 } })).toThrow(
    "training.freeze.layers is 4; the encoder has 3 layers.",
  );
});
