/** @file Documents and a predictor -> documents with mentions, sections and what was left out. */
import { expect, test } from "vitest";
import { annotateDocuments } from "./annotate-documents.ts";
import type { DocumentPredictor, Predictor } from "./predictor.ts";

const gout = { start: 0, end: 4, label: "Disease", score: 1 };

async function collect(predictor: Predictor, options?: Parameters<typeof annotateDocuments>[2]) {
  const documents = [];
  const texts = [{ id: "1", text: "gout gout" }];
  for await (const document of annotateDocuments(texts, predictor, options)) documents.push(document);
  return documents;
}

test("writes out the words of a mention, and its section where one is", async () => {
  const predictor: Predictor = {
    labels: ["Disease"],
    predict: async () => [[gout, { ...gout, start: 5, end: 9 }]],
  };
  expect(await collect(predictor)).toEqual([
    {
      id: "1",
      text: "gout gout",
      mentions: [
        { ...gout, text: "gout" },
        { ...gout, start: 5, end: 9, text: "gout" },
      ],
    },
  ]);
  const [document] = await collect(predictor, {
    findSections: () => (position) => (position < 5 ? "plan" : undefined),
  });
  expect(document?.mentions.map(({ section }) => section)).toEqual(["plan", undefined]);
  expect(document?.mentions[1]).not.toHaveProperty("section");
});

test("says of a document what was carried over and what was left out", async () => {
  const predictor: DocumentPredictor = {
    labels: ["Disease"],
    predict: async () => [[]],
    predictDocuments: async () => [
      {
        mentions: [{ ...gout, source: "name" }],
        dropped: [{ ...gout, start: 5, end: 9, reason: "abbreviation" }],
      },
    ],
  };
  expect(await collect(predictor)).toEqual([
    {
      id: "1",
      text: "gout gout",
      mentions: [{ ...gout, text: "gout", source: "name" }],
      dropped: [{ ...gout, start: 5, end: 9, text: "gout", reason: "abbreviation" }],
    },
  ]);
});
