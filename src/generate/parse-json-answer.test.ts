/** @file Tests of reading JSON answers: shapes, JSON gone wrong, strings that do not fit, and the law of counts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mention } from "../task/example.ts";
import { parseJsonExamples } from "./parse-json-answer.ts";

const parse = (text: string, labels = ["Disease"]) => parseJsonExamples({ promptId: "p", text }, labels);
const NONE = {
  exact: 0,
  recased: 0,
  normalised: 0,
  repeated: 0,
  surplus: 0,
  mended: 0,
  unescaped: 0,
  recasedNames: 0,
  ambiguous: 0,
};
/** Texts with their marks between brackets. */
const render = ({ text, mentions }: { text: string; mentions: readonly Mention[] }) =>
  mentions.reduceRight(
    (line, { start, end }) => `${line.slice(0, start)}[${line.slice(start, end)}]${line.slice(end)}`,
    text,
  );
const texts = (answer: string) => parse(answer).examples.map(render);
const reasons = (answer: string) =>
  parse(answer).rejections.map(({ line, reason, tag }) => [line, reason, ...(tag ? [tag] : [])]);

const A = '{"text": "Old gout hurts.", "mentions": ["gout"]}';
const B = '{"text": "Nothing was found in kings.", "mentions": []}';
const C =
  '{"text": "HD and gout again.", "mentions": [{"text": "HD", "label": "Disease"}, {"text": "gout", "label": "Disease"}]}';
const ALL = ["Old [gout] hurts.", "Nothing was found in kings.", "[HD] and [gout] again."];

test("reads mentions by label, with exact offsets", () => {
  const text = "😷 𝐀 HD by iron";
  const mentions = [
    { text: "iron", label: "Chemical" },
    { text: "HD", label: "Disease" },
  ];
  expect(parse(JSON.stringify([{ text, mentions }]), ["Disease", "Chemical"])).toEqual({
    lines: 1,
    examples: [
      {
        id: "p-1",
        text,
        mentions: [
          { start: 6, end: 8, label: "Disease" },
          { start: 12, end: 16, label: "Chemical" },
        ],
        prompt: "p",
        passage: 0,
      },
    ],
    rejections: [],
    repairs: { ...NONE, exact: 2 },
  });
});

test.each([
  ["a list", `[${A}, ${B}, ${C}]`],
  ["an object around it", `{"sentences": [${A}, ${B}, ${C}]}`],
  ["another object around it", `{"task": "Disease", "count": 3, "items": [${A}, ${B}, ${C}]}`],
  ["JSON Lines", `${A}\n${B}\n${C}\n`],
  ["documents", `[{"sentences": [${A}, ${B}]}, {"sentences": [${C}]}]`],
  ["a title beside its sentences", `[{"title": ${A}, "sentences": [${B}, ${C}]}]`],
  ["keys in another order", `[{"mentions": ["gout"], "id": 7, "text": "Old gout hurts."}, ${B}, ${C}]`],
])("reads %s", (_what, answer) => {
  expect(parse(answer)).toMatchObject({ lines: 3, rejections: [], repairs: { ...NONE, exact: 3 } });
  expect(texts(answer)).toEqual(ALL);
});

test("a document is a passage", () => {
  const passages = (answer: string) => parse(answer).examples.map(({ passage }) => passage);
  expect(passages(`[{"sentences": [${A}, ${B}]}, {"sentences": []}, {"sentences": [${C}]}]`)).toEqual([
    0, 0, 1,
  ]);
  expect(passages(`[${A}, ${B}, ${C}]`)).toEqual([0, 0, 0]);
  expect(passages(`${A}\n${B}\n${C}`)).toEqual([0, 0, 0]);
});

const gone = (item: string) => `[${item}, ${B}, ${C}]`;
test.each([
  ["a comma too many", gone(A.replace("]}", ",],}"))],
  ["a comma too few", gone(A.replace(", ", " "))],
  ["single quotes", gone("{'text': 'Old gout hurts.', 'mentions': ['gout']}")],
  ["curly quotes", gone("{“text”: “Old gout hurts.”, “mentions”: [“gout”]}")],
  ["keys without quotes", gone('{text: "Old gout hurts.", mentions: ["gout"]}')],
  ["a comment", gone(A.replace(", ", ", // a list\n"))],
  ["a bracket too few", gone(A.replace("]}", "}"))],
  ["a bracket too many", gone(A.replace("]}", "]]}"))],
  ["an item without its end", gone(A.slice(0, -1))],
  ["a list and an item without their end", gone(A.slice(0, -2))],
  ["a key that JSON has not", gone(A.replace("}", ', "certain": True}'))],
  ["an ellipsis", gone(A.replace('"gout"', '"gout", ...'))],
  [
    "a control character",
    gone('{"text": "Old gout hurts.", "mentions": ["gout\u0000"]}').replace("\u0000", "\t"),
  ],
  ["an escape that JSON has not", gone(A.replace("gout hurts", "gout\\ hurts"))],
])("mends and counts %s", (_what, answer) => {
  expect(texts(answer)).toEqual(ALL);
  expect(reasons(answer)).toEqual([]);
  expect(parse(answer).repairs).toEqual({ ...NONE, exact: 3, mended: 1 });
});

