/** @file A format of BioC -> the property that it gives back whatever BioC holds. */
import fc from "fast-check";
import { expect } from "vitest";
import type { CorpusFormat } from "../src/dataset/formats/corpus-format.ts";
import type { CorpusDocument } from "../src/task/corpus-document.ts";
import { arbitraryDocuments } from "./arbitrary-documents.ts";
import { furnish, STANDOFF_KIND, standoffTrip } from "./standoff-trips.ts";

/** Names, fragments, attributes, concepts, scores, relations, passages and facts. @param ending of the file */
export async function expectBiocHeld(format: CorpusFormat, ending: string): Promise<void> {
  const draw = arbitraryDocuments(STANDOFF_KIND).map((all) =>
    all.map((one, index): CorpusDocument => {
      const document = furnish(one, { prefix: "m", passages: index % 2 === 0 });
      const pair = { head: { concept: "D1" }, tail: { concept: "MESH:D2" } };
      return {
        ...document,
        relations: [
          ...document.relations,
          { ...pair, type: "CID", id: "x", roles: ["Chemical", "Disease"] },
          { ...pair, type: "b", id: "y", score: 0.25 },
        ],
        meta: { patient: '<7> & "8"', date: "2026" },
      };
    }),
  );
  await fc.assert(
    fc.asyncProperty(draw, async (documents) => {
      fc.pre(
        documents.every(
          ({ mentions }) =>
            new Set(mentions.map(({ spans }) => `${spans[0]!.start} ${spans[0]!.end}`)).size ===
            mentions.length,
        ),
      );
      const { found, losses } = await standoffTrip(format, documents, ending);
      expect(found).toEqual(documents);
      expect(losses).toEqual({});
    }),
    { numRuns: 60 },
  );
}
