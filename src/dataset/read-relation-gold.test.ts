/** @file Files of pairs: each format, its inverse, classes and labels mapped, faults told without text. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseRelationJsonl, renderRelationJsonl } from "./formats/relation-jsonl.ts";
import { readRelationGold } from "./read-relation-gold.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "relation-gold-"));
});
afterAll(() => rm(folder, { recursive: true }));

const label = { definition: "", rules: [], examples: [] };
const relation = { head: "Gene", tail: "Disease", classes: { yes: label, no: label } };
const read = async (lines: readonly string[], options = {}) => {
  const path = join(folder, "gold");
  await writeFile(path, lines.join("\n"));
  return readRelationGold(path, { relation, ...options });
};
const row = (value: object) => JSON.stringify(value);
const head = { start: 0, end: 4, label: "Gene" };
const tail = { start: 12, end: 16, label: "Disease" };
const text = "APOE causes gout.";

test("reads pairs with offsets, and their documents", async () => {
  const gold = await read([row({ id: 7, text, head, tail, relation: "yes", doc: 12, more: 1 })]);
  expect(gold).toEqual({
    format: "relation-jsonl",
    pairs: [{ id: "7", text, head, tail, relation: "yes", document: "12" }],
    skipped: [],
  });
});

test("maps classes and labels; what is not asked for is left out and counted", async () => {
  const other = { start: 0, end: 4, label: "Drug" };
  const gold = await read(
    [
      row({ text, head, tail, relation: 1 }),
      row({ text, head: { ...head, label: "GENE" }, tail: { ...tail, label: "MONDO" }, relation: 0 }),
      row({ text, head, tail, relation: 2 }),
      row({ text, head, tail, relation: 2 }),
      row({ text, head: other, tail, relation: 1 }),
      row({ text, head: { start: 0, end: 14, label: "Gene" }, tail, relation: 1 }),
    ],
    { classes: { 1: "yes", 0: "no" }, labels: { MONDO: "Disease" } },
  );
  expect(gold.pairs.map(({ id, relation: name }) => [id, name])).toEqual([
    ["1", "yes"],
    ["2", "no"],
  ]);
  expect(gold.pairs[1]).toMatchObject({ head, tail });
  expect(gold.skipped).toEqual([
    { reason: "class", label: "2", count: 2 },
    { reason: "label", count: 1 },
    { reason: "overlap", count: 1 },
  ]);
});

test("reads masked sentences: the placeholder is the mention", async () => {
  const classes = { 1: "yes", 0: "no" };
  const masked = "In @DISEASE$, 😀 @GENE$ was typed.";
  const gold = await read(
    [row({ id: "a", text: masked, label: 0 }), row({ text: "No @GENE$ here.", label: 1 })],
    {
      classes,
    },
  );
  expect(gold.format).toBe("masked-jsonl");
  expect(gold.pairs).toEqual([
    {
      id: "a",
      text: masked,
      head: { start: 17, end: 23, label: "Gene" },
      tail: { start: 3, end: 12, label: "Disease" },
      relation: "no",
    },
  ]);
  expect(gold.skipped).toEqual([{ reason: "placeholders", count: 1 }]);
});

test("reads the TSV of the BioBERT release, with and without index and column names", async () => {
  const classes = { 1: "yes", 0: "no" };
  const plain = await read(["@GENE$ causes @DISEASE$.\t1", "@GENE$ in @DISEASE$.\t0", ""], { classes });
  expect(plain.format).toBe("masked-tsv");
  expect(plain.pairs.map(({ id, text: sentence, relation: name }) => [id, sentence, name])).toEqual([
    ["1", "@GENE$ causes @DISEASE$.", "yes"],
    ["2", "@GENE$ in @DISEASE$.", "no"],
  ]);
  const indexed = await read(["index\tsentence\tlabel", "0\t@GENE$ causes @DISEASE$.\t1\r"], { classes });
  expect(indexed.pairs).toEqual([{ ...plain.pairs[0]!, id: "2" }]);
});

test("two placeholders of one label are head and tail of an undirected relation", async () => {
  const same = { ...relation, tail: "Gene" };
  const gold = await read([row({ text: "@GENE$ binds @GENE$", label: "yes" })], { relation: same });
  expect(gold.pairs[0]).toMatchObject({ head: { start: 0, end: 6 }, tail: { start: 13, end: 19 } });
});

test.each([
  ["an empty file", [""], /is empty/],
  ["another format", ["The\tO", "gout\tB-Disease"], /looks like no known format of relations/],
  [
    "a missing field",
    [row({ text, head, relation: "yes", tail: {} })],
    /gold:1: not a gold pair: tail.start/,
  ],
  [
    "a span outside",
    [row({ text, head: { ...head, end: 99 }, tail, relation: "yes" })],
    /gold:1: head is 0-99/,
  ],
  [
    "a span that quotes another text",
    [row({ text, head, tail: { ...tail, text: "asthma" }, relation: "no" })],
    /tail \(12-16\) does not fit/,
  ],
  [
    "other classes",
    [row({ text, head, tail, relation: 1 })],
    /no pair of class yes, no\..* Its classes: 1\./,
  ],
  [
    "other placeholders",
    [row({ text: "@DRUG$ causes @GOUT$", label: "yes" })],
    /no pair of one Gene and one Disease/,
  ],
  ["too many columns", ["@GENE$ in @DISEASE$\t1", "a\tb\tc\td"], /gold:2: 4 columns/],
])("tells %s, and never quotes the text", async (_, lines, message) => {
  const error = await read(lines).catch((cause: Error) => cause);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toMatch(/causes|asthma/);
});

test("rendering and reading give the pairs back", () => {
  const words = fc.array(fc.constantFrom("APOE", "😀", "gout", "𝛼", "\n", "é"), {
    minLength: 2,
    maxLength: 8,
  });
  fc.assert(
    fc.property(words, fc.nat(), fc.nat(), fc.boolean(), (parts, i, j, hasDocument) => {
      const starts = parts.map((_, index) => parts.slice(0, index).join("").length);
      const spanOf = (index: number, name: string) => {
        const place = index % parts.length;
        return { start: starts[place]!, end: starts[place]! + parts[place]!.length, label: name };
      };
      const pair = {
        id: "x",
        text: parts.join(""),
        head: spanOf(i, "Gene"),
        tail: spanOf(j, "Disease"),
        relation: "yes",
        ...(hasDocument ? { document: "d" } : {}),
      };
      expect(parseRelationJsonl(renderRelationJsonl([pair]), "test")).toEqual([pair]);
    }),
  );
});

const gad = resolve(import.meta.dirname, "../../../shared/corpora/gad/dev.jsonl");

test("reads every sentence of GAD", async (context) => {
  context.skip(!existsSync(gad), `${gad} is not there`);
  const { format, pairs, skipped } = await readRelationGold(gad, {
    relation,
    classes: { 1: "yes", 0: "no" },
  });
  expect({ format, skipped, pairs: pairs.length }).toEqual({
    format: "masked-jsonl",
    skipped: [],
    pairs: 1000,
  });
  expect(pairs.filter((pair) => pair.relation === "yes").length).toBe(505);
  for (const { text: sentence, head: gene, tail: disease } of pairs) {
    expect(sentence.slice(gene.start, gene.end)).toBe("@GENE$");
    expect(sentence.slice(disease.start, disease.end)).toBe("@DISEASE$");
  }
});
