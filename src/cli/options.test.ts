/** @file Options of the command line as text and as values. */
import { expect, it } from "vitest";
import { parseLabels, parseSeconds, wholeNumber } from "./options.ts";

it("reads labels as a list or a map", () => {
  expect(parseLabels("Disease")).toEqual({ Disease: "Disease" });
  expect(parseLabels("DISO=Disease, CHEM")).toEqual({ DISO: "Disease", CHEM: "CHEM" });
  for (const text of ["", "a,", "=b", "a=", "a=b=c"]) expect(() => parseLabels(text)).toThrow("label,label");
});

it("reads whole numbers in their range and seconds", () => {
  const parse = wholeNumber(1, 8);
  expect([parse("1"), parse("8")]).toEqual([1, 8]);
  for (const text of ["0", "9", "1.5", "-1", "1e0", "", "two"])
    expect(() => parse(text)).toThrow("from 1 to 8");
  expect([parseSeconds("0"), parseSeconds("2.5")]).toEqual([0, 2.5]);
  for (const text of ["", "-1", "soon", "Infinity"]) expect(() => parseSeconds(text)).toThrow("seconds");
});
