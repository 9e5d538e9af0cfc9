/** @file Diversity of small corpora, counted by hand. */
import { expect, test } from "vitest";
import { measureDiversity } from "./diversity.ts";

test("counts different n-grams on samples of as many words, and different names", () => {
  const { sampleWords, sampleTexts, corpora } = measureDiversity(
    [
      { name: "same", texts: ["a b c", "A B C!", "a, b c"], mentions: ["Gout", "gout", "DMD"] },
      { name: "varied", texts: ["a b c", "d e f", "g h i j k l"] },
      { name: "empty", texts: [] },
    ],
    { seed: 1 },
  );
  expect([sampleWords, sampleTexts, corpora.length]).toEqual([9, 3, 2]);
  expect(corpora[0]).toEqual({
    name: "same",
    texts: 3,
    words: 9,
    length: { mean: 3, deviation: 0 },
    distinct: [3 / 9, 2 / 6, 1 / 3],
    growth: [{ words: 9, types: 3 }],
    nearest: 1,
    mentions: { distinct: 2, total: 3 },
  });
  expect(corpora[1]).toMatchObject({ words: 12, distinct: [1, 1, 1], nearest: 0 });
  expect(corpora[1]!.length).toEqual({ mean: 4, deviation: Math.sqrt(2) });
});

test("gives the vocabulary after 1,000, 2,000, 4,000 ... words, and Heaps' exponent", () => {
  const linear = Array.from({ length: 450 }, (_, i) =>
    Array.from({ length: 10 }, (_, j) => `w${i * 10 + j}`).join(" "),
  );
  const [measured] = measureDiversity([{ name: "new words only", texts: linear }], { seed: 1 }).corpora;
  expect(measured!.growth).toEqual([1000, 2000, 4000, 4500].map((words) => ({ words, types: words })));
  expect(measured!.heapsExponent).toBeCloseTo(1, 12);
  const [flat] = measureDiversity([{ name: "one word", texts: Array(450).fill("a ".repeat(10)) }], {
    seed: 1,
  }).corpora;
  expect(flat!.heapsExponent).toBe(0);
});

test("measures the nearest other text by 3-grams and by vectors; the same seed gives the same", () => {
  const texts = ["a b c d", "a b c e", "x y z w"];
  const vectors = [Float32Array.of(1, 0), Float32Array.of(0.6, 0.8), Float32Array.of(0, 1)];
  const measure = () => measureDiversity([{ name: "c", texts, vectors }], { seed: 3 });
  const [measured] = measure().corpora;
  expect(measured!.nearest).toBeCloseTo((1 / 3 + 1 / 3 + 0) / 3, 12);
  expect(measured!.nearestCosine).toBeCloseTo((0.6 + 0.8 + 0.8) / 3, 6);
  expect(measure()).toEqual(measure());
  expect(measureDiversity([], { seed: 1 })).toEqual({ sampleWords: 0, sampleTexts: 0, corpora: [] });
});
