/** @file Words' probabilities become doubts about mentions: what differs, who is sure of it, how it is ranked. */
import { describe, expect, it } from "vitest";
import type { Example, Mention } from "../task/example.ts";
import { splitWords } from "../tokenize/words.ts";
import { findDoubts } from "./label-doubts.ts";

const labels = ["Disease"];
const at = (start: number, end: number): Mention => ({ start, end, label: "Disease" });
const example = (id: string, text: string, mentions: Mention[]): Example => ({
  id,
  text,
  mentions,
  prompt: "p",
  passage: 0,
});
/** One letter a word: O, B or I has this probability, the others share the rest. */
function read({ id, text }: Example, tags: string, p = 0.96) {
  const rows = [...tags].flatMap((tag) => ["O", "B", "I"].map((name) => (name === tag ? p : (1 - p) / 2)));
  return { id, words: splitWords(text), probabilities: Float32Array.from(rows) };
}

// Sure marks that set the thresholds: O, B and I all at 0.96.
const plain = example("plain", "We saw breast cancer today", [at(7, 20)]);
const missed = example("missed", "We saw gout today", []);
const added = example("added", "We saw five today", [at(7, 11)]);
const boundary = example("boundary", "We saw lung cancer now", [at(12, 18)]);

describe("a doubt", () => {
  const examples = [plain, plain, plain, missed, added, boundary].map((one, i) => ({ ...one, id: `${i}` }));
  const readings = examples.map((one, i) =>
    read(one, ["OOBIO", "OOBIO", "OOBIO", "OOBO", "OOOO", "OOBIO"][i]!),
  );
  const found = findDoubts(examples, readings, { labels });
  const score = (1 + 0.96 - 0.02) / 2;

  it("has the mention as it is marked and as the words say", () => {
    expect(found.doubts.map(({ score: _, ...doubt }) => doubt)).toEqual([
      { id: "3", kind: "missed", suggested: at(7, 11) },
      { id: "4", kind: "added", given: at(7, 11) },
      { id: "5", kind: "boundary", given: at(12, 18), suggested: at(7, 18) },
    ]);
  });

  it("scores the normalised margin of its words", () => {
    for (const doubt of found.doubts) expect(doubt.score).toBeCloseTo(score, 6);
  });

  it("comes with the thresholds and the joint it goes by", () => {
    // B: 3 of 5 given ones at 0.96, 2 at 0.02; O: 20 given, 2 of them at 0.02
    expect(found.tags).toEqual(["O", "B-Disease", "I-Disease"]);
    expect(found.thresholds["B-Disease"]).toBeCloseTo((3 * 0.96 + 2 * 0.02) / 5, 6);
    expect(found.thresholds["I-Disease"]).toBeCloseTo(0.96, 6);
    expect(found.joint).toEqual([
      [18, 2, 0],
      [1, 3, 1],
      [0, 0, 3],
    ]);
  });
});

describe("of a model that is not sure", () => {
  const examples = [plain, missed];
  const readings = [read(plain, "OOBIO"), read(missed, "OOBO", 0.9)];

  it("nothing is doubted: B is given with 0.96 elsewhere", () => {
    expect(findDoubts(examples, readings, { labels }).doubts).toEqual([]);
  });

  it("all is told where that is asked for, the surest first", () => {
    const more = [...examples, { ...missed, id: "surer" }];
    const doubts = findDoubts(more, [...readings, { ...read(missed, "OOBO", 0.94), id: "surer" }], {
      labels,
      which: "all",
    }).doubts;
    expect(doubts.map(({ id }) => id)).toEqual(["surer", "missed"]);
    expect(doubts[1]!.score).toBeCloseTo((1 + 0.9 - 0.05) / 2, 6);
  });
});

it("a mention that cuts a word is named as it was marked", () => {
  const cut = example("cut", "nongout cases", [at(3, 7)]);
  const { doubts } = findDoubts([plain, cut], [read(plain, "OOBIO"), read(cut, "OO")], { labels });
  expect(doubts.map(({ kind, given }) => [kind, given])).toEqual([["added", at(3, 7)]]);
  expect(findDoubts([plain, cut], [read(plain, "OOBIO"), read(cut, "BO")], { labels }).doubts).toEqual([]);
});

it("two mentions read as one make two doubts, each with a score", () => {
  const two = example("two", "a b c d e", [at(0, 3), at(4, 9)]);
  const { doubts } = findDoubts([two], [read(two, "BIIII")], { labels, which: "all" });
  expect(doubts).toEqual([
    { id: "two", kind: "added", given: at(0, 3), score: expect.closeTo((1 + 0.96 - 0.02) / 2, 6) },
    {
      id: "two",
      kind: "boundary",
      given: at(4, 9),
      suggested: at(0, 9),
      score: expect.closeTo((1 + 0.96 - 0.02) / 2, 6),
    },
  ]);
});

it("readings of other examples or labels are refused", () => {
  expect(() => findDoubts([plain], [read(missed, "OOOO")], { labels })).toThrow(
    'Example 0 ("plain") has no reading of its own with 3 tags a word.',
  );
  expect(() => findDoubts([plain], [read(plain, "OOBIO")], { labels: ["A", "B"] })).toThrow("5 tags a word");
  expect(() => findDoubts([plain], [], { labels })).toThrow("has no reading of its own");
});
