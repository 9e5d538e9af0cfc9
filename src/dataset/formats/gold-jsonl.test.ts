/** @file Tests of gold JSON lines: what is read, what is told with its line, and the round trip. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GoldExample } from "../../task/example.ts";
import { parseGoldJsonl, renderGoldJsonl } from "./gold-jsonl.ts";

const parse = (...rows: object[]) =>
  parseGoldJsonl(rows.map((row) => JSON.stringify(row)).join("\r\n"), "dev.jsonl");

test("reads spans or mentions, in reading order, with the document, and looks at no other field", () => {
  const spans = [
    { start: 8, end: 12, label: "B" },
    { start: 0, end: 4, label: "A", text: "Gout" },
  ];
  expect(
    parse({ id: "x", text: "Gout or ague", spans, doc: 7, tokens: 1 }, { text: "a", mentions: [] }),
  ).toEqual([
    {
      id: "x",
      text: "Gout or ague",
      mentions: [
        { start: 0, end: 4, label: "A" },
        { start: 8, end: 12, label: "B" },
      ],
      document: "7",
    },
    { id: "2", text: "a", mentions: [] },
  ]);
});

test.each([
  [{ text: "abc", label: 0 }, "dev.jsonl:1: not a gold example: spans: neither spans nor mentions."],
  [
    { spans: [] },
    "dev.jsonl:1: not a gold example: text: Invalid input: expected string, received undefined.",
  ],
  [
    { text: "abc", spans: [{ start: 2, end: 4, label: "A" }] },
    "dev.jsonl:1: span 0 is 2-4, but the text has 3 UTF-16 units.",
  ],
  [{ text: "abc", spans: [{ start: 2, end: 2, label: "A" }] }, "dev.jsonl:1: span 0 is 2-2,"],
  [{ text: "abc", spans: [{ start: -1, end: 2, label: "A" }] }, "dev.jsonl:1: span 0 is -1-2,"],
  [
    { text: "😷HD", spans: [{ start: 1, end: 3, label: "A" }] },
    "dev.jsonl:1: span 0 (1-3) does not fit the text.",
  ],
  [
    { text: "😷 HD", spans: [{ start: 2, end: 4, label: "A", text: "HD" }] },
    "dev.jsonl:1: span 0 (2-4) does not fit the text.",
  ],
])("tells the line of a fault: %j", (row, message) => {
  expect(() => parse(row)).toThrow(message);
});

test("every corpus reads back as it was, with emoji and overlaps", () => {
  const example = fc
    .record({
      id: fc.string(),
      parts: fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 5 }),
      document: fc.option(fc.string()),
    })
    .map(({ id, parts, document }): GoldExample => {
      const text = parts.join("");
      const first = { start: 0, end: parts[0]!.length, label: "A" };
      const mentions = parts.length > 1 ? [first, { start: 0, end: text.length, label: "B" }] : [first];
      return { id, text, mentions, ...(document === null ? {} : { document }) };
    });
  fc.assert(
    fc.property(fc.array(example), (examples) => {
      expect(parseGoldJsonl(renderGoldJsonl(examples), "x")).toEqual(examples);
    }),
  );
});
