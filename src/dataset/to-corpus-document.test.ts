/** @file Tests of annotated documents on their way to a format. */
import { expect, test } from "vitest";
import { type Annotated, toCorpusDocument } from "./to-corpus-document.ts";

test("keeps scores, sections, sources and relations, and takes facts of the text", () => {
  const annotated: Annotated = {
    id: "n1",
    text: "Naloxone for VHL",
    mentions: [
      { start: 0, end: 8, label: "Chemical", text: "Naloxone", score: 0.9 },
      {
        start: 13,
        end: 16,
        label: "Disease",
        text: "VHL",
        score: 0.8,
        section: "plan",
        source: "abbreviation",
      },
    ],
    relations: [{ head: 0, tail: 1, relation: "treats", score: 0.7 }],
  };
  expect(toCorpusDocument(annotated, { document: "d", meta: { patient: "7" } })).toEqual({
    id: "n1",
    text: "Naloxone for VHL",
    mentions: [
      { label: "Chemical", spans: [{ start: 0, end: 8 }], score: 0.9 },
      {
        label: "Disease",
        spans: [{ start: 13, end: 16 }],
        score: 0.8,
        attributes: { section: "plan", source: "abbreviation" },
      },
    ],
    relations: [{ type: "treats", head: { mention: 0 }, tail: { mention: 1 }, score: 0.7 }],
    document: "d",
    meta: { patient: "7" },
  });
});
