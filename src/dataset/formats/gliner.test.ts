/** @file Tests of GLiNER's JSON: ends included, relations by place, lists of labels, long arrays. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createTrips, sampleOf, watchHeap } from "../../../test/format-trips.ts";
import { glinerFormat } from "./gliner.ts";

const trips = createTrips();
afterAll(trips.remove);

const ROW = {
  tokenized_text: ["John", "Smith", "works", "at", "Microsoft"],
  ner: [
    [4, 4, "organization"],
    [0, 1, "person"],
  ],
  relations: [[1, 0, "works_at"]],
  ner_labels: ["person", "organization"],
  ner_negatives: ["date"],
};
const DOCUMENT = {
  id: "1",
  text: "John Smith works at Microsoft",
  mentions: [
    { label: "person", spans: [{ start: 0, end: 10 }] },
    { label: "organization", spans: [{ start: 20, end: 29 }] },
  ],
  relations: [{ type: "works_at", head: { mention: 0 }, tail: { mention: 1 } }],
  tokens: [
    { start: 0, end: 4 },
    { start: 5, end: 10 },
    { start: 11, end: 16 },
    { start: 17, end: 19 },
    { start: 20, end: 29 },
  ],
  meta: { ner_labels: '["person","organization"]', ner_negatives: '["date"]' },
};

test.each([
  ["an array", JSON.stringify([ROW])],
  ["an array over several lines", JSON.stringify([ROW], null, 2)],
  ["JSON lines", `${JSON.stringify(ROW)}\n`],
])("reads %s", async (_, text) => {
  expect(await trips.parse(glinerFormat, text)).toEqual({ documents: [DOCUMENT], losses: {} });
  expect(glinerFormat.looksLike(sampleOf(text))).toBe(true);
});

test("writes one array, with the labels given where the text has none of its own", async () => {
  const { meta: _, ...plain } = DOCUMENT;
  const { path, losses } = await trips.write(glinerFormat, [DOCUMENT, { ...plain, id: "2" }], "out.json", {
    labels: ["x"],
  });
  const row = { ...ROW, ner: [ROW.ner[1], ROW.ner[0]], relations: [[0, 1, "works_at"]] };
  expect(JSON.parse(await readFile(path, "utf8"))).toEqual([
    row,
    { tokenized_text: row.tokenized_text, ner: row.ner, relations: row.relations, ner_labels: ["x"] },
  ]);
  expect(losses).toEqual({});
  expect(await readFile((await trips.write(glinerFormat, [])).path, "utf8")).toBe("[]\n");
  expect(await trips.parse(glinerFormat, "[]")).toEqual({ documents: [], losses: {} });
  expect(await trips.parse(glinerFormat, "")).toEqual({ documents: [], losses: {} });
});

test("empty tokens count in numbers and are left out", async () => {
  const row = {
    tokenized_text: ["a", "", "b"],
    ner: [
      [0, 2, "D"],
      [1, 1, "E"],
    ],
    relations: [[0, 1, "R"]],
  };
  const { documents, losses } = await trips.parse(glinerFormat, JSON.stringify([row]));
  expect(documents[0]).toMatchObject({
    text: "a b",
    mentions: [{ label: "D", spans: [{ start: 0, end: 3 }] }],
    relations: [],
  });
  expect(losses).toEqual({ token: 1, "no-token": 1, relation: 1 });
});

test.each([
  [
    [{ tokenized_text: ["a"], ner: [[0, 1, "D"]] }],
    /bad: item 1: ner 0 is 0 to 1, but there are 1 tokens\.$/,
  ],
  [[ROW, { tokenized_text: "a" }], /bad: item 2: not a row of GLiNER: tokenized_text: /],
])("tells the item of a fault: %j", async (rows, message) => {
  await expect(trips.parse(glinerFormat, JSON.stringify(rows), "bad")).rejects.toThrow(message);
});

test("a long array is read with the memory of a piece", async () => {
  const path = join(trips.folder, "long.json");
  const count = 100_000;
  await writeFile(path, `[${`${JSON.stringify(ROW)},\n`.repeat(count - 1)}${JSON.stringify(ROW)}]`);
  const heap = watchHeap(count);
  for await (const document of heap.pass(glinerFormat.read!(path, { onLoss: () => {} })))
    expect(document.mentions.length).toBe(2);
  expect(heap.count()).toBe(count);
  // Kept, the documents would be 130 MB.
  expect(heap.grownBytes()).toBeLessThan(5e6);
}, 30_000);
