/** @file Tests of IOB2 tables: sentences, documents, IOB1 starts, faults with their line, and the round trip. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GoldExample, Mention } from "../../task/example.ts";
import { parseIob2, renderIob2 } from "./iob2.ts";

const parse = (text: string) => parseIob2(text, "dev.tsv");

test("joins tokens with single spaces and keeps adjacent mentions apart", () => {
  expect(parse("😷\tO\r\ntorsade\tB-D\r\ntachycardia\tB-D\r\nearly\tI-D\r\n\r\n \r\nGout\tB-D")).toEqual({
    examples: [
      {
        id: "1",
        text: "😷 torsade tachycardia early",
        mentions: [
          { start: 3, end: 10, label: "D" },
          { start: 11, end: 28, label: "D" },
        ],
      },
      { id: "2", text: "Gout", mentions: [{ start: 0, end: 4, label: "D" }] },
    ],
    iob1Starts: 0,
  });
});

test("takes and counts mentions that begin with I-", () => {
  const { examples, iob1Starts } = parse("a\tI-D\nb\tI-D\nc\tI-E\nd\tO\ne\tI-E\n\nf\tI-E\n");
  expect(
    examples.map(({ mentions }) => mentions.map(({ start, end, label }) => [start, end, label])),
  ).toEqual([
    [
      [0, 3, "D"],
      [4, 5, "E"],
      [8, 9, "E"],
    ],
    [[0, 1, "E"]],
  ]);
  expect(iob1Starts).toBe(4);
});

test("-DOCSTART- begins a document", () => {
  const { examples } = parse("-DOCSTART-\tO\n\na\tO\n\nb\tO\n-DOCSTART-\nc\tO\n");
  expect(examples.map(({ text, document }) => [text, document])).toEqual([
    ["a", "1"],
    ["b", "1"],
    ["c", "2"],
  ]);
});

test.each([
  ["a\tO\nb\n", "dev.tsv:2: 1 columns, or an empty token"],
  ["a\tNN\tO\n", "dev.tsv:1: 3 columns, or an empty token"],
  ["\tO\n", "dev.tsv:1: 2 columns, or an empty token"],
  [
    "a\tS-D\n",
    "dev.tsv:1: a BIOES or BILOU tag, which is read in a later version. Tags: O, B-<label>, I-<label>.",
  ],
  ["a\tDisease\n", "dev.tsv:1: a tag that is not IOB2. Tags: O, B-<label>, I-<label>."],
])("tells the line of a fault: %j", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});

test("mentions that cut a token or overlap cannot be written", () => {
  const write =
    (...mentions: Mention[]) =>
    () =>
      renderIob2([{ id: "1", text: "ab cd", mentions }]);
  expect(write({ start: 0, end: 1, label: "D" })).toThrow("IOB2 cannot say it");
  expect(write({ start: 0, end: 5, label: "D" }, { start: 3, end: 5, label: "D" })).toThrow(
    "IOB2 cannot say it",
  );
});

test("every corpus reads back as it was", () => {
  const token = fc
    .tuple(fc.string({ unit: "grapheme", minLength: 1 }), fc.constantFrom("O", "B", "I"))
    .map(([word, tag]) => [word.replace(/\s/gu, "_"), tag] as const);
  const sentence = fc.array(token, { minLength: 1, maxLength: 8 }).map((tokens) => {
    const mentions: { start: number; end: number; label: string }[] = [];
    let start = 0;
    for (const [word, tag] of tokens) {
      const end = start + word.length;
      const last = mentions.at(-1);
      if (tag === "I" && last?.end === start - 1) last.end = end;
      else if (tag !== "O") mentions.push({ start, end, label: "D" });
      start = end + 1;
    }
    return { text: tokens.map(([word]) => word).join(" "), mentions };
  });
  const corpus = fc.tuple(fc.array(sentence), fc.boolean()).map(([sentences, documents]) =>
    sentences.map(({ text, mentions }, index): GoldExample => {
      const document = documents ? { document: String(1 + Math.floor(index / 2)) } : {};
      return { id: String(index + 1), text, mentions, ...document };
    }),
  );
  fc.assert(
    fc.property(corpus, (examples) => {
      fc.pre(examples.every(({ text }) => !text.startsWith("-DOCSTART-")));
      expect(parse(renderIob2(examples))).toEqual({ examples, iob1Starts: 0 });
    }),
  );
});
