/** @file Tests of the inline markup: what is read, what is rejected, and that the two directions are inverse. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCounts } from "../util/counts.ts";
import type { Mention } from "./example.ts";
import { parseMarkup, renderMarkup } from "./markup.ts";

const LABELS = ["Disease", "Chemical"];
const NO_REPAIRS = { trimmed: 0, recased: 0, unescaped: 0 };
const parse = (line: string) => parseMarkup(line, LABELS);

test("reads mentions with exact offsets", () => {
  expect(parse("<Chemical>Lithium</Chemical> can cause <Disease>goitre</Disease>.")).toEqual({
    text: "Lithium can cause goitre.",
    mentions: [
      { start: 0, end: 7, label: "Chemical" },
      { start: 18, end: 24, label: "Disease" },
    ],
    repairs: NO_REPAIRS,
  });
});

test("counts offsets in UTF-16 units after an emoji and an astral letter", () => {
  const parsed = parse("😷𝛽 <Disease>gout</Disease>");
  expect(parsed).toEqual({
    text: "😷𝛽 gout",
    mentions: [{ start: 5, end: 9, label: "Disease" }],
    repairs: NO_REPAIRS,
  });
});

test("keeps adjacent mentions apart", () => {
  expect(parse("<Disease>A-T</Disease><Disease>HD</Disease>")).toMatchObject({
    text: "A-THD",
    mentions: [
      { start: 0, end: 3 },
      { start: 3, end: 5 },
    ],
  });
});

test.each([
  "p < 0.05",
  "IL-2<IL-4",
  "IL-2 <IL-4 and IL-5> IL-6",
  "m.3243A>G",
  "a <b and c> d",
  "x<>y",
  "1 < 2 > 0 </",
  "P<0.001, n>10",
])("takes brackets that are no tag for text: %s", (line) => {
  expect(parse(line)).toEqual({ text: line, mentions: [], repairs: NO_REPAIRS });
});

test.each([
  ["<Drug>x</Drug>", "unknown-tag", "Drug"],
  ["<i>in vitro</i>", "unknown-tag", "i"],
  ["line<br/>break", "unknown-tag", "br"],
  ['<Disease id="1">x</Disease>', "malformed-tag", "Disease"],
  ["<Disease/>", "malformed-tag", "Disease"],
  ["<Disease gout", "malformed-tag", "Disease"],
  ["gout</Disease", "malformed-tag", "Disease"],
  ["&lt;Disease&gt;gout&lt;/Disease&gt;", "malformed-tag", "Disease"],
  ["<Disease>a <Chemical>b</Disease> c</Chemical>", "crossed-tags", "Disease"],
  ["<Disease>a <Chemical>b</Chemical> c</Disease>", "nested-tags", "Chemical"],
  ["<Disease>a <Disease>b</Disease></Disease>", "nested-tags", "Disease"],
  ["<Disease>gout<Disease>", "unclosed-tag", "Disease"],
  ["of <Disease>gout", "unclosed-tag", "Disease"],
  ["of gout</Disease>", "unopened-tag", "Disease"],
  ["<Disease>gout</Chemical>", "unopened-tag", "Chemical"],
  ["<Disease></Disease>", "empty-mention", "Disease"],
  ["<Disease> </Disease>", "empty-mention", "Disease"],
  ["<Disease>...</Disease>", "empty-mention", "Disease"],
])("rejects %s as %s", (line, rejected, tag) => {
  expect(parse(line)).toEqual({ rejected, tag });
});

test("moves white space inside tags out of the mention and counts it", () => {
  expect(parse("of <Disease> gout </Disease>.")).toEqual({
    text: "of  gout .",
    mentions: [{ start: 4, end: 8, label: "Disease" }],
    repairs: { ...NO_REPAIRS, trimmed: 1 },
  });
});

test("reads a label in another case and counts the tags", () => {
  expect(parse("<disease>gout</DISEASE>")).toEqual({
    text: "gout",
    mentions: [{ start: 0, end: 4, label: "Disease" }],
    repairs: { ...NO_REPAIRS, recased: 2 },
  });
});

test("makes characters of the three entities, once, and leaves others", () => {
  expect(parse("p &lt; 0.05 &amp;lt; &#62; &nbsp;")).toEqual({
    text: "p < 0.05 &lt; > &nbsp;",
    mentions: [],
    repairs: { ...NO_REPAIRS, unescaped: 3 },
  });
});

test("adds repairs", () => {
  const sum = { trimmed: 1, recased: 2, unescaped: 3 };
  addCounts(sum, { trimmed: 10, recased: 20, unescaped: 30 });
  expect(sum).toEqual({ trimmed: 11, recased: 22, unescaped: 33 });
});

describe("render and parse", () => {
  test("escape only what would be taken for a tag or an entity", () => {
    expect(renderMarkup("p < 0.05, <Disease> &lt; 1>0 & x", [{ start: 0, end: 1, label: "Disease" }])).toBe(
      "<Disease>p</Disease> < 0.05, &#60;Disease> &#38;lt; 1>0 & x",
    );
  });

  test("refuse what inline tags cannot say", () => {
    const cases: Mention[][] = [
      [{ start: 0, end: 0, label: "Disease" }],
      [{ start: 0, end: 2, label: "Disease" }],
      [{ start: 0, end: 9, label: "Disease" }],
      [
        { start: 0, end: 3, label: "Disease" },
        { start: 2, end: 3, label: "Disease" },
      ],
    ];
    for (const mentions of cases) expect(() => renderMarkup("a bc", mentions)).toThrow("has no inline form");
  });

  test("are inverse for any text, with mentions anywhere", () => {
    const piece = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "<",
        ">",
        "</",
        "&",
        "&lt;",
        "&#60;",
        "<Disease>",
        "</Chemical>",
        "< Disease",
        "\r\n",
        " ",
        "😷",
        "𝛽",
      ),
    );
    const segment = fc.record({
      text: fc.array(piece, { maxLength: 4 }),
      label: fc.constantFrom("", ...LABELS),
    });
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
        let text = "";
        const mentions: Mention[] = [];
        for (const { text: pieces, label } of segments) {
          const inner = pieces.join("");
          if (label !== "" && inner.trim() === inner && /[\p{L}\p{N}]/u.test(inner)) {
            mentions.push({ start: text.length, end: text.length + inner.length, label });
          }
          text += inner;
        }
        expect(parse(renderMarkup(text, mentions))).toMatchObject({ text, mentions });
      }),
      { numRuns: 2000 },
    );
  });
});
