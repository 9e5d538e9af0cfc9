/** @file Average precision and AUC: values by hand, the definition by pairs, invariances. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { scoreRanking } from "./ranking-scores.ts";

const bootstrap = { samples: 100, seed: 1 };
const items = (text: string) =>
  text.split(" ").map((word, document) => ({
    score: Number(word.slice(1)),
    isPositive: word.startsWith("+"),
    document,
  }));

test("counts equal scores together: precision by their last, AUC half", () => {
  const { averagePrecision, auc, ...counts } = scoreRanking(
    items("+0.9 +0.8 -0.8 +0.6 -0.6 -0.3 +0.1"),
    7,
    bootstrap,
  );
  expect(counts).toEqual({ items: 7, positives: 4 });
  expect(averagePrecision.value).toBeCloseTo((1 + 2 / 3 + 3 / 5 + 4 / 7) / 4, 12);
  // the negatives have 1.5, 2.5 and 3 positives above them
  expect(auc.value).toBeCloseTo(7 / 12, 12);
});

test("one score for all is chance: the share of positives, and a half", () => {
  const result = scoreRanking(items("+1 -1 -1 -1"), 4, bootstrap);
  expect(result.averagePrecision.value).toBe(1 / 4);
  expect(result.auc).toEqual({ value: 0.5, ci95: [0.5, 0.5] });
});

test("without items of both kinds there is nothing to rank, and no NaN", () => {
  expect(scoreRanking([], 0, bootstrap)).toEqual({
    averagePrecision: { value: 0, ci95: [0, 0] },
    auc: { value: 0.5, ci95: [0.5, 0.5] },
    items: 0,
    positives: 0,
  });
  expect(scoreRanking(items("-0.3 -0.4"), 2, bootstrap).averagePrecision).toEqual({ value: 0, ci95: [0, 0] });
  expect(scoreRanking(items("+0.3"), 1, bootstrap).auc.value).toBe(0.5);
});

test("items of one document are drawn together", () => {
  const halves = items("+0.9 -0.1 -0.9 +0.1").map((item, index) => ({ ...item, document: index >> 1 }));
  const { auc } = scoreRanking(halves, 2, bootstrap);
  expect(auc).toEqual({ value: 0.5, ci95: [0, 1] });
});

const arbitrary = fc.array(
  fc.record({
    score: fc.integer({ min: 0, max: 6 }).map((value) => value / 8),
    isPositive: fc.boolean(),
    document: fc.nat(4),
  }),
  { maxLength: 30 },
);

test("AUC is the share of pairs that are in order, and its complement when the scores are turned round", () => {
  fc.assert(
    fc.property(arbitrary, (scored) => {
      const [yes, no] = [true, false].map((kind) => scored.filter(({ isPositive }) => isPositive === kind));
      const pairs = yes!.flatMap((a) =>
        no!.map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)),
      );
      const { auc } = scoreRanking(scored, 5, { samples: 0, seed: 1 });
      const share = pairs.length === 0 ? 0.5 : pairs.reduce((a: number, b) => a + b, 0) / pairs.length;
      expect(auc.value).toBeCloseTo(share, 12);
      const turned = scored.map((item) => ({ ...item, score: -item.score }));
      expect(scoreRanking(turned, 5, { samples: 0, seed: 1 }).auc.value).toBeCloseTo(1 - share, 12);
    }),
  );
});

test("neither the order of items, nor the numbers of documents, nor the scale of scores changes anything", () => {
  fc.assert(
    fc.property(arbitrary, (scored) => {
      const others = [...scored].reverse().map(({ score, isPositive, document }) => ({
        score: 100 * score ** 3 - 7,
        isPositive,
        document: 4 - document,
      }));
      const few = { samples: 20, seed: 2 };
      const [a, b] = [scoreRanking(scored, 5, few), scoreRanking(others, 5, few)];
      expect(b.auc.value).toBe(a.auc.value);
      expect(b.averagePrecision.value).toBe(a.averagePrecision.value);
      expect(
        scoreRanking(
          [...scored].reverse().map((item) => ({ ...item, document: 4 - item.document })),
          5,
          few,
        ),
      ).toEqual(a);
      for (const { value, ci95 } of [a.auc, a.averagePrecision])
        for (const number of [value, ...ci95]) expect(number >= 0 && number <= 1).toBe(true);
    }),
  );
});
