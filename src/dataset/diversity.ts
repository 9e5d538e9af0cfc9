/** @file Texts of several corpora -> how varied each is, on samples of equal size so that the figures compare. */
import { createRandom, shuffle } from "../util/random.ts";
import { createGramTable, createPostings } from "./grams.ts";
import { createPairIds } from "./pair-ids.ts";

/** Texts to measure. */
export interface MeasuredCorpus {
  readonly name: string;
  readonly texts: readonly string[];
  /** Texts of the mentions, where they are marked. */
  readonly mentions?: readonly string[];
  /** One a text, of length 1: the similarity of meanings is measured too. */
  readonly vectors?: readonly Float32Array[];
}

export interface Diversity {
  readonly name: string;
  readonly texts: number;
  /** Words as similarity sees them: in lower case, without punctuation. */
  readonly words: number;
  /** Mean and standard deviation of the words of a text. */
  readonly length: { readonly mean: number; readonly deviation: number };
  /** Different n-grams / n-grams (Li et al. 2016) for n = 1, 2, 3, in the sample. */
  readonly distinct: readonly [number, number, number];
  /** Different words after 1,000, 2,000, 4,000 ... words of all texts in random order, and after the last. */
  readonly growth: readonly { readonly words: number; readonly types: number }[];
  /** b of types = k words^b (Heaps), by least squares on the logarithms of `growth`; absent below three points. */
  readonly heapsExponent?: number;
  /** Mean Jaccard similarity (word 3-grams) of a text of the sample to its nearest other one there. */
  readonly nearest: number;
  /** The same with the cosine of vectors. */
  readonly nearestCosine?: number;
  /** Different mention texts, in lower case, and all. */
  readonly mentions?: { readonly distinct: number; readonly total: number };
}

export interface DiversityReport {
  /** Words of the samples that `distinct` was measured on, the same for all corpora. */
  readonly sampleWords: number;
  /** Texts of the samples that `nearest` was measured on. */
  readonly sampleTexts: number;
  readonly corpora: readonly Diversity[];
}

export interface DiversityOptions {
  readonly seed: number;
  /** Most words of a sample. Default 50,000. */
  readonly maxWords?: number;
  /** Most texts that are compared with each other. Default 2,000. */
  readonly maxTexts?: number;
}

const FIRST_POINT = 1000;

/** Corpora without a text are left out. References should be cut into texts of like length (sentences) first. */
export function measureDiversity(
  corpora: readonly MeasuredCorpus[],
  options: DiversityOptions,
): DiversityReport {
  const { seed, maxWords = 50_000, maxTexts = 2000 } = options;
  const prepared = corpora
    .filter(({ texts }) => texts.length > 0)
    .map((corpus) => {
      const table = createGramTable();
      const order = shuffle([...corpus.texts.keys()], createRandom(seed, "diversity"));
      return { corpus, table, order, words: order.map((row) => table.addWords(corpus.texts[row]!)) };
    });
  const totals = prepared.map(({ words }) => words.reduce((sum, { length }) => sum + length, 0));
  const sampleWords = Math.min(maxWords, ...totals);
  const sampleTexts = Math.min(maxTexts, ...prepared.map(({ words }) => words.length));
  const measured = prepared.map(({ corpus, table, order, words }, index): Diversity => {
    const { name, mentions, vectors } = corpus;
    const growth = growVocabulary(words, table.wordCount);
    const grams = words.slice(0, sampleTexts).map((text) => table.addGrams(text));
    const exponent = fitHeaps(growth);
    return {
      name,
      texts: words.length,
      words: totals[index]!,
      length: describeLengths(words),
      distinct: countDistinctGrams(takeWords(words, sampleWords)),
      growth,
      ...(exponent === undefined ? {} : { heapsExponent: exponent }),
      nearest: meanNearest(grams, table.gramCount),
      ...(vectors === undefined
        ? {}
        : { nearestCosine: meanNearestCosine(order.slice(0, sampleTexts).map((row) => vectors[row]!)) }),
      ...(mentions === undefined
        ? {}
        : {
            mentions: {
              distinct: new Set(mentions.map((text) => text.toLowerCase())).size,
              total: mentions.length,
            },
          }),
    };
  });
  const isEmpty = measured.length === 0;
  return {
    sampleWords: isEmpty ? 0 : sampleWords,
    sampleTexts: isEmpty ? 0 : sampleTexts,
    corpora: measured,
  };
}

