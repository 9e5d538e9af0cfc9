/** @file Rows of distances, written out for a few buckets. Python's for many are held against these in test/. */
import { describe, expect, it } from "vitest";
import { countDistanceRows, listDistanceRows } from "./distances.ts";

describe("rows of distances", () => {
  it("are one for each distance without buckets, and the last two for everything beyond", () => {
    const settings = { farthest: 2, buckets: 0 };
    expect(countDistanceRows(settings)).toBe(4);
    const { descending, ascending } = listDistanceRows(settings);
    expect(descending).toEqual([3, 3, 3, 2, 1, 0, 0, 0]); // of 3, 2, 1, 0, -1, -2, -3, -4
    expect(ascending).toEqual([0, 0, 1, 2, 3, 3, 3, 3]); // of -3, -2, -1, 0, 1, 2, 3, 4
  });

  it("are shared by far distances with buckets", () => {
    const settings = { farthest: 9, buckets: 6 };
    expect(countDistanceRows(settings)).toBe(12);
    const { ascending } = listDistanceRows(settings);
    const row = (distance: number) => ascending[distance + ascending.length / 2 - 1];
    // 3 + ceil(2 log(distance / 3) / log(8 / 3)) above 3
    expect([0, 1, 2, 3].map(row)).toEqual([6, 7, 8, 9]);
    expect([4, 5, 6, 7, 8, 9, 10, 11].map(row)).toEqual([10, 11, 11, 11, 11, 11, 11, 11]);
    expect([-3, -4, -5, -6, -8, -9, -10].map(row)).toEqual([3, 2, 1, 1, 1, 0, 0]);
  });
});
