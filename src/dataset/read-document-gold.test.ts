/** @file Documents with relations between concepts: read, renamed, counted, refused; BC5CDR dev as it is. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseConceptJsonl } from "./formats/concept-jsonl.ts";
import { readDocumentGold, takeDocumentGold } from "./read-document-gold.ts";

const classes = {
  yes: { definition: "induces", rules: [], examples: [] },
  no: { definition: "does not", rules: [], examples: [] },
};
const relation = { head: "Chemical", tail: "Disease", negative: "no", classes };
const row = {
  id: 7,
  text: "Fe makes gout. APOE.",
  title_len: 14,
  spans: [
    { start: 9, end: 13, label: "Disease", concept: "D1|D2" },
    { start: 0, end: 2, label: "Chemical", concept: "-1" },
    { start: 15, end: 19, label: "Gene" },
  ],
  relations: [{ type: "CID", chemical: "C1", disease: "D1" }],
};
const parse = (value: object) => parseConceptJsonl(JSON.stringify(value), "gold.jsonl");

test("reads mentions in reading order, their concepts, the title, and relations between concepts", () => {
  expect(parse(row)).toEqual([
    {
      id: "7",
      text: "Fe makes gout. APOE.",
      passages: [{ start: 0, end: 14, type: "title" }],
      mentions: [
        { label: "Chemical", spans: [{ start: 0, end: 2 }] },
        { label: "Disease", spans: [{ start: 9, end: 13 }], concepts: ["D1", "D2"] },
        { label: "Gene", spans: [{ start: 15, end: 19 }] },
      ],
      relations: [
        { type: "CID", head: { concept: "C1" }, tail: { concept: "D1" }, roles: ["chemical", "disease"] },
      ],
    },
  ]);
});

test("names the line and no text of what is broken", () => {
  const broken = (change: object) => () => parse({ ...row, ...change });
  expect(broken({ spans: [{ start: 5, end: 50, label: "Disease" }] })).toThrow(
    "gold.jsonl:1: the span 5-50 is not in the text of 20 characters.",
  );
  expect(broken({ relations: [{ type: "CID", chemical: "C1" }] })).toThrow("two arguments");
  expect(broken({ text: 3 })).toThrow("gold.jsonl:1: not a document: text:");
});

test("renames types and labels, moves arguments, and counts what is left out", async () => {
  const [document] = parse(row);
  const mixed = {
    ...document!,
    relations: [
      ...document!.relations,
      { type: "CID", head: { mention: 0 }, tail: { mention: 1 } },
      { type: "CID", head: { mention: 2 }, tail: { mention: 1 } },
      { type: "treats", head: { concept: "C1" }, tail: { concept: "D1" } },
    ],
  };
  const { documents, skipped } = await takeDocumentGold([mixed], "gold", {
    relation,
    classes: { CID: "yes" },
    labels: { Disease: "Disease", Gene: "Chemical" },
  });
  expect(documents[0]!.mentions.map(({ label }) => label)).toEqual(["Disease", "Chemical"]);
  expect(documents[0]!.relations.map(({ type, head, tail }) => [type, head, tail])).toEqual([
    ["yes", { concept: "C1" }, { concept: "D1" }],
    ["yes", { mention: 1 }, { mention: 0 }],
  ]);
  expect(skipped).toEqual([
    { reason: "label", name: "Chemical", count: 1 },
    { reason: "argument", count: 1 },
    { reason: "class", name: "treats", count: 1 },
  ]);
});

test("says which types there are when none is asked for", async () => {
  await expect(takeDocumentGold(parse(row), "gold.jsonl", { relation })).rejects.toThrow(
    'The gold file "gold.jsonl" has no relation of yes, no in its documents. Its types: CID.',
  );
});

const file = fileURLToPath(new URL("../../../shared/corpora/bc5cdr/docs_dev.jsonl", import.meta.url));
test.skipIf(!existsSync(file))("reads BC5CDR dev whole (skipped where the corpora are absent)", async () => {
  const { documents, skipped } = await readDocumentGold(file, { relation, classes: { CID: "yes" } });
  expect(skipped).toEqual([]);
  expect(documents).toHaveLength(500);
  expect(documents.flatMap(({ relations }) => relations)).toHaveLength(1012);
  expect(documents.flatMap(({ mentions }) => mentions)).toHaveLength(9591);
});
