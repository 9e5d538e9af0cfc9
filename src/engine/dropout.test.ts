/** @file Masks have the right rate and values, and follow from seed and step alone. */
import { describe, expect, it } from "vitest";
import { createDropoutMasks } from "./dropout.ts";

const SIZE = 200_000;

function draw(seed: number, step: number, rate = 0.1, sizes: readonly number[] = [SIZE]): Float32Array[] {
  const masks = createDropoutMasks(seed, rate);
  masks.begin(step);
  return sizes.map((size) => masks.take(size));
}
const dropped = (mask: Float32Array) => mask.reduce((count, x) => count + Number(x === 0), 0);

describe("a mask", () => {
  it.each([0.1, 0.25, 0.5])("drops a part of %d, give or take four standard deviations", (rate) => {
    const deviation = Math.sqrt(SIZE * rate * (1 - rate));
    for (const seed of [1, 2, 3]) {
      const count = dropped(draw(seed, 7, rate)[0]!);
      expect(Math.abs(count - SIZE * rate)).toBeLessThan(4 * deviation);
      expect(count).not.toBe(SIZE * rate); // independent draws, not a quota
    }
  });

  it.each([0.1, 0.5])("of rate %d holds 0 and 1 / (1 - rate), so that the mean stays", (rate) => {
    const values = [...new Set(draw(1, 0, rate)[0])].sort();
    expect(values).toHaveLength(2);
    expect(values[0]).toBe(0);
    expect(values[1]! * (1 - rate)).toBeCloseTo(1, 4); // the rate is rounded to 1 / 65536
  });

  it("drops neighbours independently", () => {
    const mask = draw(1, 0, 0.5)[0]!;
    let pairs = 0;
    for (let i = 1; i < SIZE; i++) pairs += Number(mask[i] === 0 && mask[i - 1] === 0);
    expect(Math.abs(pairs - SIZE / 4)).toBeLessThan(4 * Math.sqrt(SIZE * (5 / 16))); // variance of overlapping pairs
  });
});

describe("masks", () => {
  it("are the same for the same seed and step, whatever was drawn before", () => {
    const expected = draw(5, 3);
    const masks = createDropoutMasks(5, 0.1);
    for (const step of [0, 9, 3]) {
      masks.begin(step);
      if (step !== 3) for (const size of [10, 3_000_000, 1]) masks.take(size);
    }
    expect(masks.take(SIZE)).toEqual(expected[0]);
  });

  it("are other ones for another step and another seed", () => {
    const [base, step, seed] = [draw(5, 3), draw(5, 4), draw(6, 3)].map(([mask]) => mask!);
    for (const other of [step!, seed!]) {
      const differing = base!.reduce((count, x, i) => count + Number(x !== other[i]), 0);
      expect(Math.abs(differing - 0.18 * SIZE)).toBeLessThan(4 * Math.sqrt(SIZE * 0.18 * 0.82)); // 2 * 0.1 * 0.9
    }
  });

  it("do not depend on the sizes of the masks before them in the step", () => {
    const [, second] = draw(5, 3, 0.1, [1, 50]);
    const [large, again] = draw(5, 3, 0.1, [4_000_001, 50]);
    expect(again).toEqual(second);
    expect(large).toHaveLength(4_000_001);
  });

  it("of one step differ, and stay as they were when a larger one is drawn", () => {
    const masks = createDropoutMasks(5, 0.1);
    masks.begin(0);
    const first = masks.take(1000);
    const copy = Float32Array.from(first);
    const others = Array.from({ length: 5 }, () => masks.take(2_000_000));
    expect(first).toEqual(copy);
    for (const other of others) expect(other.subarray(0, 1000)).not.toEqual(copy);
  });

  it("of one step never begin at the same place, so no position has one draw in two of them", () => {
    const masks = createDropoutMasks(5, 0.1);
    for (const step of [0, 1]) {
      masks.begin(step);
      const places = Array.from({ length: 5000 }, () => masks.take(64).byteOffset);
      expect(new Set(places).size).toBe(5000);
    }
  });
});
