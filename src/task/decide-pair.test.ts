/** @file From probabilities to a class. */
import { expect, it } from "vitest";
import { decidePair, positiveScore, softmax } from "./decide-pair.ts";

const CLASSES = ["cause", "none", "treat"];
const decide = (probabilities: number[], threshold?: number) =>
  decidePair(probabilities, CLASSES, "none", threshold).relation;

it("gives the likeliest class without a threshold, of equals the first", () => {
  expect(decide([0.2, 0.5, 0.3])).toBe("none");
  expect(decide([0.4, 0.2, 0.4])).toBe("cause");
});

it("with a threshold weighs all classes but the negative one together", () => {
  expect(positiveScore([0.2, 0.5, 0.3], CLASSES, "none")).toBe(0.5);
  expect(decide([0.2, 0.5, 0.3], 0.5)).toBe("treat");
  expect(decide([0.2, 0.5, 0.3], 0.51)).toBe("none");
  expect([decide([0, 1, 0], 0), decide([0.5, 0, 0.5], 1)]).toEqual(["cause", "cause"]);
});

it("gives the probability of the class it gives, and of all", () => {
  expect(decidePair([0.2, 0.5, 0.3], CLASSES, "none", 0.1)).toEqual({
    relation: "treat",
    score: 0.3,
    probabilities: [0.2, 0.5, 0.3],
  });
});

it("turns scores of any size into probabilities", () => {
  expect(softmax([1000, 1000])).toEqual([0.5, 0.5]);
  const [low, high] = softmax([0, Math.log(9)], 2);
  expect([low, high].map((share) => share!.toFixed(6))).toEqual(["0.250000", "0.750000"]);
});
