/** @file Tests of JSON lines of pairs as documents: one pair comes back, several become rows, the rest is counted. */
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import { createTrips } from "../../../test/format-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { compareMentions } from "./order-mentions.ts";
import { parseRelationJsonl, relationJsonlFormat } from "./relation-jsonl.ts";

const trips = createTrips();
afterAll(trips.remove);

const kind = { overlaps: true, discontinuous: true, relations: ["yes", "no"], concepts: true, scores: true };

test("a document of two mentions and their relation comes back as it was", async () => {
  const pairs = arbitraryDocuments(kind).map((documents) =>
    documents.flatMap((document): CorpusDocument[] => {
      const mentions = document.mentions.slice(0, 2);
      if (mentions.length < 2 || compareMentions(mentions[0]!, mentions[1]!) === 0) return [];
      const [head, tail] = document.text.length % 2 === 0 ? [0, 1] : [1, 0];
      const relation = { type: "yes", head: { mention: head }, tail: { mention: tail }, score: 0.5 };
      return [{ ...document, mentions, relations: [relation], document: "d", meta: { a: "b" } }];
    }),
  );
  await fc.assert(
    fc.asyncProperty(pairs, async (documents) => {
      const back = await trips.roundTrip(relationJsonlFormat, documents);
      expect(back).toEqual({ documents, written: {}, read: {} });
    }),
  );
});

test("any relation between mentions is a row; texts of none, mentions in none and names are counted", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryDocuments(kind), async (documents) => {
      const back = await trips.roundTrip(relationJsonlFormat, documents);
      const expected = documents.flatMap(({ text, mentions, relations }) =>
        relations.map(({ type, head, tail }) => {
          const [from, to] = [head, tail].map((side) => mentions["mention" in side ? side.mention : -1]);
          return { text, type, from, to };
        }),
      );
      const found = back.documents.map(({ text, mentions, relations: [relation] }) => {
        const { type, head, tail } = relation!;
        const [from, to] = [head, tail].map((side) => mentions["mention" in side ? side.mention : -1]);
        return { text, type, from, to };
      });
      expect(found).toEqual(expected);
      const unused = documents.reduce((sum, { mentions, relations }) => {
        const used = new Set(
          relations.flatMap(({ head, tail }) => [JSON.stringify(head), JSON.stringify(tail)]),
        );
        return sum + mentions.length - used.size;
      }, 0);
      const odd = documents.filter(({ relations }) => relations.length !== 1).length;
      const counts = Object.entries({ mention: unused, "relation-pair": odd }).filter(
        ([, count]) => count > 0,
      );
      expect(back.written).toEqual(Object.fromEntries(counts));
    }),
  );
});

test("several pairs get names of their own, and are gold pairs too", async () => {
  const spans = ([start, end]: [number, number]) => [{ start, end }];
  const document: CorpusDocument = {
    id: "x",
    text: "a b c",
    mentions: [
      { label: "G", spans: spans([0, 1]) },
      { label: "D", spans: spans([2, 3]) },
    ],
    relations: [
      { type: "yes", head: { mention: 0 }, tail: { mention: 1 }, id: "R1", roles: ["p", "q"] },
      { type: "no", head: { mention: 1 }, tail: { mention: 0 } },
      { type: "no", head: { concept: "C" }, tail: { mention: 0 } },
    ],
  };
  const { path, losses } = await trips.write(relationJsonlFormat, [document]);
  expect(losses).toEqual({ "relation-concepts": 1, "relation-pair": 1, id: 1, role: 1 });

  const [a, b] = [
    { start: 0, end: 1, label: "G" },
    { start: 2, end: 3, label: "D" },
  ];
  expect(parseRelationJsonl(await readFile(path, "utf8"), "x")).toEqual([
    { id: "x-1", text: "a b c", head: a, tail: b, relation: "yes" },
    { id: "x-2", text: "a b c", head: b, tail: a, relation: "no" },
  ]);
});

test("a fault is told with its line", async () => {
  const row = {
    text: "ab",
    head: { start: 0, end: 9, label: "G" },
    tail: { start: 0, end: 1, label: "D" },
    relation: 1,
  };
  await expect(trips.parse(relationJsonlFormat, JSON.stringify(row), "bad")).rejects.toThrow(
    /bad:1: head is 0-9, but the text has 2/,
  );
});
