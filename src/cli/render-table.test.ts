/** @file Numbers, times and tables as they are printed. */
import { expect, it } from "vitest";
import { renderBytes, renderCount, renderPlural, renderSeconds, renderTable } from "./render-table.ts";

it("aligns the first column to the left and the others to the right", () => {
  expect(
    renderTable([
      ["label", "F1", ""],
      ["Disease", "0.812", "x"],
    ]),
  ).toEqual(["label       F1", "Disease  0.812  x"]);
  expect(renderTable([])).toEqual([]);
});

it("writes counts, times and sizes", () => {
  expect([renderCount(3957), renderPlural(1, "text"), renderPlural(1200, "text")]).toEqual([
    "3,957",
    "1 text",
    "1,200 texts",
  ]);
  expect([0.4, 59.4, 59.6, 125, 3599.6, 7380].map(renderSeconds)).toEqual([
    "0 s",
    "59 s",
    "1 min 00 s",
    "2 min 05 s",
    "1 h 00 min",
    "2 h 03 min",
  ]);
  expect([90_900_000, 3_140_000_000].map(renderBytes)).toEqual(["90.9 MB", "3.1 GB"]);
});
