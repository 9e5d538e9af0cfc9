/** @file Tests of whole parts by shares. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { shareOut } from "./share-out.ts";

test("gives the largest remainders what is left, the first among equals", () => {
  expect(shareOut(25, [0.5, 0.5])).toEqual([13, 12]);
  expect(shareOut(25, [0.44, 0.56])).toEqual([11, 14]);
  expect(shareOut(10, [0.1 + 0.2, 0.7])).toEqual([3, 7]);
  expect(shareOut(10, [1, 1, 1])).toEqual([4, 3, 3]);
  expect(shareOut(7, [0, 0])).toEqual([4, 3]);
  expect(shareOut(3, [])).toEqual([]);
});

test("parts add up, none is a whole one off its quota, and a share of nothing gets nothing", () => {
  const shares = fc
    .array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 8 })
    .filter((list) => list.some((share) => share > 0));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 300 }), shares, (total, list) => {
      const sum = list.reduce((a, b) => a + b, 0);
      const parts = shareOut(total, list);
      expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
      for (const [index, part] of parts.entries()) {
        expect(Math.abs(part - (total * list[index]!) / sum)).toBeLessThan(1);
        if (list[index] === 0) expect(part).toBe(0);
      }
    }),
  );
});
