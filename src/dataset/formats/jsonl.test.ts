/** @file Tests of our JSON lines: everything that a document can hold comes back; older and other rows are read. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { arbitraryDocuments } from "../../../test/arbitrary-documents.ts";
import { createTrips, sampleOf } from "../../../test/format-trips.ts";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { jsonlFormat } from "./jsonl.ts";
import { relationJsonlFormat } from "./relation-jsonl.ts";

const trips = createTrips();
afterAll(trips.remove);

const rows = (...values: object[]) => values.map((value) => JSON.stringify(value)).join("\n");

/** Adds what {@link arbitraryDocuments} leaves out. */
const full: fc.Arbitrary<CorpusDocument[]> = fc
  .tuple(
    arbitraryDocuments({
      overlaps: true,
      discontinuous: true,
      relations: ["CID"],
      concepts: true,
      scores: true,
    }),
    fc.array(
      fc.record(
        {
          document: fc.string(),
          meta: fc.dictionary(fc.stringMatching(/^[a-zß ]{1,5}$/), fc.string()),
          attributes: fc.dictionary(fc.stringMatching(/^[A-Z]{1,3}$/), fc.string()),
          concepts: fc.array(fc.constantFrom("D1", "D1|D2", " D3", "-1", "")),
          cuts: fc.boolean(),
          roles: fc.constant(["Arg1", "Arg2"] as const),
          concept: fc.string(),
        },
        { requiredKeys: [] },
      ),
      { minLength: 4, maxLength: 4 },
    ),
  )
  .map(([documents, extras]) =>
    documents.map((document, index): CorpusDocument => {
      const { meta, attributes, concepts, cuts, roles, concept, ...rest } = extras[index]!;
      const { text } = document;
      const middle = text.length >> 1;
      const mentions = document.mentions.map((mention, place) => ({
        ...mention,
        ...(place % 2 === 0 ? { id: `T${place}` } : {}),
        ...(attributes === undefined ? {} : { attributes }),
        ...(concepts === undefined ? {} : { concepts }),
      }));
      const relations = document.relations.map((relation, place) => ({
        ...relation,
        ...(roles === undefined ? {} : { roles, id: `R${place}`, score: 0.25 }),
        ...(concept === undefined ? {} : { tail: { concept } }),
      }));
      const parts = {
        passages: [
          { type: "title", start: 0, end: middle },
          { type: "", start: middle, end: text.length },
        ],
        tokens: [
          { start: 0, end: middle },
          ...(middle < text.length ? [{ start: middle, end: text.length }] : []),
        ],
      };
      return {
        ...document,
        mentions,
        relations,
        ...rest,
        ...(meta === undefined ? {} : { meta }),
        ...(cuts ? parts : {}),
      };
    }),
  );

test("everything comes back, plain and packed, and nothing is lost", async () => {
  await fc.assert(
    fc.asyncProperty(full, fc.boolean(), async (documents, packed) => {
      const back = await trips.roundTrip(jsonlFormat, documents, packed ? "all.jsonl.gz" : "all.jsonl");
      expect(back).toEqual({ documents, written: {}, read: {} });
    }),
    { numRuns: 200 },
  );
});

test("reads rows without ids, of concept pairs, of words, of title_len, and other fields as facts", async () => {
  const row = {
    text: "Gout. It flares",
    doc: 7,
    doc_start: 0,
    title_len: 5,
    tokens: ["Gout", ".", "It", "flares"],
    spans: [
      { start: 9, end: 15, label: "S", certainty: "high", list: [] },
      { start: 0, end: 4, label: "D", concept: "D1| D2", text: "Gout" },
    ],
    relations: [
      { type: "CID", chemical: "C1", disease: "D1" },
      { type: "R", head: { mention: 0 }, tail: { mention: 1 } },
      { type: "R", head: { mention: 0 }, tail: { mention: 2 } },
      { type: "three", a: "1", b: "2", c: "3" },
    ],
    vector: [1],
  };
  expect(await trips.parse(jsonlFormat, `\n${JSON.stringify(row)}\r\n`)).toEqual({
    documents: [
      {
        id: "2",
        text: "Gout. It flares",
        mentions: [
          { label: "D", spans: [{ start: 0, end: 4 }], concepts: ["D1", "D2"] },
          { label: "S", spans: [{ start: 9, end: 15 }], attributes: { certainty: "high" } },
        ],
        relations: [
          { type: "CID", head: { concept: "C1" }, tail: { concept: "D1" }, roles: ["chemical", "disease"] },
          { type: "R", head: { mention: 1 }, tail: { mention: 0 } },
        ],
        document: "7",
        passages: [
          { type: "title", start: 0, end: 5 },
          { type: "abstract", start: 6, end: 15 },
        ],
        tokens: [
          { start: 0, end: 4 },
          { start: 4, end: 5 },
          { start: 6, end: 8 },
          { start: 9, end: 15 },
        ],
        meta: { doc_start: "0" },
      },
    ],
    losses: { attribute: 1, relation: 2, meta: 1 },
  });
});

