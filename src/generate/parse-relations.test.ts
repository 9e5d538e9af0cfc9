/** @file Tests of reading relation lines: what is mended and counted, and why each other line is rejected. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RelationExample } from "../task/relation-example.ts";
import { renderRelationLine } from "../task/relation-markup.ts";
import { parseRelations } from "./parse-relations.ts";

const RELATION = { head: "Gene", tail: "Disease", classes: { yes: {}, no: {} } };
const LABELS = ["Gene", "Disease", "Chemical"];
const parse = (text: string, finishReason?: string) =>
  parseRelations({ promptId: "p", text, ...(finishReason ? { finishReason } : {}) }, RELATION, LABELS);
const reasons = (text: string, finishReason?: string) =>
  parse(text, finishReason).rejections.map(({ line, reason, tag }) => [line, reason, ...(tag ? [tag] : [])]);
const NONE = { trimmed: 0, recased: 0, unescaped: 0, recasedClasses: 0, reseparated: 0 };
const PAIR = "<Gene>APOE</Gene> is tied to <Disease>gout</Disease>.";

test("reads class, text and pair, with exact offsets and passages", () => {
  expect(parse(`yes\t😷 <Disease>HD</Disease> and <Gene>HTT</Gene>\n\nno\t${PAIR}`)).toEqual({
    lines: 2,
    examples: [
      {
        id: "p-1",
        relation: "yes",
        text: "😷 HD and HTT",
        head: { start: 10, end: 13, label: "Gene" },
        tail: { start: 3, end: 5, label: "Disease" },
        prompt: "p",
        passage: 0,
      },
      {
        id: "p-3",
        relation: "no",
        text: "APOE is tied to gout.",
        head: { start: 0, end: 4, label: "Gene" },
        tail: { start: 16, end: 20, label: "Disease" },
        prompt: "p",
        passage: 1,
      },
    ],
    rejections: [],
    repairs: NONE,
  });
});

test.each<[string, Partial<typeof NONE>]>([
  [`YES\t${PAIR}`, { recasedClasses: 1 }],
  [`yes: ${PAIR}`, { reseparated: 1 }],
  [`Yes - ${PAIR}`, { recasedClasses: 1, reseparated: 1 }],
  [`**yes** ${PAIR}`.replace(" ", "\t"), { reseparated: 1 }],
  [`**yes**: ${PAIR}`, { reseparated: 1 }],
  [`yes    ${PAIR}`, { reseparated: 1 }],
  [`yes\\t${PAIR}`, { reseparated: 1 }],
  [`yes | ${PAIR}`, { reseparated: 1 }],
  [`"yes"\t"${PAIR}"`, { reseparated: 1 }],
  [`1. yes\t${PAIR}`, {}],
  [`- yes\t1. ${PAIR}`, {}],
  [`**12.** **yes\t${PAIR}**`, {}],
  [`yes\t<gene> APOE</gene> is tied to <Disease>gout</Disease>.`, { recased: 2, trimmed: 1 }],
])("mends and counts %j", (line, repairs) => {
  const { examples, rejections, repairs: counted } = parse(line);
  expect(rejections).toEqual([]);
  expect(examples.map(({ relation, text }) => [relation, text.trim()])).toEqual([
    ["yes", "APOE is tied to gout."],
  ]);
  const { text, head, tail } = examples[0]!;
  expect([text.slice(head.start, head.end), text.slice(tail.start, tail.end)]).toEqual(["APOE", "gout"]);
  expect(counted).toEqual({ ...NONE, ...repairs });
});

test.each<[string, string, string?]>([
  [`maybe\t${PAIR}`, "unknown-class"],
  [`maybe: ${PAIR}`, "unknown-class"],
  [`1\tyes\t${PAIR}`, "unknown-class"],
  [PAIR, "no-class"],
  [`yes ${PAIR}`, "no-class"],
  ["No association of APOE with the disease was seen in these kindreds.", "no-class"],
  ["yes", "wrong-pair", "Gene"],
  ["yes\t", "wrong-pair", "Gene"],
  ["yes\tof <Disease>gout</Disease> only", "wrong-pair", "Gene"],
  ["yes\tof <Gene>F5</Gene> only", "wrong-pair", "Disease"],
  [`yes\t${PAIR} <Gene>F5</Gene>`, "wrong-pair", "Gene"],
  [`yes\t${PAIR} <Disease>HD</Disease>`, "wrong-pair", "Disease"],
  [`yes\t${PAIR} <Chemical>iron</Chemical>`, "wrong-pair", "Chemical"],
  ["yes\t<Gene>A <Disease>b</Gene></Disease>", "crossed-tags", "Gene"],
  ["yes\t<Gene>A <Disease>b</Disease></Gene>", "nested-tags", "Disease"],
  [`yes\t${PAIR} <b>x</b>`, "unknown-tag", "b"],
  ["yes\t<Gene>A</Gene> and <Disease>gout", "unclosed-tag", "Disease"],
  ["yes\t<Gene>A</Gene> and gout</Disease>", "unopened-tag", "Disease"],
  ["yes\t<Gene></Gene> and <Disease>gout</Disease>", "empty-mention", "Gene"],
  ['yes\t<Gene id="1">A</Gene> and <Disease>gout</Disease>', "malformed-tag", "Gene"],
  ["Here are 25 sentences:", "chatter"],
  ["I hope this helps!", "chatter"],
  ["Done.", "chatter"],
  [`Note: ${PAIR}`, "chatter"],
  ["I cannot help with that.", "refusal"],
  ["I'm sorry, but I can't write such texts.", "refusal"],
  ["```tsv", "layout"],
  ["## Sentences", "layout"],
  ["---", "layout"],
])("rejects %j as %s", (line, ...expected) => {
  expect(parse(line).examples).toEqual([]);
  expect(reasons(line)).toEqual([[1, ...expected]]);
});

test("rejects the last line of an answer that was cut off, unless the line was finished", () => {
  expect(reasons(`no\t${PAIR}\nyes\t${PAIR.slice(0, 30)}`, "length")).toEqual([[2, "truncated"]]);
  expect(reasons(`no\t${PAIR}\n`, "length")).toEqual([]);
  expect(reasons(`no\t${PAIR}\nyes\t${PAIR.slice(0, 30)}`)).toEqual([[2, "wrong-pair", "Disease"]]);
});

test("finds the pairs between chatter and code fences", () => {
  expect(reasons(`Sure! Here they are:\n\`\`\`\nno\t${PAIR}\n\`\`\`\nI hope this helps!`)).toEqual([
    [1, "chatter"],
    [2, "layout"],
    [4, "layout"],
    [5, "chatter"],
  ]);
});

test("an answer of nothing is rejected as a whole", () => {
  expect(parse(" \n").rejections).toEqual([{ prompt: "p", reason: "no-text", raw: "" }]);
});

test("rendering and parsing is the identity", () => {
  const part = fc
    .array(fc.constantFrom("gout", "p < 0.05", "&lt;", "<x", "😷", "e\u0301", "病", "𝐀"), {
      minLength: 1,
      maxLength: 4,
    })
    .map((words) => words.join(" "));
  const parts = fc.tuple(part, part, part, part, part);
  fc.assert(
    fc.property(parts, fc.constantFrom("yes", "no"), fc.boolean(), (pieces, relation, headFirst) => {
      const [before, first, between, second] = pieces;
      const text = `The ${before} ${first}9 ${between} ${second}9 was ${pieces[4]} seen`;
      const a = { start: 5 + before.length, end: 6 + before.length + first.length };
      const b = { start: a.end + between.length + 2, end: a.end + between.length + 3 + second.length };
      const [head, tail] = headFirst ? [a, b] : [b, a];
      const pair = { relation, text, head: { ...head, label: "Gene" }, tail: { ...tail, label: "Disease" } };
      const expected: RelationExample = { id: "p-1", ...pair, prompt: "p", passage: 0 };
      const { examples, rejections } = parse(renderRelationLine(pair));
      expect({ examples, rejections }).toEqual({ examples: [expected], rejections: [] });
    }),
  );
});

test("nothing throws, every line is accounted for, every pair is inside its text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "yes",
      "no\t",
      "\t",
      ": ",
      "<Gene>",
      "</Gene>",
      "<Disease>",
      "</Disease>",
      "<x>",
      "\n",
      "\n\n",
      "```",
      "1. ",
      "**",
      "😷",
    ),
    fc.string({ unit: "binary" }),
    fc.constant(`yes\t${PAIR}\n`),
  );
  fc.assert(
    fc.property(fc.array(piece), fc.constantFrom("stop", "length"), (pieces, finishReason) => {
      const { lines, examples, rejections } = parse(pieces.join(""), finishReason);
      expect(examples.length + rejections.filter(({ line }) => line !== undefined).length).toBe(lines);
      for (const { text, head, tail } of examples) {
        for (const { start, end } of [head, tail])
          expect(text.slice(start, end).trim()).toHaveLength(end - start);
        expect(head.end <= tail.start || tail.end <= head.start).toBe(true);
      }
    }),
  );
});

test.each([
  ["tags", "<Disease>".repeat(111_111)],
  ["mentions", `yes\t${"<Disease>a</Disease>".repeat(50_000)}`],
  ["half tags", "<a ".repeat(333_333)],
  ["tabs", "yes\t".repeat(250_000)],
  ["spaces", `yes${" ".repeat(1_000_000)}x`],
  ["stars", "**".repeat(500_000)],
])("a megabyte of %s is read in seconds, also on a busy machine", (_what, text) => {
  const begin = performance.now();
  expect(parse(text).lines).toBe(1);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
