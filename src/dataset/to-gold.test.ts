/** @file Documents with overlapping and discontinuous mentions -> gold, with counts. */
import { expect, test } from "vitest";
import type { CorpusDocument } from "../task/corpus-document.ts";
import { collectGold, toGoldExample } from "./to-gold.ts";

const document: CorpusDocument = {
  id: "1",
  document: "d",
  text: "ovarian and breast cancer, chronic\n gout pain",
  mentions: [
    {
      label: "DISO",
      spans: [
        { start: 0, end: 7 },
        { start: 19, end: 25 },
      ],
    },
    { label: "DISO", spans: [{ start: 12, end: 25 }] },
    {
      label: "DISO",
      spans: [
        { start: 27, end: 34 },
        { start: 36, end: 40 },
      ],
    },
    { label: "DISO", spans: [{ start: 36, end: 40 }] },
    { label: "Sign", spans: [{ start: 41, end: 45 }] },
  ],
  relations: [],
};

test("keeps discontinuous mentions apart, joins what a line's end cuts, counts the rest", () => {
  expect(toGoldExample(document, { labels: { DISO: "Disease" } })).toEqual({
    example: {
      id: "1",
      document: "d",
      text: document.text,
      mentions: [
        { start: 12, end: 25, label: "Disease" },
        { start: 27, end: 40, label: "Disease" },
        { start: 36, end: 40, label: "Disease" },
      ],
      discontinuous: [
        {
          label: "Disease",
          spans: [
            { start: 0, end: 7 },
            { start: 19, end: 25 },
          ],
        },
      ],
    },
    counts: { mentions: 4, discontinuous: 1, joined: 1, overlapping: 1, outside: { Sign: 1 } },
  });
});

test("takes all labels as they are, and leaves out lists that would be empty", () => {
  const plain: CorpusDocument = {
    id: "2",
    text: "gout",
    mentions: [{ label: "A", spans: [{ start: 0, end: 4 }] }],
    relations: [],
  };
  expect(toGoldExample(plain)).toEqual({
    example: { id: "2", text: "gout", mentions: [{ start: 0, end: 4, label: "A" }] },
    counts: { mentions: 1, discontinuous: 0, joined: 0, overlapping: 0, outside: {} },
  });
});

test("counts over a corpus", async () => {
  const { examples, counts } = await collectGold([document, { ...document, id: "2" }], {
    labels: { DISO: "D" },
  });
  expect(examples.map(({ id }) => id)).toEqual(["1", "2"]);
  expect(counts).toEqual({ mentions: 8, discontinuous: 2, joined: 2, overlapping: 2, outside: { Sign: 2 } });
});
