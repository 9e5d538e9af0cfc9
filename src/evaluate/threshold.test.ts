/** @file The threshold: values by hand, and against a search of every threshold. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { toF1 } from "./scores.ts";
import { chooseThreshold } from "./threshold.ts";

const items = (text: string) =>
  text.split(" ").map((word) => ({ score: Number(word.slice(1)), isPositive: word.startsWith("+") }));

test("lies in the middle between the last score taken and the next", () => {
  expect(chooseThreshold(items("+0.9 +0.75 -0.25 -0.1"))).toEqual({ threshold: 0.5, f1: 1 });
  expect(chooseThreshold(items("+0.75 -0.5 +0.25 +0.25"))).toEqual({ threshold: 0.125, f1: 6 / 7 });
});

test("takes the widest gap of those with the same F1, then the highest", () => {
  // two of three at 0.9 (1 of 1 found of 2) and at 0.5 (2 of 4): F1 2/3 both
  expect(chooseThreshold(items("+0.9 -0.75 -0.625 +0.5"))).toEqual({ threshold: 0.25, f1: 2 / 3 });
  expect(chooseThreshold(items("+1 -0.5 -0.75 +0.25"))).toEqual({ threshold: 0.875, f1: 2 / 3 });
});

test("has 0.5 and F1 0 where nothing is positive", () => {
  expect(chooseThreshold([])).toEqual({ threshold: 0.5, f1: 0 });
  expect(chooseThreshold(items("-0.9 -0.1"))).toEqual({ threshold: 0.5, f1: 0 });
});

test("tells apart two scores with no number between them", () => {
  const high = 0.5;
  const low = high - 2 ** -54; // the number before 0.5
  expect(chooseThreshold([{ score: high, isPositive: true }, { score: low, isPositive: false }])).toEqual({ threshold: high, f1: 1 }); // biome-ignore format: a row
});

const f1At = (scored: ReturnType<typeof items>, threshold: number) => {
  const found = scored.filter(({ score }) => score >= threshold);
  const positives = scored.filter(({ isPositive }) => isPositive).length;
  return toF1(found.filter(({ isPositive }) => isPositive).length, found.length, positives);
};
const few = fc.integer({ min: 0, max: 8 }).map((value) => value / 8);
const any = fc.double({ min: 0, max: 1, noNaN: true });

test.each([few, any])("has the F1 it says, and no threshold has more", (score) => {
  fc.assert(
    fc.property(fc.array(fc.record({ score, isPositive: fc.boolean() }), { maxLength: 30 }), (scored) => {
      const { threshold, f1 } = chooseThreshold(scored);
      expect(f1At(scored, threshold)).toBe(f1);
      for (const other of [0, 1, ...scored.map((item) => item.score)])
        expect(f1At(scored, other)).toBeLessThanOrEqual(f1);
      expect(chooseThreshold([...scored].reverse())).toEqual({ threshold, f1 });
    }),
  );
});
