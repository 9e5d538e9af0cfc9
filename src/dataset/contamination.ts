/** @file A corpus and texts it must not repeat -> how much of them it repeats, as numbers and a checked statement. */
import { splitSentences } from "../tokenize/sentences.ts";
import { createGramTable, createPostings, type GramTable } from "./grams.ts";
import type { Reference } from "./read-reference.ts";
import { findSharedRuns } from "./shared-runs.ts";

/** N-grams of this length count as copied text (Brown et al. 2020, appendix C). */
const COPIED_WORDS = 13;
const MAX_PAIRS = 20;

/** What can be said of a corpus and a reference; every number is exact. */
export interface ContaminationStatement {
  readonly reference: string;
  readonly referenceTexts: number;
  readonly referenceWords: number;
  readonly examples: number;
  /** Words of the longest n-gram that any example has in common with the reference. */
  readonly longestSharedWords: number;
  /** Examples with an n-gram of 13 words or more in common with it. */
  readonly sharedFrom13: number;
  /** Highest Jaccard similarity of word 3-grams of an example and a sentence of the reference. */
  readonly nearest: number;
}

/** An example and the reference text it has most in common with. No text. */
interface SharedPair {
  readonly id: string;
  /** Index of the reference's text. */
  readonly text: number;
  readonly words: number;
}

/** An example and the sentence of the reference that is most like it. */
interface NearPair {
  readonly id: string;
  readonly text: number;
  readonly similarity: number;
}

export interface Contamination {
  readonly statement: ContaminationStatement;
  /** Examples by the words of their longest shared n-gram: `byLength[n]` have n. */
  readonly byLength: readonly number[];
  /** Mean over the examples of their nearest sentence's similarity. */
  readonly meanNearest: number;
  /** The longest first, at most 20. */
  readonly longest: readonly SharedPair[];
  /** The most similar first, at most 20. */
  readonly nearest: readonly NearPair[];
  /** Words of the longest shared n-gram of each example, in order: for whoever drops by it. */
  readonly sharedWords: Int32Array;
}

/**
 * Compares in lower case, by words, without punctuation. Time is linear in both but for sorting; memory is that of the
 * corpus's 3-grams and 4 to 24 bytes a word of the reference. To read the numbers, name a second reference of the same
 * kind that the model cannot have seen: what is shared with that one is chance.
 */
export function measureContamination(
  examples: readonly { readonly id: string; readonly text: string }[],
  reference: Reference,
): Contamination {
  const table = createGramTable();
  const texts = examples.map(({ text }) => table.addWords(text));
  const grams = texts.map((words) => table.addGrams(words));
  let referenceWords = 0;
  const counted = function* () {
    for (const text of reference.texts) {
      const words = table.findWords(text);
      referenceWords += words.length;
      yield words;
    }
  };
  const runs = findSharedRuns(table, texts, counted());
  const near = findNearest(table, grams, reference.texts);
  const byLength = new Array<number>(1 + runs.reduce((most, { words }) => Math.max(most, words), 0)).fill(0);
  for (const { words } of runs) byLength[words]!++;
  const longest = examples
    .map(({ id }, row) => ({ id, text: runs[row]!.reference, words: runs[row]!.words }))
    .filter(({ words }) => words > 0)
    .sort((a, b) => b.words - a.words);
  const nearest = examples
    .map(({ id }, row) => ({ id, text: near[row]!.text, similarity: near[row]!.similarity }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity);
  const total = near.reduce((sum, { similarity }) => sum + similarity, 0);
  return {
    statement: {
      reference: reference.name,
      referenceTexts: reference.texts.length,
      referenceWords,
      examples: examples.length,
      longestSharedWords: byLength.length - 1,
      sharedFrom13: runs.filter(({ words }) => words >= COPIED_WORDS).length,
      nearest: nearest[0]?.similarity ?? 0,
    },
    byLength,
    meanNearest: examples.length === 0 ? 0 : total / examples.length,
    longest: longest.slice(0, MAX_PAIRS),
    nearest: nearest.slice(0, MAX_PAIRS),
    sharedWords: Int32Array.from(runs, ({ words }) => words),
  };
}

/** The statement in words; `render` of a number is exact, not rounded up. */
export function renderStatement(statement: ContaminationStatement): string {
  const { reference, referenceTexts, referenceWords, examples } = statement;
  const { longestSharedWords, sharedFrom13, nearest } = statement;
  const copied =
    sharedFrom13 === 0
      ? `none of the ${examples} examples shares ${COPIED_WORDS} words in a row`
      : `${sharedFrom13} of the ${examples} examples share ${COPIED_WORDS} or more words in a row`;
  return (
    `Checked against "${reference}" (${referenceTexts} texts, ${referenceWords} words): ${copied} with it; ` +
    `the longest shared run is ${longestSharedWords} words, ` +
    `the most similar sentence has a Jaccard similarity of ${nearest.toFixed(3)} (word 3-grams).`
  );
}

/** By an inverted index of the corpus, so it is exact at every similarity (MinHash would miss the low ones). */
function findNearest(table: GramTable, grams: readonly Int32Array[], texts: readonly string[]) {
  const postings = createPostings(grams, table.gramCount);
  const best = grams.map(() => ({ similarity: 0, text: -1 }));
  const shared = new Int32Array(grams.length);
  for (const [index, text] of texts.entries()) {
    for (const { start, end } of splitSentences(text)) {
      const { known, total } = table.findGrams(table.findWords(text.slice(start, end)));
      const touched: number[] = [];
      for (const gram of known) {
        for (let i = postings.starts[gram]!; i < postings.starts[gram + 1]!; i++) {
          const row = postings.rows[i]!;
          if (shared[row]!++ === 0) touched.push(row);
        }
      }
      for (const row of touched) {
        const similarity = shared[row]! / (total + grams[row]!.length - shared[row]!);
        shared[row] = 0;
        if (similarity > best[row]!.similarity) best[row] = { similarity, text: index };
      }
    }
  }
  return best;
}
