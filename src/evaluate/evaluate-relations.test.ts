/** @file Relation scores: values computed by hand, properties, baselines. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GoldRelation, RelationPredictor } from "../task/relation-example.ts";
import { createRandom, shuffle } from "../util/random.ts";
import { evaluateRelationPredictor, evaluateRelations } from "./evaluate-relations.ts";
import { toMcc } from "./relation-scores.ts";

const bootstrap = { samples: 200, seed: 1 };
const options = { classes: ["yes", "no"], negative: "no", bootstrap };
const pair = (id: string, relation: string, document?: string): GoldRelation => ({
  id,
  text: "APOE causes gout.",
  head: { start: 0, end: 4, label: "Gene" },
  tail: { start: 12, end: 16, label: "Disease" },
  relation,
  ...(document === undefined ? {} : { document }),
});
const goldOf = (...relations: string[]) => relations.map((relation, index) => pair(`p${index}`, relation));
const said = (...relations: string[]) => relations.map((relation) => ({ relation }));

test("scores two classes by hand-counted matches", () => {
  const result = evaluateRelations(
    goldOf("yes", "yes", "yes", "no", "no"),
    said("yes", "no", "yes", "yes", "no"),
    options,
  );
  expect(result).toMatchObject({ pairs: 5, documents: 5, negative: "no", mcc: 1 / 6 });
  expect(result.accuracy.value).toBe(3 / 5);
  expect(result.micro).toMatchObject({
    tp: 2,
    fp: 1,
    fn: 1,
    support: 3,
    precision: 2 / 3,
    recall: 2 / 3,
    f1: 2 / 3,
  });
  expect(result.classes.yes).toEqual(result.micro);
  expect(result.classes.no).toMatchObject({ tp: 1, fp: 1, fn: 1, support: 2, f1: 1 / 2 });
  expect(result.macro.f1).toBeCloseTo(7 / 12, 12);
  expect(result.confusion).toEqual([
    [2, 1],
    [1, 1],
  ]);
  expect(result.errors).toEqual([
    {
      pair: "p1",
      index: 1,
      head: { start: 0, end: 4 },
      tail: { start: 12, end: 16 },
      gold: "yes",
      predicted: "no",
    },
    {
      pair: "p3",
      index: 3,
      head: { start: 0, end: 4 },
      tail: { start: 12, end: 16 },
      gold: "no",
      predicted: "yes",
    },
  ]);
});

test("pools the positive classes of three, and counts one taken for another against both", () => {
  const gold = goldOf("up", "up", "up", "down", "down", "no", "no", "no", "no");
  const predicted = said("up", "up", "no", "down", "up", "down", "no", "no", "no");
  const result = evaluateRelations(gold, predicted, { ...options, classes: ["up", "down", "no"] });
  // micro: found up 3, down 2; sought up 3, down 2; right up 2, down 1
  expect(result.micro).toMatchObject({ tp: 3, fp: 2, fn: 2, support: 5, f1: 3 / 5 });
  expect(result.classes.down).toMatchObject({ tp: 1, fp: 1, fn: 1, f1: 1 / 2 });
  expect(result.accuracy.value).toBe(6 / 9);
  expect(result.macro.f1).toBeCloseTo((2 / 3 + 1 / 2 + 3 / 4) / 3, 12);
  // 9 pairs, 6 right; counts (3, 2, 4) in gold and predictions: (6 * 9 - 29) / (81 - 29)
  expect(result.mcc).toBeCloseTo(25 / 52, 12);
  expect(result.confusion).toEqual([
    [2, 0, 1],
    [1, 1, 0],
    [0, 1, 3],
  ]);
});

test("Matthews correlation is -1 when all is wrong and 0 when only one class is said", () => {
  expect(toMcc([[0, 3], [3, 0]])).toBe(-1); // biome-ignore format: a table
  expect(toMcc([[3, 0], [3, 0]])).toBe(0); // biome-ignore format: a table
  expect(toMcc([[0, 0], [0, 0]])).toBe(0); // biome-ignore format: a table
});

test("no pair at all scores 0 everywhere, never NaN", () => {
  const result = evaluateRelations([], [], options);
  expect(result.micro).toMatchObject({ f1: 0, support: 0, ci95: [0, 0] });
  expect(result.accuracy).toEqual({ value: 0, ci95: [0, 0] });
  expect(result.mcc).toBe(0);
});

test("refuses lists that do not fit, and classes that are not there", () => {
  expect(() => evaluateRelations(goldOf("yes"), [], options)).toThrow("1 gold pairs but predictions for 0");
  expect(() => evaluateRelations(goldOf("1"), said("yes"), options)).toThrow(
    'Gold pair "p0": unknown class "1". Classes: yes, no.',
  );
});

const relation = fc.constantFrom("up", "down", "no");
const rows = fc.array(fc.tuple(relation, relation, fc.nat(5)), { minLength: 1, maxLength: 40 });
const three = { classes: ["up", "down", "no"], negative: "no", bootstrap: { samples: 50, seed: 3 } };
const evaluateRows = (cases: readonly (readonly [string, string, number])[]) =>
  evaluateRelations(
    cases.map(([gold, , document], i) => pair(`p${i}`, gold, `d${document}`)),
    cases.map(([, predicted]) => ({ relation: predicted })),
    three,
  );

test("what is right everywhere scores 1, intervals too", () => {
  fc.assert(
    fc.property(rows, (cases) => {
      const result = evaluateRows(cases.map(([gold, , document]) => [gold, gold, document]));
      expect(result.accuracy).toEqual({ value: 1, ci95: [1, 1] });
      expect(result.errors).toEqual([]);
      expect(result.mcc === 1 || new Set(cases.map(([gold]) => gold)).size === 1).toBe(true);
    }),
  );
});

test("the order of the pairs changes no score and no interval; the seed names the interval", () => {
  fc.assert(
    fc.property(rows, fc.nat(1000), (cases, seed) => {
      const { errors, ...scores } = evaluateRows(cases);
      const { errors: others, ...shuffled } = evaluateRows(shuffle(cases, createRandom(seed, "order")));
      expect(shuffled).toEqual(scores);
      expect(others.length).toBe(errors.length);
      expect(scores.micro.ci95[0]).toBeLessThanOrEqual(scores.micro.ci95[1]);
    }),
  );
  const many = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? "yes" : "no"));
  const answers = many.map((_, i) => ({ relation: i % 4 === 0 ? "yes" : "no" }));
  const interval = (seed: number) =>
    evaluateRelations(goldOf(...many), answers, { ...options, bootstrap: { samples: 200, seed } }).micro.ci95;
  expect(interval(1)).toEqual(interval(1));
  expect(interval(1)).not.toEqual(interval(2));
});

test("pairs of one document are drawn together", () => {
  const gold = Array.from({ length: 20 }, (_, i) => pair(`p${i}`, "yes", i < 10 ? "a" : "b"));
  const predicted = gold.map((_, i) => ({ relation: i < 10 ? "yes" : "no" }));
  const result = evaluateRelations(gold, predicted, options);
  expect(result.documents).toBe(2);
  expect(result.accuracy.ci95).toEqual([0, 1]);
});

const constant = (relation: string): RelationPredictor => ({
  classes: ["yes", "no"],
  predict: async (pairs) => pairs.map(() => ({ relation, score: 1 })),
});

test("the baselines stand beside the score: always positive, majority, pair dictionary", async () => {
  const gold = goldOf("yes", "no", "no", "yes", "no");
  const pairs = [
    { head: "apoe", tail: "gout", relation: "yes", count: 2 },
    { head: "apoe", tail: "gout", relation: "no", count: 1 },
  ];
  const seen: number[] = [];
  const result = await evaluateRelationPredictor(constant("yes"), gold, {
    negative: "no",
    pairs,
    bootstrap,
    onProgress: (done) => seen.push(done),
  });
  const { alwaysPositive, majority, pairDictionary } = result.baselines;
  expect(result.micro.f1).toBe(4 / 7);
  expect(alwaysPositive.relation).toBe("yes");
  expect(alwaysPositive.micro).toEqual(result.micro);
  expect(majority).toMatchObject({ relation: "no", accuracy: { value: 3 / 5 }, micro: { f1: 0 } });
  expect(pairDictionary).toMatchObject({ pairs: 2, known: 5, micro: { f1: 4 / 7 } });
  expect(seen).toEqual([5]);
});

test("what is scored is shown text and marks, not the gold class", async () => {
  const shown: string[][] = [];
  const spy: RelationPredictor = {
    classes: ["yes", "no"],
    predict: async (pairs) => {
      shown.push(...pairs.map((one) => Object.keys(one)));
      return pairs.map(() => ({ relation: "no", score: 1 }));
    },
  };
  await evaluateRelationPredictor(spy, goldOf("yes", "no"), { negative: "no", pairs: [], bootstrap });
  expect(shown).toEqual([
    ["text", "head", "tail"],
    ["text", "head", "tail"],
  ]);
});

test("probabilities are ranked, and the row always positive is chance", async () => {
  const gold = goldOf("yes", "no", "no", "yes", "no");
  const shares = [0.9, 0.6, 0.2, 0.4, 0.1];
  let next = 0;
  const sure: RelationPredictor = {
    classes: ["yes", "no"],
    predict: async (pairs) =>
      pairs.map(() => {
        const share = shares[next++]!;
        return { relation: "no", score: 1 - share, probabilities: [share, 1 - share] };
      }),
  };
  const { ranking, baselines } = await evaluateRelationPredictor(sure, gold, {
    negative: "no",
    pairs: [],
    bootstrap,
  });
  expect(ranking!.micro).toEqual(ranking!.classes.yes);
  expect(Object.keys(ranking!.classes)).toEqual(["yes"]);
  expect(ranking!.micro.auc.value).toBe(5 / 6);
  expect(ranking!.micro.averagePrecision.value).toBeCloseTo((1 + 2 / 3) / 2, 12);
  expect(baselines.alwaysPositive.ranking!.micro.auc.value).toBe(0.5);
  expect(baselines.alwaysPositive.ranking!.micro.averagePrecision.value).toBe(2 / 5);
});

test("several classes are ranked one by one and pooled; some without probabilities are not ranked", () => {
  const gold = goldOf("up", "down", "no");
  const judged = [
    { relation: "up", probabilities: [0.7, 0.2, 0.1] },
    { relation: "up", probabilities: [0.5, 0.4, 0.1] },
    { relation: "no", probabilities: [0.1, 0.3, 0.6] },
  ];
  const classes = ["up", "down", "no"];
  const { ranking } = evaluateRelations(gold, judged, { ...options, classes });
  expect(ranking!.classes.up!.auc.value).toBe(1);
  expect(ranking!.classes.down!.averagePrecision.value).toBe(1);
  // pooled: + 0.7, - 0.5, + 0.4, - 0.3, 0.2, 0.1
  expect(ranking!.micro).toMatchObject({
    items: 6,
    positives: 2,
    averagePrecision: { value: (1 + 2 / 3) / 2 },
  });
  expect(ranking!.micro.auc.value).toBe(7 / 8);
  expect(
    evaluateRelations(gold, [...judged.slice(1), { relation: "no" }], { ...options, classes }).ranking,
  ).toBe(undefined);
  expect(() => evaluateRelations(gold, judged, { ...options, classes: [...classes, "other"] })).toThrow(
    "Prediction 1 has 3 probabilities for 4 classes: up, down, no, other.",
  );
});
