/** @file Tests of a field of concepts. */
import { expect, test } from "vitest";
import { parseConcepts, renderConcepts } from "./concept-list.ts";

test("concepts of a field come back, and those that would not are counted", () => {
  expect(renderConcepts(["D1", "MESH:D2"])).toEqual({ field: "D1|MESH:D2", lost: 0 });
  expect(renderConcepts(["a|b", "D1", "-1", " x"])).toEqual({ field: "D1", lost: 3 });
  expect(parseConcepts(renderConcepts(["c|SUB|G|1858|T", "D1"]).field)).toEqual(["c|SUB|G|1858|T", "D1"]);
});
