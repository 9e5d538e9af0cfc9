/** @file Pairs of documents judged together, names related, scores combined; documents streamed through both predictors. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createScoreRelationPredictor, createWordPredictor } from "../testing/word-predictors.ts";
import { annotateRelations } from "./annotate-relations.ts";
import { combineScores } from "./combine-scores.ts";
import { relateDocuments } from "./relate-documents.ts";

const splitSentences = (text: string) =>
  [...text.matchAll(/\S.*?(?:\.(?= |$)|$)/g)].map(({ index, 0: piece }) => ({
    start: index,
    end: index + piece.length,
  }));
const ner = createWordPredictor({ Chemical: ["iron", "Iron", "lead"], Disease: ["gout", "asthma"] });
const options = { head: "Chemical", tail: "Disease", negative: "no" };
/** Sure where `causes` stands between, less so where it stands anywhere. */
const byVerb = () =>
  createScoreRelationPredictor(({ text, head, tail }) =>
    text.slice(head.end, tail.start).includes("causes") ? 0.75 : text.includes("causes") ? 0.5 : 0.25,
  );
async function annotate(texts: readonly string[], more = {}) {
  const relations = byVerb();
  const documents = [];
  for await (const document of annotateRelations(
    texts.map((text, index) => ({ id: `d${index}`, text })),
    { ...options, ner, relations, splitSentences, ...more },
  ))
    documents.push(document);
  return { documents, calls: relations.calls };
}

test("gives mentions, related mentions by their places, and related names once with the highest score", async () => {
  const { documents } = await annotate(["Iron causes gout. With iron, gout or asthma causes pain. No lead."]);
  expect(documents[0]!.mentions.map(({ text }) => text)).toEqual([
    "Iron",
    "gout",
    "iron",
    "gout",
    "asthma",
    "lead",
  ]);
  expect(documents[0]!.relations).toEqual([
    { head: 0, tail: 1, relation: "yes", score: 0.75 },
    { head: 2, tail: 3, relation: "yes", score: 0.5 },
    { head: 2, tail: 4, relation: "yes", score: 0.5 },
  ]);
  expect(documents[0]!.documentRelations).toEqual([
    { head: "iron", tail: "gout", relation: "yes", score: 0.75 },
    { head: "iron", tail: "asthma", relation: "yes", score: 0.5 },
  ]);
});

test("noisy-or adds up the doubts of all pairs, but a relation that no pair says is none", async () => {
  const text = "Iron causes gout. Some iron and gout. The lead and gout.";
  const { documents } = await annotate([text], { combine: "noisy-or" });
  expect(documents[0]!.documentRelations).toEqual([
    { head: "iron", tail: "gout", relation: "yes", score: 1 - 0.25 * 0.75 },
  ]);
});

test("asks once for the pairs of all documents, equal ones once, short texts first", async () => {
  const { documents, calls } = await annotate(["Much more lead causes gout.", "iron, gout.", "", "iron, gout. Much more lead causes gout."]); // biome-ignore format: a row
  expect(calls).toEqual([["[iron], {gout}.", "Much more [lead] causes {gout}."]]);
  expect(documents.map(({ relations }) => relations.length)).toEqual([1, 0, 0, 1]);
  expect(documents[3]!.relations).toEqual([{ head: 2, tail: 3, relation: "yes", score: 0.75 }]);
});

test("a wider window finds what one sentence does not hold", async () => {
  const text = "Much iron. It causes gout.";
  expect((await annotate([text])).documents[0]!.documentRelations).toEqual([]);
  expect((await annotate([text], { window: 1 })).documents[0]!.documentRelations).toHaveLength(1);
});

test("says how many pairs were left out over the cap", async () => {
  const { documents } = await annotate(["iron, lead, gout", "iron"], { maxPairs: 1 });
  expect(documents.map(({ pairsLeftOut }) => pairsLeftOut)).toEqual([1, undefined]);
});

test("takes documents as they come, in chunks", async () => {
  const relations = byVerb();
  let given = 0;
  function* endless() {
    for (;;) yield { id: `d${given++}`, text: "Iron causes gout. ".repeat(1000) };
  }
  for await (const { relations: found } of annotateRelations(endless(), {
    ...options,
    ner,
    relations,
    splitSentences,
  })) {
    expect(found).toHaveLength(1000);
    if (given > 20) break;
  }
  expect(given).toBeLessThan(40);
});

test("a note of a thousand mentions each in one sentence is judged as far as the cap, in little time", async () => {
  const { documents, calls } = await annotate(["iron causes gout, ".repeat(1000)]);
  expect(documents[0]!.pairsLeftOut).toBe(998_000);
  expect(calls[0]).toHaveLength(2000);
}, 10_000);

test("refuses a model of mentions that does not know the relation's labels", async () => {
  const other = createWordPredictor({ Gene: ["APOE"], Disease: ["gout"] });
  await expect(annotate(["gout"], { ner: other })).rejects.toThrow(
    "The relation is between Chemical and Disease, but the mentions' model gives no Chemical. Its labels: Gene, Disease.",
  );
});

test("what has no direction is one relation, whichever comes first", async () => {
  const text = "Iron causes lead. Lead causes iron.";
  const mentions = [0, 12, 18, 30].map((start) => ({ start, end: start + 4, label: "Chemical" }));
  const source = { text, mentions, sentences: splitSentences(text) };
  const [found] = await relateDocuments([source], byVerb(), {
    ...options,
    tail: "Chemical",
    directed: false,
  });
  expect(found!.relations).toHaveLength(2);
  expect(found!.documentRelations).toEqual([{ head: "iron", tail: "lead", relation: "yes", score: 0.75 }]);
});

test("combined scores are probabilities, no lower than the highest, and independent of order", () => {
  const scores = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(scores, (values) => {
      const [most, any] = [combineScores(values, "max"), combineScores(values, "noisy-or")];
      expect(most).toBe(Math.max(...values));
      expect(any).toBeGreaterThanOrEqual(most - 1e-12);
      expect(any).toBeLessThanOrEqual(1);
      expect(combineScores([...values].reverse(), "noisy-or")).toBeCloseTo(any, 12);
    }),
  );
});
