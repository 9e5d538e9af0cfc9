/** @file Tests of the rules by which a document speaks for its relations. */
import { expect, test } from "vitest";
import { type DocumentEvidence, type DocumentThing, selectByEvidence } from "./document-evidence.ts";

const thing = (id: string, mentions: number, isInTitle = false, names = [id]): DocumentThing => ({
  id,
  names,
  mentions,
  isInTitle,
});

const evidence: DocumentEvidence = {
  heads: [thing("lithium", 2, true), thing("sodium", 5), thing("zinc", 1)],
  tails: [
    thing("tremor", 2, true),
    thing("coma", 1),
    thing("D064420", 3, false, ["Toxicity", "toxicities"]),
    thing("thirst", 1, true),
  ],
  scored: [
    { head: "lithium", tail: "tremor", score: 0.9, pairs: 1 },
    { head: "sodium", tail: "tremor", score: 0.5, pairs: 1 },
    { head: "zinc", tail: "tremor", score: 0.8, pairs: 1 },
    { head: "lithium", tail: "D064420", score: 0.95, pairs: 2 },
  ],
};

test("keeps pairs of a head in the title, of the head with the most mentions, and adds a tail that stands alone", () => {
  expect(selectByEvidence(evidence, { general: ["toxicity", "toxicities"] })).toEqual([
    { head: "lithium", tail: "tremor", score: 0.9 },
    { head: "sodium", tail: "tremor", score: 0.5 },
    { head: "lithium", tail: "coma" },
  ]);
});

test("keeps a pair of any other head when it shares a sentence more than once", () => {
  const scored = [{ head: "zinc", tail: "tremor", score: 0.8, pairs: 2 }];
  expect(selectByEvidence({ ...evidence, scored }, { titleHeads: false })).toEqual([
    { head: "zinc", tail: "tremor", score: 0.8 },
  ]);
});

test("drops a tail only when all of its names are general", () => {
  const pairs = (general: string[]) =>
    selectByEvidence(evidence, { general, titleHeads: false }).filter(({ tail }) => tail === "D064420");
  expect(pairs(["toxicity", "toxicities"])).toEqual([]);
  expect(pairs(["toxicity"])).toEqual([{ head: "lithium", tail: "D064420", score: 0.95 }]);
});

test("without its rules only the threshold decides", () => {
  expect(selectByEvidence(evidence, { threshold: 0.8, mainHeads: false, titleHeads: false })).toEqual([
    { head: "lithium", tail: "tremor", score: 0.9 },
    { head: "zinc", tail: "tremor", score: 0.8 },
    { head: "lithium", tail: "D064420", score: 0.95 },
  ]);
});

test("gives nothing for a document without heads", () => {
  expect(selectByEvidence({ heads: [], tails: [thing("coma", 1)], scored: [] })).toEqual([]);
});
