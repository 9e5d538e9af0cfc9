/** @file Scores: values computed by hand, properties, traps, speed. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GoldExample, Mention } from "../task/example.ts";
import { createRandom, shuffle } from "../util/random.ts";
import { evaluate } from "./evaluate.ts";

const labels = ["Chemical", "Disease"];
const bootstrap = { samples: 200, seed: 1 };
const text = "0123456789".repeat(4);
const mention = (start: number, end: number, label = "Disease"): Mention => ({ start, end, label });
const example = (id: string, mentions: readonly Mention[], document?: string): GoldExample =>
  document === undefined ? { id, text, mentions } : { id, text, mentions, document };

const gold = [
  example("a", [mention(0, 4), mention(5, 9), mention(10, 14, "Chemical")]),
  example("b", [mention(0, 4), mention(20, 24)]),
  example("c", []),
];
const predicted = [
  [mention(0, 4), mention(5, 9, "Chemical"), mention(10, 16, "Chemical")],
  [mention(2, 6, "Chemical"), mention(30, 34)],
  [mention(1, 2)],
];

test("scores by hand-counted matches, over all labels and for each", () => {
  const { strict, texts, documents, errorCounts, errors } = evaluate(gold, predicted, { labels, bootstrap });
  expect(strict.micro).toMatchObject({
    tp: 1,
    fp: 5,
    fn: 4,
    support: 5,
    precision: 1 / 6,
    recall: 1 / 5,
    f1: 2 / 11,
  });
  expect(strict.labels.Disease).toMatchObject({ tp: 1, fp: 2, fn: 3, support: 4, f1: 2 / 7 });
  expect(strict.labels.Chemical).toMatchObject({ tp: 0, fp: 3, fn: 1, precision: 0, recall: 0, f1: 0 });
  expect({ texts, documents }).toEqual({ texts: 3, documents: 3 });
  expect(errorCounts).toEqual({ missed: 1, spurious: 2, boundary: 1, type: 1, "boundary+type": 1 });
  expect(errors).toEqual([
    { example: "a", index: 0, kind: "type", gold: mention(5, 9), predicted: mention(5, 9, "Chemical") },
    {
      example: "a",
      index: 0,
      kind: "boundary",
      gold: mention(10, 14, "Chemical"),
      predicted: mention(10, 16, "Chemical"),
    },
    {
      example: "b",
      index: 1,
      kind: "boundary+type",
      gold: mention(0, 4),
      predicted: mention(2, 6, "Chemical"),
    },
    { example: "b", index: 1, kind: "missed", gold: mention(20, 24) },
    { example: "b", index: 1, kind: "spurious", predicted: mention(30, 34) },
    { example: "c", index: 2, kind: "spurious", predicted: mention(1, 2) },
  ]);
});

test("relaxed schemes give part of what strict matching refuses", () => {
  const { schemes } = evaluate(gold, predicted, { labels, bootstrap });
  expect(schemes.strict.micro).toMatchObject({ correct: 1, incorrect: 3, missed: 1, spurious: 2 });
  expect(schemes.boundary.micro).toMatchObject({ correct: 2, incorrect: 2, precision: 2 / 6, recall: 2 / 5 });
  expect(schemes.overlap.micro).toMatchObject({ correct: 2, partial: 2, precision: 3 / 6, recall: 3 / 5 });
  expect(schemes.type.micro).toMatchObject({ correct: 2, incorrect: 2, f1: 4 / 11 });
  expect(schemes.overlap.labels.Chemical).toMatchObject({ partial: 1, spurious: 2, f1: 1 / 4 });
});

test("an error pairs with the same span before the same label, and with the larger overlap", () => {
  const golds = [example("a", [mention(0, 10), mention(10, 20)])];
  const { errors } = evaluate(golds, [[mention(0, 10, "Chemical"), mention(8, 19), mention(9, 10)]], {
    labels,
  });
  expect(errors).toEqual([
    { example: "a", index: 0, kind: "type", gold: mention(0, 10), predicted: mention(0, 10, "Chemical") },
    { example: "a", index: 0, kind: "spurious", predicted: mention(9, 10) },
    { example: "a", index: 0, kind: "boundary", gold: mention(10, 20), predicted: mention(8, 19) },
  ]);
});

test("counts a repeated mention once and says so", () => {
  const golds = [example("a", [mention(0, 4), mention(0, 4)])];
  const { strict, duplicates } = evaluate(golds, [[mention(0, 4), mention(0, 4), mention(0, 4)]], { labels });
  expect(strict.micro).toMatchObject({ tp: 1, fp: 0, fn: 0, f1: 1 });
  expect(duplicates).toEqual({ gold: 1, predicted: 2 });
});

test("keeps overlapping gold in the score and counts what no flat model can say", () => {
  const nested = [mention(0, 20), mention(0, 4), mention(6, 9), mention(6, 9, "Chemical"), mention(30, 31)];
  const { strict, inexpressible } = evaluate([example("a", nested)], [nested.slice(1, 3)], { labels });
  expect(inexpressible).toBe(2);
  expect(strict.micro).toMatchObject({ tp: 2, fn: 3, support: 5 });
});

test("sets mentions of other labels aside and counts them", () => {
  const golds = [example("a", [mention(0, 4), mention(5, 9, "Gene")])];
  const { strict, outside } = evaluate(golds, [[mention(0, 4), mention(5, 9, "Cell")]], { labels });
  expect(strict.micro).toMatchObject({ tp: 1, fp: 0, fn: 0 });
  expect(outside).toEqual({ gold: { Gene: 1 }, predicted: { Cell: 1 } });
});

test.each([
  ["nothing at all", [], []],
  ["no gold mention and no prediction", [example("a", [])], [[]]],
  ["no prediction", [example("a", [mention(0, 1)])], [[]]],
  ["no gold mention", [example("a", [])], [[mention(0, 1)]]],
])("gives zeros and never NaN for %s", (_name, golds, predictions) => {
  const evaluation = evaluate(golds, predictions, { labels });
  expect(evaluation.strict.micro).toMatchObject({ precision: 0, recall: 0, f1: 0, ci95: [0, 0] });
  expect(JSON.parse(JSON.stringify(evaluation))).toEqual(evaluation);
  expect(JSON.stringify(evaluation)).not.toContain("null");
});

test("refuses what does not fit together, without quoting the text", () => {
  const golds = [example("a", [mention(0, 4)])];
  expect(() => evaluate(golds, [], { labels })).toThrow("1 gold texts but predictions for 0");
  expect(() => evaluate(golds, [[mention(0, 41)]], { labels })).toThrow(
    'Prediction for "a", mentions[0]: [0, 41) is not a span of a text of 40 UTF-16 units.',
  );
  expect(() => evaluate([example("b", [mention(4, 4)])], [[]], { labels })).toThrow(
    'Gold example "b", mentions[0]',
  );
  expect(() => evaluate(golds, [[]], { labels: ["Gene"] })).toThrow(
    "No gold mention has a label that is asked for. Asked for: Gene. In the gold: Disease.",
  );
});

test("draws whole documents: a document of two texts is one unit", () => {
  const right = [mention(0, 4)];
  const golds = [example("a", right, "x"), example("b", right, "x"), example("c", right)];
  const { documents, strict } = evaluate(golds, [right, [], right], { labels, bootstrap });
  expect(documents).toBe(2);
  expect(strict.micro.ci95).toEqual([2 / 3, 1]); // both draws of x: tp 2, fn 2
});

test("an interval is about two standard errors wide on each side", () => {
  const golds = Array.from({ length: 400 }, (_, i) => example(`${i}`, [mention(0, 4)]));
  const predictions = golds.map((_, i) => (i % 4 === 0 ? [mention(5, 9)] : [mention(0, 4)]));
  const { strict } = evaluate(golds, predictions, { labels });
  const error = Math.sqrt((0.75 * 0.25) / 400);
  expect(strict.micro.f1).toBe(0.75);
  expect(strict.micro.ci95[0]).toBeCloseTo(0.75 - 1.96 * error, 2);
  expect(strict.micro.ci95[1]).toBeCloseTo(0.75 + 1.96 * error, 2);
  expect(evaluate(golds, predictions, { labels }).strict).toEqual(strict);
});

const someMention = fc
  .tuple(fc.nat(30), fc.integer({ min: 1, max: 8 }), fc.constantFrom(...labels))
  .map(([start, length, label]) => mention(start, start + length, label));
const someTexts = fc.array(
  fc.record({
    gold: fc.array(someMention, { maxLength: 5 }),
    predicted: fc.array(someMention, { maxLength: 5 }),
    document: fc.constantFrom("x", "y", undefined),
  }),
  { maxLength: 8 },
);
const toExamples = (rows: readonly { gold: Mention[]; document: string | undefined }[]) =>
  rows.map((row, i) => example(`${i}`, row.gold, row.document));

test("counts add up, scores are fractions, and the order of texts changes no score", () => {
  fc.assert(
    fc.property(someTexts, fc.nat(), (rows, seed) => {
      const score = (texts: typeof rows) =>
        evaluate(
          toExamples(texts),
          texts.map((row) => row.predicted),
          { labels, bootstrap: { samples: 20, seed: 1 } },
        );
      const { strict, schemes, errorCounts } = score(rows);
      const pairs = errorCounts.boundary + errorCounts.type + errorCounts["boundary+type"];
      expect(strict.micro.fn).toBe(errorCounts.missed + pairs);
      expect(strict.micro.fp).toBe(errorCounts.spurious + pairs);
      for (const { precision, recall, f1, ci95 } of [strict.micro, ...Object.values(strict.labels)]) {
        for (const value of [precision, recall, f1, ...ci95]) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }
      const { correct, incorrect, partial, missed } = schemes.overlap.micro;
      expect(correct + incorrect + partial + missed).toBe(strict.micro.support);
      const other = score(shuffle(rows, createRandom(seed)));
      expect(other.strict).toEqual(strict);
      expect(other.schemes).toEqual(schemes);
      expect(other.errorCounts).toEqual(errorCounts);
    }),
  );
});

test("perfect predictions score 1 in every scheme and have no errors", () => {
  fc.assert(
    fc.property(someTexts, (rows) => {
      const examples = toExamples(rows);
      const evaluation = evaluate(
        examples,
        examples.map(({ mentions }) => mentions),
        { labels, bootstrap },
      );
      const { strict, schemes, errors } = evaluation;
      expect(errors).toEqual([]);
      if (strict.micro.support > 0) {
        expect([strict.micro.f1, schemes.strict.micro.f1, schemes.boundary.micro.f1]).toEqual([1, 1, 1]);
        expect([schemes.overlap.micro.f1, schemes.type.micro.f1]).toEqual([1, 1]);
      }
    }),
  );
});

test("scores 5,000 texts with 10,000 mentions and 1,000 samples fast, and 10,000 mentions in one text", () => {
  const pair = [mention(0, 4), mention(5, 9, "Chemical")];
  const golds = Array.from({ length: 5000 }, (_, i) => example(`${i}`, pair));
  const predictions = golds.map((_, i) => (i % 3 === 0 ? [mention(0, 3), mention(5, 9)] : pair));
  const started = performance.now();
  expect(evaluate(golds, predictions, { labels }).strict.micro.support).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(10_000);
  const many = Array.from({ length: 10_000 }, (_, i) => mention(6 * i, 6 * i + 4));
  const long = { id: "long", text: "x".repeat(60_000), mentions: many };
  const shifted = many.map(({ start, end }) => mention(start + 1, end));
  expect(evaluate([long], [shifted], { labels, bootstrap }).errorCounts.boundary).toBe(10_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});
