/** @file Which sequences an epoch leaves out, and that the weights of the others make up for them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPruned, pruneWeights } from "./prune.ts";

it.each([
  [1, []],
  [2, []],
  [3, [1]],
  [5, [1, 2, 3]],
  [8, [1, 2, 3, 4, 5, 6]],
  [9, [1, 2, 3, 4, 5, 6]],
  [17, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]],
])("leaves the first epoch and the last eighth of %d whole", (epochs, pruned) => {
  const all = [...Array(epochs).keys()];
  expect(all.filter((epoch) => isPruned({ rate: 0.5, epoch, epochs }))).toEqual(pruned);
  expect(all.filter((epoch) => isPruned({ rate: 0, epoch, epochs }))).toEqual([]);
  expect(pruneWeights([1, 2], { rate: 0.5, seed: 1, epoch: 0, epochs })).toBeUndefined();
});

describe("weights", () => {
  const options = { rate: 0.75, epoch: 1, epochs: 5 };

  it("are 0 or 1 / (1 - r) below the mean, and 1 from there on", () => {
    const lists = Array.from({ length: 40 }, (_, seed) => pruneWeights([3, 1, 6, 2], { ...options, seed })!);
    for (const list of lists) expect([list[0], list[2]]).toEqual([1, 1]);
    const small = lists.map((list) => `${list[1]} ${list[3]}`);
    expect([...new Set(small)].sort()).toEqual(["0 0", "0 4", "4 0", "4 4"]);
  });

  it("have the mean 1 over many seeds, for each sequence", () => {
    const losses = [0.1, 5, 0.2, 0.1, 1, 9];
    for (const rate of [0.3, 0.9]) {
      const seeds = 20_000;
      const sums = losses.map(() => 0);
      for (let seed = 0; seed < seeds; seed++) {
        const weights = pruneWeights(losses, { ...options, rate, seed })!;
        for (const [i, weight] of weights.entries()) sums[i]! += weight;
      }
      // the deviation of a weight is sqrt(r / (1 - r)); four of the mean's
      const tolerance = 4 * Math.sqrt(rate / (1 - rate) / seeds);
      for (const sum of sums) expect(Math.abs(sum / seeds - 1)).toBeLessThan(tolerance);
      expect([sums[1], sums[5]]).toEqual([seeds, seeds]);
    }
  });

  it("leave something, whatever the losses, and are the same for the same seed and epoch", () => {
    const float = fc.float({ min: 0, max: 100, noNaN: true });
    const numbers = fc.tuple(
      fc.nat(),
      fc.float({ min: Math.fround(0.01), max: Math.fround(0.9), noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(float, { minLength: 1, maxLength: 60 }), numbers, (list, [seed, rate]) => {
        const losses = Float32Array.from(list);
        const weights = pruneWeights(losses, { ...options, rate, seed })!;
        expect(weights[losses.indexOf(Math.max(...losses))]).toBe(1);
        expect(pruneWeights(losses, { ...options, rate, seed })).toEqual(weights);
      }),
    );
    expect(pruneWeights([2, 2, 2], { ...options, seed: 1 })).toEqual([1, 1, 1]);
  });

  it("are drawn anew in each epoch", () => {
    const losses = [...Array(50).fill(0), 1];
    const at = (epoch: number) => pruneWeights(losses, { ...options, seed: 1, epoch });
    expect(at(2)).not.toEqual(at(1));
  });
});
