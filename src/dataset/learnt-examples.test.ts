/** @file Tests of the examples that a model reads surely. */
import { expect, test } from "vitest";
import { findLearnt } from "./learnt-examples.ts";

/** "ab cd", with a mention of the first word or none; the probability of each word's given tag. */
const row = (id: string, isMarked: boolean, sure: readonly [number, number]) => {
  const mentions = isMarked ? [{ start: 0, end: 2, label: "D" }] : [];
  const given = [isMarked ? 1 : 0, 0]; // O, B-D, I-D
  const probabilities = Float32Array.from(
    given.flatMap((tag, word) =>
      [0, 1, 2].map((each) => (each === tag ? sure[word]! : (1 - sure[word]!) / 2)),
    ),
  );
  const words = [
    { start: 0, end: 2 },
    { start: 3, end: 5 },
  ];
  return {
    example: { id, text: "ab cd", mentions, prompt: "p", passage: 0 },
    reading: { id, words, probabilities },
  };
};
const rows = [
  row("sure", true, [0.9, 0.9]),
  row("half", true, [1, 0.2]),
  row("surer", true, [0.95, 0.99]),
  row("wrong", true, [0.1, 1]),
  row("plain", false, [0.7, 0.8]),
  row("plainer", false, [0.99, 1]),
];
const find = (share: number) =>
  findLearnt(
    rows.map(({ example }) => example),
    rows.map(({ reading }) => reading),
    { labels: ["D"], share },
  );

test("takes the surest by their least sure word, of texts with a mention and without apart", () => {
  expect(find(0.5)).toEqual(["surer", "sure", "plainer"]);
  expect(find(0.25)).toEqual(["surer", "plainer"]); // half of one is one
  expect(find(0)).toEqual([]);
  expect(find(1)).toHaveLength(6);
});
