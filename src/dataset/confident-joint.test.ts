/** @file The counts of confident learning on seven samples worked out by hand. */
import { expect, it } from "vitest";
import { classThresholds, confidentJoint } from "./confident-joint.ts";

// given 0: p(0) = 0.9, 0.7, 0.2 -> mean 0.6; given 1: p(1) = 0.8, 0.4 -> mean 0.6; nobody was given 2
const batches = [
  {
    given: Int32Array.of(0, 0, 0),
    // the third says it is 1, and reaches the threshold of 1
    probabilities: Float32Array.of(0.9, 0.1, 0, 0.7, 0.1, 0.2, 0.2, 0.75, 0.05),
  },
  {
    given: Int32Array.of(1, 1),
    // the second likes 0 best, but not as well as those given 0 do: it is not counted
    probabilities: Float32Array.of(0.1, 0.8, 0.1, 0.5, 0.4, 0.1),
  },
];

it("a threshold is the mean self-confidence of those given the class", () => {
  const thresholds = classThresholds(batches, 3);
  expect([...thresholds].map((value) => Math.round(value * 1e6) / 1e6)).toEqual([0.6, 0.6, Infinity]);
});

it("the joint counts those that reach one", () => {
  expect(confidentJoint(batches, Float64Array.of(0.6, 0.6, Infinity))).toEqual([
    [2, 1, 0],
    [0, 1, 0],
    [0, 0, 0],
  ]);
});

it("of several classes that are reached, the likeliest counts", () => {
  const sample = { given: Int32Array.of(0), probabilities: Float32Array.of(0.3, 0.3, 0.4) };
  expect(confidentJoint([sample], Float64Array.of(0.1, 0.2, 0.35))).toEqual([
    [0, 0, 1],
    [0, 0, 0],
    [0, 0, 0],
  ]);
  const tie = { given: Int32Array.of(1), probabilities: Float32Array.of(0.5, 0.5) };
  expect(confidentJoint([tie], Float64Array.of(0.5, 0.5))).toEqual([
    [0, 0],
    [1, 0],
  ]);
});
