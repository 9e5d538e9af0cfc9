/** @file Tests that every format of tokens shares: what it holds comes back, what it does not is counted. */
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import { arbitraryTokenDocuments } from "../../../test/arbitrary-token-documents.ts";
import { createTrips, type LossCounts } from "../../../test/format-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { splitWords } from "../../tokenize/words.ts";
import { bioesFormat } from "./bioes.ts";
import { conll2003Format } from "./conll2003.ts";
import { glinerFormat } from "./gliner.ts";
import { hfJsonlFormat } from "./hf-jsonl.ts";
import { hfParquetFormat } from "./hf-parquet.ts";
import { iob1Format } from "./iob1.ts";
import { iob2Format } from "./iob2.ts";
import { compareMentions } from "./order-mentions.ts";

const trips = createTrips();
afterAll(trips.remove);

const TABLES = [iob2Format, iob1Format, bioesFormat, conll2003Format];
const OTHERS = [hfJsonlFormat, hfParquetFormat, glinerFormat];

const without = (counts: LossCounts) =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));

/** What a document becomes in a format of tokens, worked out the slow way. */
function project(document: CorpusDocument, overlaps: boolean) {
  const losses: LossCounts = {
    "no-token": 0,
    overlap: 0,
    "token-border": 0,
    discontinuous: 0,
    whitespace: 0,
    character: 0,
  };
  const words = splitWords(document.text);
  const gaps = [0, ...words.map(({ end }) => end)].map((end, index) =>
    document.text.slice(end, words[index]?.start ?? document.text.length),
  );
  for (const [index, gap] of gaps.entries()) {
    if (gap === (index === 0 || index === words.length ? "" : " ")) continue;
    losses[gap.trim() === "" ? "whitespace" : "character"]!++;
  }
  const at = (index: number) =>
    words.slice(0, index).reduce((sum, { start, end }) => sum + end - start + 1, 0);
  const found = document.mentions.flatMap((mention, source) => {
    const [start, end] = [mention.spans[0]!.start, mention.spans.at(-1)!.end];
    const inside = words.flatMap((word, index) => (word.start < end && start < word.end ? [index] : []));
    if (inside.length === 0) losses["no-token"]!++;
    return inside.length === 0
      ? []
      : [{ mention, source, start, end, first: inside[0]!, last: inside.at(-1)! }];
  });
  const longestFirst = found.toSorted(
    (a, b) => b.last - b.first - (a.last - a.first) || a.first - b.first || a.source - b.source,
  );
  const kept: typeof found = [];
  for (const item of longestFirst) {
    if (!overlaps && kept.some((other) => other.first <= item.last && item.first <= other.last))
      losses.overlap!++;
    else kept.push(item);
  }
  for (const { mention, start, end, first, last } of kept) {
    if (words[first]!.start !== start || words[last]!.end !== end) losses["token-border"]!++;
    if (mention.spans.length > 1) losses.discontinuous!++;
  }
  kept.sort((a, b) => a.first - b.first || a.last - b.last || a.source - b.source);
  const mentions = kept.map(({ mention, first, last }) => ({
    label: mention.label,
    spans: [{ start: at(first), end: at(last + 1) - 1 }],
  }));
  const text = words.map(({ start, end }) => document.text.slice(start, end)).join(" ");
  return { text, mentions, sources: kept.map(({ source }) => source), losses };
}

const sumOf = (counts: readonly LossCounts[]) => {
  const sum: LossCounts = {};
  for (const one of counts)
    for (const [kind, count] of Object.entries(one)) sum[kind] = (sum[kind] ?? 0) + count;
  return without(sum);
};

describe.each([...TABLES, ...OTHERS])("$name", (format) => {
  const isTable = TABLES.includes(format);
  const overlaps = format === glinerFormat;

  test("documents of tokens come back as they were, plain and packed", async () => {
    const kind = overlaps ? { overlaps, relations: ["treats", "causes"] } : {};
    const arbitrary = arbitraryTokenDocuments({ ...kind, minTokens: isTable ? 1 : 0 });
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.boolean(), async (documents, packed) => {
        const name = packed && format !== hfParquetFormat ? "same.gz" : "same";
        const back = await trips.roundTrip(format, documents, name);
        expect(back).toEqual({ documents, written: {}, read: {} });
      }),
      { numRuns: 60 },
    );
  });

  test("any document comes back as its projection, and what differs is counted", async () => {
    const kind = { overlaps: true, discontinuous: true, relations: ["CID"], concepts: true, scores: true };
    await fc.assert(
      fc.asyncProperty(arbitraryDocuments(kind), async (documents) => {
        const projected = documents.map((document) => ({ document, ...project(document, overlaps) }));
        const held = projected.filter(({ text }) => !isTable || text !== "");
        const back = await trips.roundTrip(format, documents);
        expect(back.documents.map(({ text, mentions }) => ({ text, mentions }))).toEqual(
          held.map(({ text, mentions }) => ({ text, mentions })),
        );
        expect(back.read).toEqual({});
        const hasIds = OTHERS.includes(format) && format !== glinerFormat;
        const renamed = held.filter(
          ({ document }, index) => !hasIds && document.id !== String(index + 1),
        ).length;
        const relations = documents.flatMap(({ relations }) => relations).length;
        const relationsBack = back.documents.flatMap(({ relations }) => relations).length;
        const mentions = documents.flatMap((document) => document.mentions).length;
        expect(back.written).toEqual(
          sumOf([
            ...projected.map(({ losses }) => losses),
            { concept: mentions, score: mentions, relation: relations - relationsBack },
            { "document-id": renamed, "no-text": projected.length - held.length },
          ]),
        );
        if (format !== glinerFormat) expect(relationsBack).toBe(0);
        if (hasIds) expect(back.documents.map(({ id }) => id)).toEqual(documents.map(({ id }) => id));
      }),
      { numRuns: 100 },
    );
  });

  test("what belongs to a text or a mention and is not held is counted", async () => {
    const span = { start: 0, end: 4 };
    const document: CorpusDocument = {
      id: "1",
      text: "Gout flares",
      mentions: [
        {
          label: "D",
          spans: [span],
          id: "T1",
          concepts: ["D1", "D2"],
          attributes: { a: "b", c: "d" },
          score: 0.5,
        },
      ],
      relations: [{ type: "R", head: { concept: "D1" }, tail: { mention: 0 }, id: "R1", roles: ["x", "y"] }],
      document: "paper",
      passages: [{ type: "title", ...span }],
      meta: { patient: "7", date: "2026" },
    };
    const { losses } = await trips.write(format, [document]);
    const related = overlaps ? { "relation-concepts": 1, id: 2, role: 1 } : { relation: 1, id: 1 };
    expect(losses).toEqual({
      concept: 2,
      attribute: 2,
      score: 1,
      passage: 1,
      meta: 2,
      document: 1,
      ...related,
    });
  });
});

test("mentions are in reading order", () => {
  const at = (...spans: [number, number][]) => ({
    label: "D",
    spans: spans.map(([start, end]) => ({ start, end })),
  });
  expect([at([3, 4]), at([0, 9]), at([0, 2], [5, 6])].toSorted(compareMentions)).toEqual([
    at([0, 2], [5, 6]),
    at([0, 9]),
    at([3, 4]),
  ]);
});
