/** @file The corpus is cut by prompt, evenly, and the same way each time. */
import { expect, it } from "vitest";
import { assignFolds } from "./folds.ts";

const corpus = (sizes: readonly number[]) =>
  sizes.flatMap((size, i) => Array.from({ length: size }, () => ({ prompt: `p${i}` })));

it("keeps the examples of a prompt together and the parts even", () => {
  const examples = corpus([25, 25, 25, 25, 25, 25, 25, 25, 25]);
  const folds = assignFolds(examples, 3, 1);
  for (const fold of [0, 1, 2]) expect(folds.filter((one) => one === fold).length).toBe(75);
  const foldOf = new Map(examples.map(({ prompt }, i) => [prompt, folds[i]]));
  expect([...folds]).toEqual(examples.map(({ prompt }) => foldOf.get(prompt)));
});

it("depends on the seed, and not on the order of the examples", () => {
  const examples = corpus([3, 1, 4, 1, 5, 9]);
  const folds = [...assignFolds(examples, 2, 1)];
  expect([...assignFolds([...examples].reverse(), 2, 1)].reverse()).toEqual(folds);
  const others = [2, 3, 4, 5].map((seed) => [...assignFolds(examples, 2, seed)].join(""));
  expect(others.some((other) => other !== folds.join(""))).toBe(true);
});

it("refuses more parts than prompts", () => {
  expect(() => assignFolds(corpus([10, 10]), 3, 1)).toThrow(
    "The corpus cannot be cut into 3 parts: its 20 examples come from 2 prompt(s), and those of one prompt stay together.",
  );
});
