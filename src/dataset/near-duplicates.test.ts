/** @file Near duplicates: the threshold means what it says, and few pairs are missed. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../util/random.ts";
import { findEmbeddingDuplicates } from "./embedding-duplicates.ts";
import { comparedWords, createGramTable, jaccard } from "./grams.ts";
import { createNearIndex, planBands } from "./min-hash.ts";
import { findNearDuplicates } from "./near-duplicates.ts";
import { createPairIds } from "./pair-ids.ts";

/** Word 3-grams as strings, the plain way. */
function plainGrams(text: string): Set<string> {
  const words = comparedWords(text);
  const grams = new Set<string>();
  if (words.length > 0 && words.length < 3) grams.add(words.join(" "));
  for (let i = 0; i + 3 <= words.length; i++) grams.add(words.slice(i, i + 3).join(" "));
  return grams;
}

function plainJaccard(a: string, b: string): number {
  const [x, y] = [plainGrams(a), plainGrams(b)];
  const shared = [...x].filter((gram) => y.has(gram)).length;
  return x.size + y.size === 0 ? 0 : shared / (x.size + y.size - shared);
}

/** What `findNearDuplicates` does, comparing every text with every kept one. */
function bruteForce(texts: readonly string[], threshold: number) {
  const kept: number[] = [];
  const found: { row: number; of: number; similarity: number }[] = [];
  for (const [row, text] of texts.entries()) {
    let best = { row, of: -1, similarity: 0 };
    for (const of of kept) {
      const similarity = plainJaccard(text, texts[of]!);
      if (similarity >= threshold && similarity > best.similarity) best = { row, of, similarity };
    }
    if (best.of < 0) kept.push(row);
    else found.push(best);
  }
  return found;
}

const sentence = fc
  .array(fc.constantFrom(..."abcd"), { minLength: 0, maxLength: 9 })
  .map((words) => words.join(" "));

describe("word 3-grams", () => {
  test("are made of words in lower case without punctuation", () => {
    expect(comparedWords("IL-2 (5 mg), ｇｏｕｔ; Ω!")).toEqual(["il", "2", "5", "mg", "gout", "ω"]);
  });

  test("have the Jaccard similarity of the plain sets, also of a text that was not added", () => {
    fc.assert(
      fc.property(sentence, fc.array(fc.constantFrom(..."abcdxy"), { maxLength: 9 }), (left, right) => {
        const table = createGramTable();
        const a = table.addGrams(table.addWords(left));
        const { known, total } = table.findGrams(table.findWords(right.join(" ")));
        const shared = known.filter((gram) => a.includes(gram)).length;
        const union = a.length + total - shared;
        expect(union === 0 ? 0 : shared / union).toBe(plainJaccard(left, right.join(" ")));
        const b = table.addGrams(table.addWords(right.join(" ")));
        expect(b.length).toBe(total);
        expect(jaccard(a, b)).toBe(plainJaccard(left, right.join(" ")));
      }),
    );
  });

  test("are numbered densely, the same pair the same number, through growth", () => {
    const ids = createPairIds();
    const pairs = Array.from({ length: 5000 }, (_, i) => [i % 71, i * 7] as const);
    expect(pairs.map(([a, b]) => ids.add(a, b))).toEqual([...pairs.keys()]);
    expect(pairs.map(([a, b]) => ids.find(a, b))).toEqual([...pairs.keys()]);
    expect([ids.size, ids.find(72, 0), ids.add(0, 0)]).toEqual([5000, -1, 0]);
  });
});

