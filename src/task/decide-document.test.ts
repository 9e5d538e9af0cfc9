/** @file Tests of what a whole document says of its things: scores combined, the title, general words, names of no sentence. */
import { expect, test } from "vitest";
import { decideDocument } from "./decide-document.ts";

const text = "Lithium and tremor. Zinc gave tremor. Toxicity of lithium. Coma was seen.";
const mentionOf = (name: string, label: string, from = 0) => {
  const start = text.indexOf(name, from);
  return { start, end: start + name.length, label };
};
const mentions = [
  mentionOf("Lithium", "Chemical"),
  mentionOf("tremor", "Disease"),
  mentionOf("Zinc", "Chemical"),
  mentionOf("tremor", "Disease", 25),
  mentionOf("Toxicity", "Disease"),
  mentionOf("lithium", "Chemical", 40),
  mentionOf("Coma", "Disease"),
];
const sentences = [...text.matchAll(/[^.]+\./g)].map(({ index, 0: piece }) => {
  const start = index + (piece.length - piece.trimStart().length);
  return { start, end: index + piece.length };
});
const answer = (yes: number) => ({
  relation: yes >= 0.5 ? "yes" : "no",
  score: Math.max(yes, 1 - yes),
  probabilities: [yes, 1 - yes],
});
const document = {
  text,
  mentions,
  sentences,
  judged: [
    { head: 0, tail: 1, answer: answer(0.4) },
    { head: 2, tail: 3, answer: answer(0.9) },
    { head: 5, tail: 4, answer: answer(0.8) },
  ],
  thingsOf: (mention: number) => {
    const { start, end } = mentions[mention]!;
    return [text.slice(start, end).toLowerCase()];
  },
};
const options = { head: "Chemical", tail: "Disease", negative: "no", directed: true, classes: ["yes", "no"] };
const rules = { combine: "noisy-or", general: ["toxicity"], mainHeads: true, titleHeads: true } as const;

test("drops general words and chemicals in passing, and lets the title speak for a disease that stands alone", () => {
  expect(decideDocument(document, { ...options, evidence: rules })).toEqual([
    { head: "lithium", tail: "coma", relation: "yes", score: 0 },
  ]);
});

test("without its rules it is the combined score that decides", () => {
  const evidence = { combine: "max", general: [], mainHeads: false, titleHeads: false } as const;
  const pairs = (threshold?: number) =>
    decideDocument(document, { ...options, evidence, ...(threshold === undefined ? {} : { threshold }) });
  expect(pairs().map(({ head, tail, score }) => [head, tail, score])).toEqual([
    ["zinc", "tremor", 0.9],
    ["lithium", "toxicity", 0.8],
  ]);
  expect(pairs(0.3).map(({ head, tail }) => `${head} ${tail}`)).toContain("lithium tremor");
});

test("several pairs of mentions are several reasons", () => {
  const judged = [
    { head: 0, tail: 1, answer: answer(0.4) },
    { head: 0, tail: 3, answer: answer(0.4) },
  ];
  const evidence = { ...rules, titleHeads: false };
  expect(decideDocument({ ...document, judged }, { ...options, evidence })).toEqual([
    { head: "lithium", tail: "tremor", relation: "yes", score: 1 - 0.6 * 0.6 },
  ]);
});

test("a relation without a direction has its two things in one order", () => {
  const evidence = { ...rules, mainHeads: false, titleHeads: false };
  const [found] = decideDocument(document, { ...options, directed: false, evidence });
  expect(found).toMatchObject({ head: "tremor", tail: "zinc" });
});
