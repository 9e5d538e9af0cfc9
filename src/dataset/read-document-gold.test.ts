/** @file Documents with relations between concepts: read, renamed, counted, refused; BC5CDR dev as it is. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { CorpusDocument } from "../task/corpus-document.ts";
import { readDocumentGold, takeDocumentGold } from "./read-document-gold.ts";

const classes = {
  yes: { definition: "induces", rules: [], examples: [] },
  no: { definition: "does not", rules: [], examples: [] },
};
const relation = { head: "Chemical", tail: "Disease", negative: "no", classes };
const document: CorpusDocument = {
  id: "7",
  text: "Fe makes gout. APOE.",
  passages: [{ start: 0, end: 14, type: "title" }],
  mentions: [
    { label: "Chemical", spans: [{ start: 0, end: 2 }] },
    { label: "Disease", spans: [{ start: 9, end: 13 }], concepts: ["D1", "D2"] },
    { label: "Gene", spans: [{ start: 15, end: 19 }] },
  ],
  relations: [{ type: "CID", head: { concept: "C1" }, tail: { concept: "D1" } }],
};

test("renames types and labels, moves arguments, and counts what is left out", async () => {
  const mixed = {
    ...document,
    relations: [
      ...document.relations,
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
    { reason: "label", label: "Chemical", count: 1 },
    { reason: "argument", count: 1 },
    { reason: "class", label: "treats", count: 1 },
  ]);
});

test("turns a relation round whose file names the two in the other order", async () => {
  const relations = [{ type: "CID", head: { mention: 1 }, tail: { mention: 0 } }];
  const { documents } = await takeDocumentGold([{ ...document, relations }], "gold", {
    relation,
    classes: { CID: "yes" },
  });
  expect(documents[0]!.relations).toEqual([{ type: "yes", head: { mention: 0 }, tail: { mention: 1 } }]);
});

test("refuses gold without a mention of the head or the tail, and says which labels it has", async () => {
  const refused = (head: string, tail: string) =>
    takeDocumentGold([document], "gold.jsonl", {
      relation: { ...relation, head, tail },
      classes: { CID: "yes" },
    });
  await expect(refused("Device", "Disease")).rejects.toMatchObject({
    code: "gold-labels",
    message:
      'The gold file "gold.jsonl" has no mention of Device. Its labels: Disease, Chemical, Gene. The relation is from Device to Disease.',
    hint: expect.stringContaining("--labels FILE=MODEL"),
  });
  await expect(refused("Device", "Organ")).rejects.toThrow("no mention of Device and none of Organ.");
});

test("says which types there are when none is asked for", async () => {
  await expect(takeDocumentGold([document], "gold.jsonl", { relation })).rejects.toThrow(
    'The gold file "gold.jsonl" has no relation of yes, no in its documents. Its types: CID.',
  );
  await expect(takeDocumentGold([document], "gold.jsonl", { relation })).rejects.toMatchObject({
    hint: expect.stringContaining("--classes CID=yes"),
  });
});

const folder = fileURLToPath(new URL("../../../shared/corpora/bc5cdr/", import.meta.url));
test.skipIf(!existsSync(folder)).each(["docs_dev.jsonl", "raw/CDR_DevelopmentSet.PubTator.txt"])(
  "reads BC5CDR dev whole: %s (skipped where the corpora are absent)",
  async (name) => {
    const { documents, skipped } = await readDocumentGold(join(folder, name), {
      relation,
      classes: { CID: "yes" },
    });
    expect(skipped).toEqual([]);
    expect(documents).toHaveLength(500);
    expect(documents.flatMap(({ relations }) => relations)).toHaveLength(1012);
    expect(documents.flatMap(({ mentions }) => mentions)).toHaveLength(9591);
  },
);
