/** @file Weights of labels as weights of tags. */
import { expect, it } from "vitest";
import type { LabelledSequence } from "../model/sequence.ts";
import { tagWeights } from "./tag-weights.ts";

const sequence = (...tags: number[]) => ({ tags: Int32Array.from(tags) }) as LabelledSequence;

it("gives a label's weight to both of its tags, and 1 to what is not named", () => {
  const weights = tagWeights({ Disease: 3, O: 0.5 }, ["Chemical", "Disease"], []);
  expect(weights).toEqual(Float64Array.of(0.5, 1, 1, 3, 3));
});

it("balances tags as scikit-learn's compute_class_weight does", () => {
  // compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 0, 1, 2, 0, 1]) = [8 / 15, 8 / 6, 8 / 3]
  const weights = tagWeights("balanced", ["Disease"], [sequence(0, 0, 0, 0, 1, 2), sequence(0, 1)]);
  expect(weights).toEqual(Float64Array.of(8 / (3 * 5), 8 / (3 * 2), 8 / 3));
});

it("gives 1 to a tag that no word has, and nothing where all weigh the same", () => {
  expect(tagWeights("balanced", ["Disease"], [sequence(0, 1)])).toEqual(Float64Array.of(2 / 3, 2 / 3, 1));
  expect(tagWeights("none", ["Disease"], [sequence(0, 1)])).toBeUndefined();
});
