/** @file The threshold with the highest F1. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { chooseThreshold } from "./threshold.ts";

const scored = (...pairs: [number, boolean][]) => pairs.map(([score, isPositive]) => ({ score, isPositive }));

it("parts the positive ones from the others, midway", () => {
  expect(chooseThreshold(scored([0.9, true], [0.7, true], [0.3, false]))).toEqual({ threshold: 0.5, f1: 1 });
});

it("takes a false one along where that finds more than it costs", () => {
  const { threshold, f1 } = chooseThreshold(scored([0.9, true], [0.8, false], [0.6, true], [0.2, false]));
  expect([threshold.toFixed(6), f1]).toEqual(["0.400000", 0.8]);
});

it("has nothing to choose by where nothing is positive", () => {
  expect(chooseThreshold(scored([0.9, false]))).toEqual({ threshold: 0.5, f1: 0 });
  expect(chooseThreshold([])).toEqual({ threshold: 0.5, f1: 0 });
});

it("scores what it says, and no threshold at a score does better", () => {
  const pair = fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), isPositive: fc.boolean() });
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1, maxLength: 30 }), (pairs) => {
      const f1At = (threshold: number) => {
        const found = pairs.filter(({ score }) => score >= threshold);
        const matched = found.filter(({ isPositive }) => isPositive).length;
        const sought = pairs.filter(({ isPositive }) => isPositive).length;
        return found.length + sought === 0 ? 0 : (2 * matched) / (found.length + sought);
      };
      const { threshold, f1 } = chooseThreshold(pairs);
      if (!pairs.some(({ isPositive }) => isPositive)) return;
      expect(f1At(threshold)).toBeCloseTo(f1, 12);
      for (const { score } of pairs) expect(f1).toBeGreaterThanOrEqual(f1At(score) - 1e-12);
    }),
  );
});
