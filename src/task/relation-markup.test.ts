/** @file Tests of the line of a relation task: offsets, small faults that are mended, faults that reject, the inverse. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addCounts } from "../util/counts.ts";
import { type ParsedRelationLine, parseRelationLine, renderRelationLine } from "./relation-markup.ts";

const label = { definition: "x", rules: [], examples: [] };
const relation = { head: "Gene", tail: "Disease", classes: { yes: label, no: label, "no-relation": label } };
const LABELS = ["Gene", "Disease", "Chemical"];
const parse = (line: string) => parseRelationLine(line, relation, LABELS);
const PAIR = "<Gene>F5</Gene> in <Disease>gout</Disease>";
const none = { trimmed: 0, recased: 0, unescaped: 0, recasedClasses: 0, reseparated: 0 };

test("reads the class, the text and the pair, whichever stands first", () => {
  expect(parse("yes\tIn <Disease>gout</Disease> <Gene>F5</Gene> is rare.")).toEqual({
    relation: "yes",
    text: "In gout F5 is rare.",
    head: { start: 8, end: 10, label: "Gene" },
    tail: { start: 3, end: 7, label: "Disease" },
    repairs: none,
  });
});

test("counts what it mends in the markup", () => {
  const parsed = parse("no\t<gene>F5 </gene> &lt; <Disease>gout</Disease>");
  expect(parsed).toMatchObject({
    text: "F5  < gout",
    repairs: { ...none, trimmed: 1, recased: 2, unescaped: 1 },
  });
});

describe("mends and counts a class that is", () => {
  test.each([
    ["in another case", `YES\t${PAIR}`, "yes", { recasedClasses: 1 }],
    ["set off by a tab and a space", `no\t ${PAIR}`, "no", { reseparated: 1 }],
    ["set off by a tab in letters", `no\\t${PAIR}`, "no", { reseparated: 1 }],
    ["set off by a bar", `no | ${PAIR}`, "no", { reseparated: 1 }],
    ["set off by a colon", `Yes: ${PAIR}`, "yes", { recasedClasses: 1, reseparated: 1 }],
    ["set off by a dash", `no – ${PAIR}`, "no", { reseparated: 1 }],
    ["set off by two spaces", `no  ${PAIR}`, "no", { reseparated: 1 }],
    ["in quotes", `"no"\t${PAIR}`, "no", { reseparated: 1 }],
    ["in bold", `**no**\t${PAIR}`, "no", { reseparated: 1 }],
    ["in brackets", `[yes] | ${PAIR}`, "yes", { reseparated: 1 }],
    ["the beginning of another", `no-relation: ${PAIR}`, "no-relation", { reseparated: 1 }],
  ])("%s", (_what, line, name, repairs) => {
    expect(parse(line)).toMatchObject({
      relation: name,
      text: "F5 in gout",
      repairs: { ...none, ...repairs },
    });
  });
});

describe("rejects", () => {
  test.each([
    ["a class that does not exist", `maybe\t${PAIR}`, { rejected: "unknown-class" }],
    ["a sentence without a class", PAIR, { rejected: "unknown-class" }],
    ["a sentence that begins with a class's word", `No ${PAIR} was found`, { rejected: "unknown-class" }],
    ["a class inside a longer word", `nobody: ${PAIR}`, { rejected: "unknown-class" }],
    ["a class alone", "yes\t", { rejected: "wrong-pair", tag: "Gene" }],
    ["no head", "yes\t<Disease>gout</Disease>", { rejected: "wrong-pair", tag: "Gene" }],
    ["no tail", "yes\t<Gene>F5</Gene>", { rejected: "wrong-pair", tag: "Disease" }],
    ["two heads", `yes\t${PAIR} and <Gene>F8</Gene>`, { rejected: "wrong-pair", tag: "Gene" }],
    ["a third label", `yes\t${PAIR}, <Chemical>iron</Chemical>`, { rejected: "wrong-pair", tag: "Chemical" }],
    ["an unknown tag", `yes\t${PAIR} <b>`, { rejected: "unknown-tag", tag: "b" }],
    ["a tag left open", `yes\t${PAIR} <Gene>`, { rejected: "unclosed-tag", tag: "Gene" }],
  ])("%s", (_what, line, rejected) => {
    expect(parse(line)).toEqual(rejected);
  });
});

test("where head and tail are one label, the first is the head, and there must be two", () => {
  const same = { ...relation, head: "Gene", tail: "Gene" };
  const read = (line: string) => parseRelationLine(line, same, LABELS);
  expect(read("yes\t<Gene>F5</Gene> binds <Gene>F8</Gene>")).toMatchObject({
    head: { start: 0, end: 2, label: "Gene" },
    tail: { start: 9, end: 11, label: "Gene" },
  });
  expect(read("yes\t<Gene>F5</Gene>")).toEqual({ rejected: "wrong-pair", tag: "Gene" });
});

const words = fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\n\r]/g, " "));
const name = fc.string({ unit: "grapheme-composite" }).map((text) => `x${text.replace(/[\n\r]/g, " ")}y`);
const pair = fc
  .tuple(fc.constantFrom("yes", "no", "no-relation"), words, name, words, name, words, fc.boolean())
  .map(([relation, before, first, between, second, after, headFirst]) => {
    const start = `w${before}`;
    const middle = `${start}${first}${between}`;
    const one = { start: start.length, end: start.length + first.length };
    const two = { start: middle.length, end: middle.length + second.length };
    const [head, tail] = headFirst ? [one, two] : [two, one];
    return {
      relation,
      text: `${middle}${second}${after}.`,
      head: { ...head, label: "Gene" },
      tail: { ...tail, label: "Disease" },
    };
  });

test("reads back what it writes, unmended but for the entities", () => {
  fc.assert(
    fc.property(pair, (labelled) => {
      const { repairs, ...read } = parse(renderRelationLine(labelled)) as ParsedRelationLine;
      expect(read).toEqual(labelled);
      expect({ ...repairs, unescaped: 0 }).toEqual(none);
    }),
  );
});

test("refuses to write what a line cannot say", () => {
  const head = { start: 0, end: 2, label: "Gene" };
  const tail = { start: 6, end: 10, label: "Disease" };
  const write = (text: string, relation = "yes") => renderRelationLine({ relation, text, head, tail });
  expect(write("F5 in gout")).toBe(`yes\t${PAIR}`);
  for (const text of ["F5 in gout ", "F5\nin gout"]) expect(() => write(text)).toThrow("no form of one line");
  expect(() => write("F5 in gout", "not sure")).toThrow("no form of one line");
  expect(() => renderRelationLine({ relation: "yes", text: "F5 in gout", head, tail: head })).toThrow(
    "no inline form",
  );
});

test("adds counts up", () => {
  const to = { ...none };
  addCounts(to, { ...none, trimmed: 1, reseparated: 2 });
  addCounts(to, { ...none, reseparated: 1 });
  expect(to).toEqual({ ...none, trimmed: 1, reseparated: 3 });
});
