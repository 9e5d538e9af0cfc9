/** @file Tests of the first rows of a sample: whole, cut off, of an array, and what formats tell by them. */
import { expect, test } from "vitest";
import { sampleOf } from "../../../test/format-trips.ts";
import { doccanoFormat } from "./doccano.ts";
import { glinerFormat } from "./gliner.ts";
import { hfJsonlFormat } from "./hf-jsonl.ts";
import { jsonlFormat } from "./jsonl.ts";
import { maskedJsonlFormat } from "./masked.ts";
import { omopNoteFormat } from "./omop-note.ts";
import { prodigyFormat } from "./prodigy.ts";
import { relationJsonlFormat } from "./relation-jsonl.ts";
import { sampleRows } from "./sample-rows.ts";
import { spacyFormat } from "./spacy.ts";

test.each([
  ["lines, up to one that is cut off", '\ufeff\n{"a":1}\n\n["b",{}]\n{"c"', [{ a: 1 }, { 0: "b", 1: {} }]],
  ["lines, up to one that is no row", '{"a":1}\n5\n{"c":1}', [{ a: 1 }]],
  ["an object over several lines", '{\n"a":1}\n{"b":1}', [{ a: 1 }]],
  ["a row within a text", '{"a":1,"text":"cut \\" off', [{ a: 1 }]],
  ["a row within a key", '{"a":1,"te', [{ a: 1 }]],
  ["a row before a list", '{"a":1,"list":', [{ a: 1 }]],
  ["a row within a list of objects", '{"list":[{"a":1},{"a":2,"b"', [{ list: [{ a: 1 }] }]],
  ["a row within the first item of a list", '{"list":[{"a":1,"b":[1', [{ list: [] }]],
  ["a row within a list of words", '{"list":["a","b","c', [{ list: ["a", "b"] }]],
  ["a row within an object", '{"map":{"a":1,"b":{"c":2,', [{ map: { a: 1, b: { c: 2 } } }]],
  ["a list of two", '["a",{"entities":[[0,1,"A"],[2', [{ 0: "a", 1: { entities: [[0, 1, "A"]] } }]],
  ["an array, where none is asked for", '[{"a":1}]', []],
  ["no JSON", "a\tO\n", []],
  ["nothing", "", []],
])("of %s", (_, text, rows) => {
  expect(sampleRows(sampleOf(text))).toEqual(rows);
});

test.each([
  ["whole", '[{"a":1},{"b":1}]', [{ a: 1 }]],
  ["cut off later", '\ufeff [\n{"a":[{}]},\n{"b', [{ a: [{}] }]],
  ["cut off in its first item", '[{"a":1,"list":[{"b":1},{"b', [{ a: 1, list: [{ b: 1 }] }]],
  ["of lines", '{"a":1}\n{"b":1}', [{ a: 1 }, { b: 1 }]],
])("of an array where one is asked for: %s", (_, text, rows) => {
  expect(sampleRows(sampleOf(text), { arrays: true })).toEqual(rows);
});

test("a folder has none", () => {
  expect(sampleRows({ ...sampleOf('{"a":1}'), isFolder: true })).toEqual([]);
});

const FORMATS = [
  jsonlFormat,
  relationJsonlFormat,
  hfJsonlFormat,
  glinerFormat,
  prodigyFormat,
  doccanoFormat,
  spacyFormat,
  maskedJsonlFormat,
  omopNoteFormat,
];
const many = <T>(item: T) => Array.from({ length: 10_000 }, () => item);
const span = { start: 0, end: 4, label: "Disease" };

test.each([
  ["jsonl", { text: "gout", spans: many(span) }],
  [
    "relation-jsonl",
    { text: "gout gout", head: span, tail: { ...span, start: 5, end: 9 }, relation: "a", meta: many(1) },
  ],
  ["hf-jsonl", { tokens: ["gout"], ner_tags: many(0) }],
  ["gliner", { tokenized_text: ["gout"], ner: many([0, 0, "Disease"]) }],
  ["prodigy", { text: "gout", _task_hash: 1, tokens: many({ ...span, id: 0 }) }],
  ["doccano", { text: "gout", label: many([0, 4, "Disease"]) }],
  [
    "doccano",
    { text: "gout", relations: [], entities: many({ id: 1, start_offset: 0, end_offset: 4, label: "A" }) },
  ],
  ["spacy", { text: "gout", entities: many([0, 4, "Disease"]) }],
  ["spacy", ["gout", { entities: many([0, 4, "Disease"]) }]],
  ["masked-jsonl", { label: 1, text: "@A$ causes @B$", more: many(1) }],
  ["omop-note", { note_id: 1, note_text: "gout", more: many(1) }],
])("a first row that is longer than the sample is told by its beginning: %s", (name, row) => {
  const text = JSON.stringify(row).slice(0, 1 << 16);
  expect(FORMATS.filter((format) => format.looksLike(sampleOf(text))).map((format) => format.name)).toEqual([
    name,
  ]);
});
