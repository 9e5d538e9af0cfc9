/** @file Tests of adding counts by name. */
import { expect, test } from "vitest";
import { addCounts } from "./counts.ts";

test("adds name by name, and takes in new names", () => {
  const counts: Record<string, number> = { a: 1, b: 2 };
  addCounts(counts, { b: 3, c: 4 });
  addCounts(counts, {});
  expect(counts).toEqual({ a: 1, b: 5, c: 4 });
});
