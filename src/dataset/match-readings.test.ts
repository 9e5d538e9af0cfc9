/** @file Tests of which reading goes with which example. */
import { expect, test } from "vitest";
import { matchReadings } from "./match-readings.ts";

test("each example goes with its first reading, in the order of examples; the others are left out", () => {
  const examples = [{ id: "a" }, { id: "b" }, { id: "c" }];
  const readings = [
    { id: "c", by: 1 },
    { id: "x", by: 2 },
    { id: "a", by: 3 },
    { id: "c", by: 4 },
  ];
  expect(matchReadings(examples, readings)).toEqual([
    { example: { id: "a" }, reading: { id: "a", by: 3 } },
    { example: { id: "c" }, reading: { id: "c", by: 1 } },
  ]);
});