function describeLengths(words: readonly Int32Array[]) {
  const mean = words.reduce((sum, { length }) => sum + length, 0) / words.length;
  const variance = words.reduce((sum, { length }) => sum + (length - mean) ** 2, 0) / words.length;
  return { mean, deviation: Math.sqrt(variance) };
}

/** Texts in order until there are so many words; the last one is cut. */
function takeWords(words: readonly Int32Array[], count: number): Int32Array[] {
  const taken: Int32Array[] = [];
  let left = count;
  for (const text of words) {
    if (left <= 0) break;
    taken.push(text.subarray(0, left));
    left -= text.length;
  }
  return taken;
}

/** N-grams do not reach from one text into the next. */
function countDistinctGrams(words: readonly Int32Array[]): [number, number, number] {
  const types = new Set<number>();
  const bigrams = createPairIds();
  const trigrams = createPairIds();
  const total = [0, 0, 0];
  for (const text of words) {
    for (let at = 0; at < text.length; at++) {
      types.add(text[at]!);
      total[0]!++;
      if (at + 1 >= text.length) continue;
      const bigram = bigrams.add(text[at]!, text[at + 1]!);
      total[1]!++;
      if (at + 2 >= text.length) continue;
      trigrams.add(bigram, text[at + 2]!);
      total[2]!++;
    }
  }
  const share = (different: number, all: number) => (all === 0 ? 0 : different / all);
  return [share(types.size, total[0]!), share(bigrams.size, total[1]!), share(trigrams.size, total[2]!)];
}

function growVocabulary(words: readonly Int32Array[], wordCount: number) {
  const seen = new Uint8Array(wordCount + 1);
  const growth: { words: number; types: number }[] = [];
  let count = 0;
  let types = 0;
  let next = FIRST_POINT;
  for (const text of words) {
    for (const word of text) {
      if (!seen[word]) types++;
      seen[word] = 1;
      if (++count !== next) continue;
      growth.push({ words: count, types });
      next *= 2;
    }
  }
  if (count > 0 && growth.at(-1)?.words !== count) growth.push({ words: count, types });
  return growth;
}

/** The slope of log types over log words. */
function fitHeaps(growth: Diversity["growth"]): number | undefined {
  if (growth.length < 3) return undefined;
  const x = growth.map(({ words }) => Math.log(words));
  const y = growth.map(({ types }) => Math.log(types));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return covariance / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}

/** Exact, by an inverted index. */
function meanNearest(grams: readonly Int32Array[], gramCount: number): number {
  if (grams.length < 2) return 0;
  const { starts, rows } = createPostings(grams, gramCount);
  const shared = new Int32Array(grams.length);
  let total = 0;
  for (const [row, list] of grams.entries()) {
    const touched: number[] = [];
    for (const gram of list) {
      for (let i = starts[gram]!; i < starts[gram + 1]!; i++) {
        const other = rows[i]!;
        if (other !== row && shared[other]!++ === 0) touched.push(other);
      }
    }
    let best = 0;
    for (const other of touched) {
      best = Math.max(best, shared[other]! / (list.length + grams[other]!.length - shared[other]!));
      shared[other] = 0;
    }
    total += best;
  }
  return total / grams.length;
}

/** All pairs: 2,000 vectors of width 384 are 1.5 * 10^9 multiplications, about 1.5 s. */
function meanNearestCosine(vectors: readonly Float32Array[]): number {
  if (vectors.length < 2) return 0;
  const best = new Float64Array(vectors.length).fill(-1);
  for (let i = 1; i < vectors.length; i++) {
    for (let j = 0; j < i; j++) {
      const [a, b] = [vectors[i]!, vectors[j]!];
      let product = 0;
      for (let k = 0; k < a.length; k++) product += a[k]! * b[k]!;
      best[i] = Math.max(best[i]!, product);
      best[j] = Math.max(best[j]!, product);
    }
  }
  return best.reduce((sum, value) => sum + value, 0) / vectors.length;
}