test("reads quotes that were not escaped", () => {
  const answer = `[{"text": "He said "no", and left with gout", "mentions": ["gout"]}, {"text": "A 5" wide gout", "mentions": ["gout"]}]`;
  expect(texts(answer)).toEqual(['He said "no", and left with [gout]', 'A 5" wide [gout]']);
  expect(texts("[{'text': 'The king's gout', 'mentions': ['king's gout']}]")).toEqual(["The [king's gout]"]);
  expect(texts('[{"text": "Old\ngout of \\%, \\alpha \\u03b1", "mentions": null}, 1x]')).toEqual([
    "Old\ngout of %, \\alpha α",
  ]);
});

test.each([
  ["a quote too few after the text", gone('{"text": "Old gout hurts., "mentions": ["gout"]}'), "wrong-shape"],
  [
    "a quote too few after a mention",
    gone('{"text": "Old gout hurts.", "mentions": ["gout]}'),
    "mention-not-found",
  ],
  ["no colon", gone('{"text" "Old gout hurts.", "mentions" ["gout"]}'), "wrong-shape"],
])("%s costs no other item", (_what, answer, reason) => {
  expect(texts(answer).slice(-2)).toEqual(ALL.slice(1));
  expect(parse(answer).rejections.map((rejection) => rejection.reason)).toEqual([reason]);
});

test.each([
  ["in a string", `[${A}, ${B}, {"text": "HD and go`],
  ["in a key", `[${A}, ${B}, {"te`],
  ["before a key", `[${A}, ${B}, {`],
  ["between values", `[${A}, ${B}, {"text": "HD", "mentions": [`],
  ["before its last bracket", `[${A}, ${B}, {"text": "HD", "mentions": []`],
  ["in JSON Lines", `${A}\n${B}\n{"text": "HD an`],
  ["in documents", `[{"sentences": [${A}, ${B}]}, {"sentences": [{"text": "HD`],
])("keeps what came before the cut, %s", (_what, answer) => {
  expect(texts(answer)).toEqual(ALL.slice(0, 2));
  expect(reasons(answer)).toEqual([[3, "truncated"]]);
});

test("takes text around the JSON for what it is", () => {
  const answer = `Sure! Here are 2 sentences, as [asked]:\n\n\`\`\`json\n[${A},\n${B}]\n\`\`\`\n\nI hope this helps!\nOld gout hurts the king.`;
  expect(texts(answer)).toEqual(ALL.slice(0, 2));
  expect(reasons(answer)).toEqual([
    [1, "chatter"],
    [2, "layout"],
    [5, "layout"],
    [6, "chatter"],
    [7, "not-json"],
  ]);
  expect(reasons(`[${A}, ${B}\n\nI hope this helps, and more`)).toEqual([[3, "chatter"]]);
  expect(reasons("I'm sorry, but I can't help with that.")).toEqual([[1, "refusal"]]);
  expect(reasons("Of <Disease>gout</Disease> in kings.")).toEqual([[1, "not-json"]]);
});

test.each<[string, string, ...string[]]>([
  ["no mentions", '{"text": "Old gout hurts."}', "wrong-shape"],
  ["no text", '{"mentions": ["gout"]}', "wrong-shape"],
  ["a number for text", '{"text": 5, "mentions": []}', "wrong-shape"],
  ["a string for a list", '{"text": "Old gout hurts.", "mentions": "gout"}', "wrong-shape"],
  ["a mention without label", '{"text": "Old gout hurts.", "mentions": [{"text": "gout"}]}', "wrong-shape"],
  ["another object", '{"sentence": "Old gout hurts."}', "wrong-shape"],
  ["a bare string", '"Old gout hurts."', "wrong-shape"],
  ["tags in the text", '{"text": "Old <Disease>gout</Disease>", "mentions": ["gout"]}', "wrong-shape"],
  [
    "a text of 5,001 characters",
    JSON.stringify({ text: `${"gout ".repeat(1000)}x`, mentions: [] }),
    "wrong-shape",
  ],
  ["other tags", '{"text": "Old <i>gout</i>", "mentions": ["gout"]}', "unknown-tag", "i"],
  [
    "an unknown label",
    '{"text": "Old gout", "mentions": [{"text": "gout", "label": "Drug"}]}',
    "unknown-tag",
    "Drug",
  ],
  [
    "a mention that is not there",
    '{"text": "Old gout", "mentions": ["flu"]}',
    "mention-not-found",
    "Disease",
  ],
  [
    "a mention inside a word",
    '{"text": "Gouty arthritis", "mentions": ["gout"]}',
    "mention-not-found",
    "Disease",
  ],
  [
    "a mention inside another",
    '{"text": "Old gout", "mentions": ["gout", "Old gout"]}',
    "nested-tags",
    "Disease",
  ],
  ["an empty mention", '{"text": "Old gout", "mentions": [" "]}', "empty-mention", "Disease"],
  ["chatter as text", '{"text": "Here are 25 sentences:", "mentions": []}', "chatter"],
  ["a refusal as text", '{"text": "I cannot help with that.", "mentions": []}', "refusal"],
  ["layout as text", '{"text": "Abstract 1", "mentions": []}', "layout"],
  [
    "what is too long to be mended",
    `{"text": "Old gout", "mentions": [${'"gout",'.repeat(1200)}]}`,
    "malformed-json",
  ],
])("rejects %s", (_what, item, ...expected) => {
  expect(reasons(`[${item}, ${B}]`)[0]).toEqual([1, ...expected]);
  expect(texts(`[${item}, ${B}]`)).toEqual(ALL.slice(1, 2));
});

