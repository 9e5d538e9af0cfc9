/** @file Every sequence once an epoch, neighbours in length together, a function of seed and epoch alone. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../util/random.ts";
import { planBatches, splitBatch } from "./batches.ts";

const lengthsOf = (count: number) => {
  const random = createRandom(1, "lengths");
  return Array.from({ length: count }, () => 5 + random.nextInt(60));
};
/** Tokens that the batches would hold, padding counted. */
const padded = (batches: readonly (readonly number[])[], lengths: readonly number[]) =>
  batches.reduce((sum, batch) => sum + batch.length * Math.max(...batch.map((i) => lengths[i]!)), 0);

describe("batches", () => {
  it("hold every sequence once, all of the full size but one", () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 128 }), { maxLength: 400 });
    const numbers = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(), fc.nat(20));
    fc.assert(
      fc.property(lengths, numbers, (list, [batchSize, seed, epoch]) => {
        const batches = planBatches(list, batchSize, seed, epoch);
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...list.keys()]);
        expect(batches).toHaveLength(Math.ceil(list.length / batchSize));
        const odd = batches.map((batch) => batch.length).filter((size) => size !== batchSize);
        expect(odd).toEqual(list.length % batchSize === 0 ? [] : [list.length % batchSize]);
      }),
      { numRuns: 200 },
    );
  });

  it("waste a tenth of the padding that unsorted ones do", () => {
    const lengths = lengthsOf(2000);
    const tokens = lengths.reduce((sum, length) => sum + length, 0);
    const unsorted = Array.from({ length: 125 }, (_, i) => Array.from({ length: 16 }, (_, j) => 16 * i + j));
    const waste = padded(planBatches(lengths, 16, 1, 0), lengths) - tokens;
    expect(waste).toBeLessThan(0.1 * (padded(unsorted, lengths) - tokens));
  });

  it("are the same for the same seed and epoch, others for another seed or epoch", () => {
    const lengths = lengthsOf(300);
    const plan = planBatches(lengths, 16, 7, 2);
    expect(planBatches(lengths, 16, 7, 2)).toEqual(plan);
    expect(planBatches(lengths, 16, 7, 3)).not.toEqual(plan);
    expect(planBatches(lengths, 16, 8, 2)).not.toEqual(plan);
  });

  it("come in no order of length", () => {
    const lengths = lengthsOf(800);
    const longest = planBatches(lengths, 16, 1, 0).map((batch) => lengths[batch[0]!]!);
    const falls = longest.filter((length, i) => i > 0 && length < longest[i - 1]!).length;
    expect(falls).toBeGreaterThan(15);
    expect(falls).toBeLessThan(34);
  });

  it("are none for nothing", () => {
    expect(planBatches([], 16, 1, 0)).toEqual([]);
  });
});

describe("a batch in parts", () => {
  const rows = (count: number, length: number) =>
    Array.from({ length: count }, (_, row) => ({ row, ids: { length: row === 0 ? length : 1 } }));
  const sizes = (count: number, length: number) => splitBatch(rows(count, length)).map((part) => part.length);

  it("is whole while it is small, and of about equal parts when it is not", () => {
    expect(sizes(16, 72)).toEqual([16]);
    expect(sizes(32, 48)).toEqual([32]);
    expect(sizes(32, 128)).toEqual([8, 8, 8, 8]);
    expect(sizes(10, 128)).toEqual([5, 5]);
    expect(sizes(7, 512)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  it("keeps every sequence, in order", () => {
    const batch = rows(31, 100);
    expect(splitBatch(batch).flat()).toEqual(batch);
  });
});