describe("near duplicates", () => {
  test("name the kept text and the similarity; the earlier is kept", () => {
    const texts = [
      "The gene for gout maps to chromosome 7 in men.",
      "the GENE for gout maps to chromosome 7, in men",
      "The gene for gout maps to chromosome 7 in women.",
      "Gout.",
      "gout",
      "",
      "!",
    ];
    expect(findNearDuplicates(texts, 0.7)).toEqual([
      { row: 1, of: 0, similarity: 1 },
      { row: 2, of: 0, similarity: 7 / 9 },
      { row: 4, of: 3, similarity: 1 },
    ]);
    expect(findNearDuplicates(texts, 0.8).map(({ row }) => row)).toEqual([1, 4]);
  });

  test("are looked for within a group only", () => {
    const texts = ["a b c d", "a b c d", "a b c d"];
    expect(findNearDuplicates(texts, 0.8, (row) => ["yes", "no", "yes"][row])).toEqual([
      { row: 2, of: 0, similarity: 1 },
    ]);
  });

  test.each([0.3, 0.6, 0.8, 1])("at threshold %d are those that comparing all pairs finds", (threshold) => {
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 25 }), (texts) => {
        expect(findNearDuplicates(texts, threshold)).toEqual(bruteForce(texts, threshold));
      }),
      { seed: 7 }, // a miss has the probability of `planBands`
    );
  });

  test("at the threshold are missed as rarely as the plan says, for every threshold", () => {
    expect(planBands(0.8)).toEqual({ bands: 25, rows: 5, missProbability: (1 - 0.8 ** 5) ** 25 });
    for (let percent = 7; percent <= 100; percent++)
      expect(planBands(percent / 100).missProbability).toBeLessThan(1e-4);
  });

  test("of similarity exactly 0.8 are found, nearly all of 4,000", () => {
    const random = createRandom(1, "pairs");
    let found = 0;
    for (let pair = 0; pair < 4000; pair++) {
      const shared = Array.from({ length: 16 }, () => random.nextInt(1 << 30));
      const own = () => Array.from({ length: 2 }, () => random.nextInt(1 << 30));
      const index = createNearIndex(0.8, pair);
      index.add(Int32Array.from([...shared, ...own()]).sort());
      const near = index.nearest(Int32Array.from([...shared, ...own()]).sort());
      if (near !== undefined) expect(near.similarity).toBe(0.8);
      if (near !== undefined) found++;
    }
    expect(found).toBeGreaterThanOrEqual(3996); // 4,000 * 5e-5 misses are expected: 0.2
  });
});

describe("duplicates by vectors", () => {
  const unit = (...angles: number[]) => angles.map((a) => Float32Array.of(Math.cos(a), Math.sin(a)));

  test("are those over the cosine, against what is kept", async () => {
    const found = await findEmbeddingDuplicates(unit(0, 0.1, 0.2, 0.3, 3), Math.cos(0.15));
    expect(found.map(({ row, of }) => [row, of])).toEqual([
      [1, 0],
      [3, 2],
    ]);
    expect(found[0]!.similarity).toBeCloseTo(Math.cos(0.1), 6);
    const apart = await findEmbeddingDuplicates(unit(0, 0.1, 0.2), 0.9, (row, other) => row + other !== 1);
    expect(apart.map(({ row, of }) => [row, of])).toEqual([[2, 1]]);
    expect(await findEmbeddingDuplicates([], 0.9)).toEqual([]);
  });

  test("are the same across blocks as when all pairs are compared", async () => {
    const random = createRandom(1, "vectors");
    const vectors = unit(...Array.from({ length: 2300 }, () => random.next() * 6));
    const threshold = Math.cos(1e-3);
    const kept: number[] = [];
    const dropped: number[] = [];
    const dot = (a: Float32Array, b: Float32Array) => Math.fround(a[0]! * b[0]! + a[1]! * b[1]!);
    for (const row of vectors.keys()) {
      const near = kept.some((other) => dot(vectors[row]!, vectors[other]!) >= threshold);
      (near ? dropped : kept).push(row);
    }
    const found = await findEmbeddingDuplicates(vectors, threshold);
    expect(dropped.length).toBeGreaterThan(300);
    const differing = new Set([...found.map(({ row }) => row), ...dropped]).size - dropped.length;
    expect(differing).toBeLessThan(dropped.length * 0.02); // float32 rounds at the threshold
  });
});
