/** @file Tests of reading relations in JSON: pairs placed by their strings, and every way in which they do not fit. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonRelations } from "./parse-json-answer.ts";

const RELATION = { head: "Gene", tail: "Disease", classes: { yes: {}, no: {} } };
const parsePairs = (text: string) =>
  parseJsonRelations({ promptId: "p", text }, RELATION, ["Gene", "Disease"]);
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
const pair = (relation: string, text: string, head: string, tail: string) => ({
  relation,
  text,
  head,
  tail,
});
const read = (...pairs: unknown[]) => parsePairs(JSON.stringify(pairs));

test("pairs are read with exact offsets", () => {
  expect(read(pair("no", "😷 HD and HTT of old", "HTT", "HD"))).toEqual({
    lines: 1,
    examples: [
      {
        id: "p-1",
        text: "😷 HD and HTT of old",
        head: { start: 10, end: 13, label: "Gene" },
        tail: { start: 3, end: 5, label: "Disease" },
        relation: "no",
        prompt: "p",
        passage: 0,
      },
    ],
    rejections: [],
    repairs: { ...NONE, exact: 2 },
  });
});

test("heads and tails take the first free place, and count the others", () => {
  const { examples, repairs } = read(pair("Yes", "APC and APC syndrome, apc", "APC", "APC syndrome"));
  expect(examples[0]).toMatchObject({
    relation: "yes",
    head: { start: 0, end: 3 },
    tail: { start: 8, end: 20 },
  });
  expect(repairs).toEqual({ ...NONE, exact: 2, recasedNames: 1 });
  expect(read(pair("yes", "APC, APC and gout", "APC", "gout")).repairs).toEqual({
    ...NONE,
    exact: 2,
    ambiguous: 1,
  });
});

test.each<[unknown, string, string?]>([
  [pair("maybe", "APC in gout", "APC", "gout"), "unknown-class"],
  [pair("yes", "APC in gout", "F5", "gout"), "mention-not-found", "Gene"],
  [pair("yes", "APC in gout", "APC", "flu"), "mention-not-found", "Disease"],
  [pair("yes", "APC syndrome", "APC", "APC syndrome"), "nested-tags", "Gene"],
  [pair("yes", "APC in gout", "APC", ""), "empty-mention", "Disease"],
  [{ relation: "yes", text: "APC in gout", head: "APC" }, "wrong-shape"],
  [{ text: "APC in gout", head: "APC", tail: "gout" }, "wrong-shape"],
  [pair("yes", "I cannot help with that APC in gout", "APC", "gout"), "refusal"],
])("rejects %j", (item, reason, tag) => {
  expect(read(item).rejections).toMatchObject([{ line: 1, reason, ...(tag ? { tag } : {}) }]);
});

test("pairs are kept before a cut, and mended where they are broken", () => {
  const whole = '{"relation": "no", "text": "APC in gout", "head": "APC", "tail": "gout"}';
  const { examples, rejections, repairs } = parsePairs(
    `\`\`\`json\n[${whole.slice(0, -1)}, ${whole.replace(", ", " ")} ${whole}, {"relation": "ye`,
  );
  expect(examples).toHaveLength(3);
  expect(rejections.map(({ reason }) => reason)).toEqual(["layout", "truncated"]);
  expect(repairs).toEqual({ ...NONE, exact: 6, mended: 2 });
});

const filler = fc
  .array(fc.constantFrom("of", '"', "\\", "😷", "e\u0301", "病", "{", "}]", ","), { maxLength: 4 })
  .map((words) => words.join(" "));

test("rendering and parsing is the identity", () => {
  const names = fc.constantFrom("F5", 'the "old" gene', "𝐀-病");
  const item = fc.tuple(
    filler,
    names,
    filler,
    fc.constantFrom("gout", "X of Y"),
    fc.constantFrom("yes", "no"),
  );
  fc.assert(
    fc.property(fc.array(item, { minLength: 1 }), fc.constantFrom(0, 2), (items, indent) => {
      const pairs = items.map(([before, gene, between, disease, relation]) => {
        const start = `The ${before} `.length;
        const next = start + gene.length + between.length + 2;
        return {
          text: `The ${before} ${gene} ${between} ${disease} was seen once more.`,
          head: { start, end: start + gene.length, label: "Gene" },
          tail: { start: next, end: next + disease.length, label: "Disease" },
          relation,
        };
      });
      const named = pairs.map(({ text, head, tail, relation }) => ({
        relation,
        text,
        head: text.slice(head.start, head.end),
        tail: text.slice(tail.start, tail.end),
      }));
      const { examples, rejections, repairs } = parsePairs(JSON.stringify(named, null, indent));
      expect(rejections).toEqual([]);
      expect(examples.map(({ id: _id, prompt: _prompt, passage: _passage, ...pair }) => pair)).toEqual(pairs);
      expect(repairs).toEqual({ ...NONE, exact: 2 * pairs.length });
    }),
  );
});

test("nothing throws, and every item and line is accounted for", () => {
  const whole = '{"relation": "no", "text": "APC in gout", "head": "APC", "tail": "gout"},';
  const piece = fc.oneof(
    fc.constantFrom(whole, '{"relation":', "[", "]", "{", "}", ",", '"', "\n", "Done."),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { lines, examples, rejections } = parsePairs(pieces.join(""));
      expect(examples.length + rejections.filter(({ line }) => line !== undefined).length).toBe(lines);
    }),
  );
});
