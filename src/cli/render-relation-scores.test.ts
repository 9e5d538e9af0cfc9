/** @file What was left out of a gold file of documents, in words. */
import { expect, test } from "vitest";
import { renderSkippedInDocuments } from "./render-relation-scores.ts";

test("counts mentions by label, relations by class, and what the format's reader lost", () => {
  const lines = renderSkippedInDocuments([
    { reason: "label", label: "Chemical", count: 187 },
    { reason: "class", label: "treats", count: 1 },
    { reason: "argument", count: 2 },
    { reason: "meta", count: 4 },
  ]);
  expect(lines).toEqual([
    "  note: left out 187 gold mentions of other labels: Chemical",
    "  note: left out 1 gold relation of a class that was not asked for: treats",
    "  note: left out 2 gold relations one of whose mentions was left out",
    "  note: meta 4: a fact about the whole text",
  ]);
});