test("parts in a form that is not read are counted, never an error", async () => {
  const row = { text: "Gout", spans: [], tokens: 1, passages: {}, meta: { a: {} }, relations: { x: 1 } };
  const { documents, losses } = await trips.parse(jsonlFormat, rows(row));
  expect(documents).toEqual([{ id: "1", text: "Gout", mentions: [], relations: [] }]);
  expect(losses).toEqual({ token: 1, passage: 1, meta: 1, relation: 1 });
});

test.each([
  [{ text: "abc" }, /bad:1: not a row of a corpus: spans: neither spans nor mentions\.$/],
  [{ text: "abc", spans: [{ start: 1, end: 4, label: "D" }] }, /bad:1: span 0 is 1-4, but the text has 3/],
  [
    {
      text: "abc",
      spans: [
        {
          start: 0,
          end: 3,
          label: "D",
          fragments: [
            [1, 2],
            [0, 1],
          ],
        },
      ],
    },
    /bad:1: span 0 has fragments that overlap or are not in order\.$/,
  ],
])("tells the line of a fault: %j", async (row, message) => {
  await expect(trips.parse(jsonlFormat, rows(row), "bad")).rejects.toThrow(message);
  await expect(trips.parse(jsonlFormat, `[${rows(row)}]`, "bad")).rejects.toThrow(/bad: item 1: /);
});

test("broken JSON is told with its place and without its text", async () => {
  for (const [text, message] of [
    ['{"text": "secret\n', /bad:1: not a JSON value on one line\.$/],
    ['[{"text": "secret", "spans": []},\n{"te', /bad: item 2: the array is cut off\.$/],
    ['[{"text": "secret", "spans": []}, x]', /bad: item 2: not JSON\.$/],
  ] as const)
    await expect(trips.parse(jsonlFormat, text, "bad")).rejects.toThrow(message);
});

test("is told from Prodigy's rows, and pairs from texts", () => {
  const spans = [{ start: 0, end: 1, label: "D" }];
  const tell = (text: string) =>
    [jsonlFormat, relationJsonlFormat].find((format) => format.looksLike(sampleOf(text)))?.name;
  expect(tell(rows({ id: 1, text: "a", spans }))).toBe("jsonl");
  expect(tell(`\ufeff[${rows({ text: "a", mentions: [] })}]`)).toBe("jsonl");
  expect(tell(rows({ text: "a", spans, answer: "accept" }))).toBeUndefined();
  expect(tell(rows({ text: "a", spans: [{ ...spans[0], token_start: 0 }] }))).toBeUndefined();
  expect(tell(rows({ text: "a", tokens: [{ text: "a" }], spans }))).toBeUndefined();
  expect(tell(rows({ text: "a", label: [] }))).toBeUndefined();
  expect(tell(`{"id": "1", "text": "${"long ".repeat(1000)}`)).toBeUndefined();
  expect(tell(`{"id": "1", "text": "${"long ".repeat(1000)}", "spans": [{"start"`)).toBe("jsonl");
  expect(
    tell(rows({ text: "a b", head: spans[0]!, tail: { ...spans[0], start: 2, end: 3 }, relation: 1 })),
  ).toBe("relation-jsonl");
  expect(tell("a\tO\n")).toBeUndefined();
});

const corpora = resolve("../shared/corpora");

describe.skipIf(!existsSync(corpora))("real corpora (skipped where ../shared/corpora is absent)", () => {
  test.each([
    ["bc5cdr", 500, 1012, 89],
    ["ncbi-disease", 100, 0, 0],
  ])(
    "%s: documents with concepts and relations are read whole and come back",
    async (corpus, count, pairs, parts) => {
      const { documents, losses } = await trips.read(jsonlFormat, join(corpora, corpus, "docs_dev.jsonl"));
      expect(losses).toEqual({});
      expect(documents.length).toBe(count);
      const relations = documents.flatMap((document) => document.relations);
      expect(relations.length).toBe(pairs);
      expect(relations.every(({ roles, head }) => roles?.[0] === "chemical" && "concept" in head)).toBe(true);
      const mentions = documents.flatMap((document) => document.mentions);
      expect(mentions.every(({ concepts }) => concepts?.every((concept) => /^[^|\s]+$/.test(concept)))).toBe(
        true,
      );
      expect(mentions.filter(({ attributes }) => attributes?.parts !== undefined).length).toBe(parts);
      expect(documents.every(({ passages }) => passages?.length === 2)).toBe(true);
      expect(await trips.roundTrip(jsonlFormat, documents)).toEqual({ documents, written: {}, read: {} });
    },
  );

  test("sentences are read with their words", async () => {
    const { documents, losses } = await trips.read(jsonlFormat, join(corpora, "bc5cdr", "dev.jsonl"));
    expect([documents.length, losses]).toEqual([4581, {}]);
    expect(
      documents[0]!.tokens!.slice(0, 3).map(({ start, end }) => documents[0]!.text.slice(start, end)),
    ).toEqual(["22", "-", "oxacalcitriol"]);
  });
});
