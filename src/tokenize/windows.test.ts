/** @file Windows: values for the rules, properties for any document. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutWindows } from "./windows.ts";

const ones = (count: number) => new Array<number>(count).fill(1);

test("gives nothing for nothing and one window where all fits", () => {
  expect(cutWindows([], [], { maxTokens: 8, overlapTokens: 2 })).toEqual([]);
  expect(cutWindows(ones(8), [0, 4], { maxTokens: 8, overlapTokens: 2 })).toEqual([
    { start: 0, end: 8, ownStart: 0, ownEnd: 8 },
  ]);
});

test("holds whole sentences and shares whole sentences", () => {
  expect(cutWindows(ones(12), [0, 3, 6, 9], { maxTokens: 7, overlapTokens: 3 })).toEqual([
    { start: 0, end: 6, ownStart: 0, ownEnd: 3 },
    { start: 3, end: 9, ownStart: 3, ownEnd: 6 },
    { start: 6, end: 12, ownStart: 6, ownEnd: 12 },
  ]);
});

test("shares nothing where a whole sentence is more than the overlap, or leaves no room for the next", () => {
  const split = [
    { start: 0, end: 6, ownStart: 0, ownEnd: 6 },
    { start: 6, end: 12, ownStart: 6, ownEnd: 12 },
  ];
  expect(cutWindows(ones(12), [0, 3, 6, 9], { maxTokens: 7, overlapTokens: 2 })).toEqual(split);
  expect(cutWindows(ones(12), [0, 3, 6], { maxTokens: 7, overlapTokens: 3 })).toEqual(split);
});

test("cuts a long sentence between words and parts the shared words in the middle", () => {
  expect(cutWindows(ones(12), [0], { maxTokens: 8, overlapTokens: 4 })).toEqual([
    { start: 0, end: 8, ownStart: 0, ownEnd: 6 },
    { start: 4, end: 12, ownStart: 6, ownEnd: 12 },
  ]);
});

test("gives a word that is longer than a window a window alone", () => {
  expect(cutWindows([1, 1, 99, 1], [0], { maxTokens: 4, overlapTokens: 2 })).toEqual([
    { start: 0, end: 2, ownStart: 0, ownEnd: 2 },
    { start: 2, end: 3, ownStart: 2, ownEnd: 3 },
    { start: 3, end: 4, ownStart: 3, ownEnd: 4 },
  ]);
});

test.each([
  [0, 0],
  [4, 4],
  [4, -1],
  [Number.NaN, 0],
])("refuses windows of %d tokens that share %d", (maxTokens, overlapTokens) => {
  expect(() => cutWindows([1], [0], { maxTokens, overlapTokens })).toThrow(/^Windows of/);
});

test("own ranges partition the words; windows fit, advance, and end at a sentence where one does", () => {
  const document = fc.record({
    counts: fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 60 }),
    isStart: fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
    maxTokens: fc.integer({ min: 1, max: 20 }),
    share: fc.double({ min: 0, max: 0.99, noNaN: true }),
  });
  fc.assert(
    fc.property(document, ({ counts, isStart, maxTokens, share }) => {
      const starts = counts.flatMap((_, i) => (i === 0 || isStart[i] ? [i] : []));
      const windows = cutWindows(counts, starts, { maxTokens, overlapTokens: Math.floor(share * maxTokens) });
      const tokens = (from: number, to: number) => counts.slice(from, to).reduce((sum, n) => sum + n, 0);
      let owned = 0;
      let lastEnd = 0;
      for (const { start, end, ownStart, ownEnd } of windows) {
        expect(ownStart).toBe(owned);
        expect(ownEnd).toBeGreaterThan(ownStart);
        expect(start).toBeLessThanOrEqual(ownStart);
        expect(ownEnd).toBeLessThanOrEqual(end);
        expect(end).toBeGreaterThan(lastEnd);
        expect(tokens(start, end) <= maxTokens || end === start + 1).toBe(true);
        if (end < counts.length && !starts.includes(end)) {
          const sentence = starts.findLast((s) => s < end)!;
          expect(sentence <= start || sentence <= lastEnd).toBe(true);
        }
        owned = ownEnd;
        lastEnd = end;
      }
      expect(owned).toBe(counts.length);
    }),
    { numRuns: 2000 },
  );
});

test("cuts a million words in linear time", () => {
  const starts = Array.from({ length: 40_000 }, (_, i) => 25 * i);
  const started = performance.now();
  const windows = cutWindows(ones(1_000_000), starts, { maxTokens: 510, overlapTokens: 64 });
  expect(windows.length).toBe(2223);
  expect(performance.now() - started).toBeLessThan(10_000);
});