test("a bare string has no label where there are two", () => {
  expect(parse(`[${A}]`, ["Disease", "Chemical"]).rejections).toMatchObject([{ reason: "wrong-shape" }]);
});

test("counts how strings were found, and what else was mended", () => {
  const items = [
    { text: "Gout, gout and p &lt; 0.05", mentions: [{ text: "gout", label: "disease" }] },
    { text: "Type\u00a02 diabetes in gout and gout", mentions: ["type 2 diabetes", "gout"] },
    { text: "BREAST CANCER is old.", mentions: ["breast cancer", "breast cancer"] },
  ];
  expect(parse(JSON.stringify(items)).repairs).toEqual({
    ...NONE,
    exact: 2,
    recased: 1,
    normalised: 1,
    repeated: 1,
    surplus: 1,
    unescaped: 1,
    recasedNames: 1,
  });
});

test.each(["", "  \n", "[]", '{"sentences": []}', "```"])("an answer of nothing: %j", (answer) => {
  const { examples, rejections } = parse(answer);
  expect(examples).toEqual([]);
  expect(rejections).toHaveLength(1);
});

const word = fc.constantFrom(
  "of",
  "old",
  '"',
  "\\",
  "p < 0.05",
  "😷",
  "e\u0301",
  "病",
  "𝐀",
  "{",
  "}]",
  ",",
  "'",
  "\t",
);
const filler = fc.array(word, { maxLength: 5 }).map((words) => words.join(" "));
const NAMES = ["gout", 'Hüntington "disease"', "𝐀-trait", "病 x"];

test("rendering and parsing is the identity", () => {
  const item = fc
    .tuple(fc.shuffledSubarray(NAMES), fc.array(filler, { minLength: 5, maxLength: 5 }))
    .map(([names, around]) => {
      let text = `The case: ${around[4]}`;
      const mentions: Mention[] = [];
      for (const [index, name] of names.entries()) {
        text += ` ${around[index]} `;
        mentions.push({
          start: text.length,
          end: text.length + name.length,
          label: index % 2 ? "Disease" : "Chemical",
        });
        text += name;
      }
      return { text: `${text} was seen once more.`, mentions };
    });
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(0, 2),
      fc.boolean(),
      (items, indent, wrap) => {
        const rendered = items.map(({ text, mentions }) => ({
          text,
          mentions: mentions.map(({ start, end, label }) => ({ text: text.slice(start, end), label })),
        }));
        const answer = JSON.stringify(wrap ? { sentences: rendered } : rendered, null, indent);
        const { examples, rejections, repairs } = parse(answer, ["Disease", "Chemical"]);
        expect(rejections).toEqual([]);
        expect(examples.map(({ text, mentions }) => ({ text, mentions }))).toEqual(items);
        expect(repairs).toEqual({ ...NONE, exact: items.flatMap(({ mentions }) => mentions).length });
      },
    ),
  );
});

test("nothing throws, every item and line is accounted for, every mention is inside its text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      A,
      B,
      C,
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"',
      "'",
      "\\",
      '{"text": "',
      '"mentions": [',
      "\n",
      "```json",
      "“",
      "//",
      "null",
    ),
    fc.string({ unit: "binary" }),
    fc.json(),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { lines, examples, rejections } = parse(pieces.join(""));
      expect(examples.length + rejections.filter(({ line }) => line !== undefined).length).toBe(lines);
      expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
      for (const { text, mentions } of examples) {
        for (const { start, end } of mentions)
          expect(text.slice(start, end).trim()).toHaveLength(end - start);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["brackets", "["],
  ["nested items", '{"text":'],
  ["nested items that are split", '{"mentions":['],
  ["broken items", '{"text":"a b c d","mentions":["a" "b",,]},'],
  ["good items", `${A},`],
  ["tags in a text", '{"text":"<Disease>'],
  ["one long word", `{"text":"${"a".repeat(4900)}","mentions":["${"a".repeat(2400)}"]},`],
  ["many mentions", `{"text":"${"a b ".repeat(1200)}","mentions":[${'"a","b",'.repeat(500)}"c"]},`],
  ["marks on marks", `{"text":"a${"\u0301".repeat(4900)}","mentions":["B"]},`],
])("a megabyte of %s is read in seconds, also on a busy machine", (_what, piece) => {
  const begin = performance.now();
  parse(`[${piece.repeat(Math.ceil(1_000_000 / piece.length))}`);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
