/** @file Random documents -> written by the formats of annotation tools and tables, and read again. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arbitraryDocuments, type DocumentKind } from "../../../test/arbitrary-documents.ts";
import { roundTrip } from "../../../test/round-trip.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { csvFormat } from "./csv.ts";
import { doccanoFormat } from "./doccano.ts";
import { labelStudioFormat } from "./label-studio.ts";
import { prodigyFormat } from "./prodigy.ts";
import { spacyFormat } from "./spacy.ts";

const RICH: Required<Pick<DocumentKind, "overlaps" | "discontinuous" | "concepts" | "scores" | "relations">> =
  {
    overlaps: true,
    discontinuous: true,
    concepts: true,
    scores: true,
    relations: ["CID", 'treats <&> "x"'],
  };

const TABLE: readonly (readonly [CorpusFormat, DocumentKind])[] = [
  [prodigyFormat, { overlaps: true, scores: true, relations: RICH.relations }],
  [labelStudioFormat, { overlaps: true, scores: true, relations: RICH.relations }],
  [doccanoFormat, { overlaps: true, relations: RICH.relations }],
  [spacyFormat, {}],
  [csvFormat, { overlaps: true, scores: true, concepts: true }],
];

/** Prodigy names tokens in relations, so it gains some. */
const withoutTokens = ({ tokens, ...document }: CorpusDocument) => document;

describe.each(TABLE.map(([format, holds]) => ({ name: format.name, format, holds })))(
  "$name",
  ({ format, holds }) => {
    it("what it holds is read as it was written, without a loss", () =>
      fc.assert(
        fc.asyncProperty(arbitraryDocuments(holds), async (documents) => {
          const { read, written, losses } = await roundTrip(format, documents);
          expect(read.map(withoutTokens)).toEqual(documents);
          expect([written, losses]).toEqual([{}, {}]);
        }),
        { numRuns: 60 },
      ));

    it("of rich documents, what is missing is what was counted", () =>
      fc.assert(
        fc.asyncProperty(arbitraryDocuments(RICH), async (documents) => {
          const { read, written, losses } = await roundTrip(format, documents);
          expect(losses).toEqual({});
          const [before, after] = [measure(documents), measure(read)];
          const gone = Object.entries(before).map(([kind, count]) => [kind, count - after[kind]!] as const);
          expect(written).toEqual(Object.fromEntries(gone.filter(([, count]) => count > 0)));
          // What is left is not altered: each mention read is the hull of one written.
          for (const [index, { mentions, text }] of read.entries()) {
            const hulls = documents[index]!.mentions.map(({ spans, label }) => {
              return `${spans[0]!.start}-${spans.at(-1)!.end} ${label}`;
            });
            expect(text).toBe(documents[index]!.text);
            for (const { spans, label } of mentions)
              expect(hulls).toContain(`${spans[0]!.start}-${spans[0]!.end} ${label}`);
          }
        }),
        { numRuns: 40 },
      ));
  },
);

/** How much of each kind there is, told from the documents alone. */
function measure(documents: readonly CorpusDocument[]): Record<string, number> {
  const mentions = documents.flatMap((document) => document.mentions);
  return {
    overlap: mentions.length, // a mention goes only where another one covers it
    discontinuous: mentions.filter(({ spans }) => spans.length > 1).length,
    relation: documents.reduce((sum, { relations }) => sum + relations.length, 0),
    concept: mentions.filter(({ concepts }) => concepts !== undefined).length,
    score: mentions.filter(({ score }) => score !== undefined).length,
  };
}
