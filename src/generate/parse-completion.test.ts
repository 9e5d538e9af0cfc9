/** @file Tests of reading a completion: every line is an example or a rejection, with exact offsets. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCompletion } from "./parse-completion.ts";

const parse = (text: string, finishReason?: string) =>
  parseCompletion({ promptId: "p", text, ...(finishReason ? { finishReason } : {}) }, ["Disease"]);
const reasons = (text: string, finishReason?: string) =>
  parse(text, finishReason).rejections.map(({ line, reason }) => [line, reason]);

test("reads a sentence a line, with passages ended by blank lines", () => {
  const text =
    "\nOn <Disease>gout</Disease> in kings\nNothing was found in 12 kindreds.\r\n\r\n\r\n😷 <Disease>HD</Disease>\n";
  expect(parse(text)).toEqual({
    lines: 3,
    examples: [
      {
        id: "p-2",
        text: "On gout in kings",
        mentions: [{ start: 3, end: 7, label: "Disease" }],
        prompt: "p",
        passage: 0,
      },
      { id: "p-3", text: "Nothing was found in 12 kindreds.", mentions: [], prompt: "p", passage: 0 },
      {
        id: "p-6",
        text: "😷 HD",
        mentions: [{ start: 3, end: 5, label: "Disease" }],
        prompt: "p",
        passage: 1,
      },
    ],
    rejections: [],
    repairs: { trimmed: 0, recased: 0, unescaped: 0 },
  });
});

test("takes numbering off, and offsets are those of what is left", () => {
  const { examples } = parse("1. <Disease>Gout</Disease> hurts.\n2) A second <Disease>gout</Disease>.");
  expect(examples.map(({ text, mentions }) => text.slice(mentions[0]!.start, mentions[0]!.end))).toEqual([
    "Gout",
    "gout",
  ]);
});

test("finds the answer between chatter and code fences", () => {
  const text = `Sure! Here are 3 sentences, with tags as asked:

\`\`\`text
1. <Disease>Gout</Disease> hurts.
2. Nothing was seen in any kindred.
\`\`\`
A line that nobody asked for stands here.
I hope this helps!`;
  expect(parse(text).examples.map(({ text }) => text)).toEqual([
    "Gout hurts.",
    "Nothing was seen in any kindred.",
  ]);
  expect(reasons(text)).toEqual([
    [1, "chatter"],
    [3, "layout"],
    [6, "layout"],
    [7, "chatter"],
    [8, "chatter"],
  ]);
});

test("rejects faulty lines with their reason, tag and text, and goes on", () => {
  const text = "<Disease>a <Disease>b</Disease>\nof <Drug>x</Drug>\n<Disease>Gout</Disease> hurts.";
  const { examples, rejections } = parse(text);
  expect(examples.map(({ id }) => id)).toEqual(["p-3"]);
  expect(rejections).toEqual([
    { prompt: "p", line: 1, reason: "unclosed-tag", tag: "Disease", raw: "<Disease>a <Disease>b</Disease>" },
    { prompt: "p", line: 2, reason: "unknown-tag", tag: "Drug", raw: "of <Drug>x</Drug>" },
  ]);
});

test("rejects the last line of an answer that was cut off, unless the line was finished", () => {
  const text = "<Disease>Gout</Disease> hurts.\nIt also hurts in the mor";
  expect(reasons(text, "length")).toEqual([[2, "truncated"]]);
  expect(reasons(`${text}ning.\n`, "length")).toEqual([]);
  expect(reasons(text, "stop")).toEqual([]);
});

test("an answer of blank lines is rejected as a whole", () => {
  expect(parse(" \n\n").rejections).toEqual([{ prompt: "p", reason: "no-text", raw: "" }]);
});

test("counts repairs of the lines that it keeps", () => {
  expect(parse("of <disease> gout</disease>, p &lt; 0.05").repairs).toEqual({
    trimmed: 1,
    recased: 2,
    unescaped: 1,
  });
});

test("reads a megabyte on one line", () => {
  const line = "a <Disease>gout</Disease> ".repeat(40_000);
  expect(parse(line).examples[0]?.mentions).toHaveLength(40_000);
  expect(reasons("<a ".repeat(350_000))).toEqual([]);
});

test("every line is accounted for, every mention is inside its text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "<Disease>",
      "</Disease>",
      "<x>",
      "\n",
      "\r\n",
      "\n\n",
      "```",
      "1. ",
      "Here are sentences:",
      "😷",
    ),
    fc.string({ unit: "grapheme" }),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom("stop", "length"), (pieces, finishReason) => {
      const { lines, examples, rejections } = parse(pieces.join(""), finishReason);
      expect(examples.length + rejections.filter(({ line }) => line !== undefined).length).toBe(lines);
      for (const { text, mentions } of examples) {
        for (const { start, end } of mentions)
          expect(text.slice(start, end).trim()).toHaveLength(end - start);
      }
    }),
  );
});
