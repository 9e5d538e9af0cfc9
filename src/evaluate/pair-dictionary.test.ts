/** @file Pairs of names looked up: counts, ties, order, contract. */
import { describe, expect, test } from "vitest";
import { relationPredictorContract } from "../testing/relation-predictor-contract.ts";
import { collectPairs, createPairDictionaryPredictor } from "./pair-dictionary.ts";

const example = (head: string, tail: string, relation: string) => ({
  text: `${head} and ${tail}`,
  head: { start: 0, end: head.length, label: "Gene" },
  tail: { start: head.length + 5, end: head.length + 5 + tail.length, label: "Disease" },
  relation,
});
const examples = [
  example("APOE", "gout", "yes"),
  example("apoe", "Gout", "yes"),
  example("APOE", "gout", "no"),
  example("IL4", "asthma", "no"),
  example("IL4", "asthma", "yes"),
  example("TP53", "breast  cancer", "yes"),
];
const options = { classes: ["yes", "no"], negative: "no" };
const create = (directed = true) =>
  createPairDictionaryPredictor(collectPairs(examples), { ...options, directed });

test("counts pairs in any case, most frequent first", () => {
  expect(collectPairs(examples)).toEqual([
    { head: "apoe", tail: "gout", relation: "yes", count: 2 },
    { head: "apoe", tail: "gout", relation: "no", count: 1 },
    { head: "il4", tail: "asthma", relation: "no", count: 1 },
    { head: "il4", tail: "asthma", relation: "yes", count: 1 },
    { head: "tp53", tail: "breast cancer", relation: "yes", count: 1 },
  ]);
});

test("gives the most frequent class and its share; a tie and an unknown pair are negative", async () => {
  const asked = [
    example("Apoe", "gout", ""),
    example("IL4", "asthma", ""),
    example("TP53", "breast cancer", ""),
    example("TP53", "gout", ""),
    example("gout", "apoe", ""),
  ];
  const predictor = create();
  expect(await predictor.predict(asked)).toEqual([
    { relation: "yes", score: 2 / 3 },
    { relation: "no", score: 1 / 2 },
    { relation: "yes", score: 1 },
    { relation: "no", score: 0 },
    { relation: "no", score: 0 },
  ]);
  expect(asked.map((pair) => predictor.knows(pair))).toEqual([true, true, true, false, false]);
  expect((await create(false).predict(asked)).at(-1)).toEqual({ relation: "yes", score: 2 / 3 });
});

describe("the contract of relation predictors", () => {
  for (const { name, check } of relationPredictorContract(examples)) test(name, () => check(create()));
});
