/** @file Texts -> their words and word 3-grams as dense numbers, the same number for the same words: no hash decides equality. */
import { characterKind } from "../tokenize/characters.ts";
import { splitWords } from "../tokenize/words.ts";
import { createPairIds } from "./pair-ids.ts";

/** Words of an n-gram in everything that measures similarity. */
const GRAM_WORDS = 3;

/** Numbers of the words and 3-grams of some texts. */
export interface GramTable {
  readonly wordCount: number;
  readonly gramCount: number;
  /** Numbers of a text's words, those not seen before added. */
  addWords(text: string): Int32Array;
  /** The same; words that were not added are -1, -2, ... in the order in which the text has them. */
  findWords(text: string): Int32Array;
  /** Different 3-grams, ascending; a text of one or two words has one, filled up; a text of none has none. */
  addGrams(words: Int32Array): Int32Array;
  /** The same, without those that were not added, and how many different ones there are with them. */
  findGrams(words: Int32Array): { readonly known: Int32Array; readonly total: number };
  /** The number of the n-gram (n = 1, 2, 3) that begins at a word, or -1. */
  findPrefix(words: Int32Array, at: number, length: 1 | 2 | 3): number;
}

/** Stands after the words of a text that is too short for a 3-gram. */
const FILL = 0;

/**
 * Words of a text as similarity sees them: NFKC, lower case, runs of letters and digits; punctuation is no word, so
 * "IL-2" is two.
 */
export function comparedWords(text: string): string[] {
  const normal = text.normalize("NFKC").toLowerCase();
  const words: string[] = [];
  for (const { start, end } of splitWords(normal))
    if (characterKind(normal.codePointAt(start)!) !== "symbol") words.push(normal.slice(start, end));
  return words;
}

/** An empty table. */
export function createGramTable(): GramTable {
  const ids = new Map<string, number>();
  const bigrams = createPairIds();
  const trigrams = createPairIds();
  const wordAt = (words: Int32Array, at: number) => (at < words.length ? words[at]! : FILL);
  const gramStarts = (words: Int32Array) =>
    words.length === 0 ? 0 : Math.max(1, words.length - (GRAM_WORDS - 1));

  const findPrefix = (words: Int32Array, at: number, length: 1 | 2 | 3): number => {
    const a = wordAt(words, at);
    const b = wordAt(words, at + 1);
    const c = wordAt(words, at + 2);
    if (length === 1 || a < 0) return a;
    const bigram = b < 0 ? -1 : bigrams.find(a, b);
    if (length === 2 || bigram < 0) return bigram;
    return c < 0 ? -1 : trigrams.find(bigram, c);
  };
  return {
    get wordCount() {
      return ids.size;
    },
    get gramCount() {
      return trigrams.size;
    },
    addWords: (text) =>
      Int32Array.from(comparedWords(text), (word) => {
        const known = ids.get(word);
        if (known !== undefined) return known;
        ids.set(word, ids.size + 1); // 0 is FILL
        return ids.size;
      }),
    findWords(text) {
      const strange = new Map<string, number>();
      return Int32Array.from(comparedWords(text), (word) => {
        const known = ids.get(word) ?? strange.get(word);
        if (known !== undefined) return known;
        strange.set(word, -1 - strange.size);
        return -strange.size;
      });
    },
    addGrams(words) {
      const grams = new Int32Array(gramStarts(words));
      for (let at = 0; at < grams.length; at++)
        grams[at] = trigrams.add(bigrams.add(words[at]!, wordAt(words, at + 1)), wordAt(words, at + 2));
      if (words.length > 2) bigrams.add(words.at(-2)!, words.at(-1)!); // begins no 3-gram, but may be asked for
      return distinct(grams);
    },
    findGrams(words) {
      const starts = gramStarts(words);
      const known = new Int32Array(starts);
      let count = 0;
      let unknown = 0;
      for (let at = 0; at < starts; at++) {
        const gram = findPrefix(words, at, 3);
        if (gram >= 0) known[count++] = gram;
        else if (!cameBefore(words, at)) unknown++;
      }
      const grams = distinct(known.subarray(0, count));
      return { known: grams, total: grams.length + unknown };
    },
    findPrefix,
  };
}

/** Whether the 3-gram at a word also begins at an earlier one. */
function cameBefore(words: Int32Array, at: number): boolean {
  for (let i = words.indexOf(words[at]!); i < at; i = words.indexOf(words[at]!, i + 1))
    if (words[i + 1] === words[at + 1] && words[i + 2] === words[at + 2]) return true;
  return false;
}

/** Sorts in place and drops what comes twice. */
function distinct(numbers: Int32Array): Int32Array {
  numbers.sort();
  let size = 0;
  for (let i = 0; i < numbers.length; i++)
    if (i === 0 || numbers[i] !== numbers[i - 1]) numbers[size++] = numbers[i]!;
  return numbers.slice(0, size);
}

/** |A and B| / |A or B| of two ascending lists; 0 where both are empty. */
export function jaccard(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) shared++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  const union = a.length + b.length - shared;
  return union === 0 ? 0 : shared / union;
}

/** For each 3-gram the rows that have it: `rows[starts[gram] .. starts[gram + 1]]`. */
export function createPostings(grams: readonly Int32Array[], gramCount: number) {
  const starts = new Int32Array(gramCount + 1);
  for (const list of grams) for (const gram of list) starts[gram + 1]!++;
  for (let gram = 0; gram < gramCount; gram++) starts[gram + 1]! += starts[gram]!;
  const rows = new Int32Array(starts[gramCount]!);
  const filled = starts.slice(0, gramCount);
  for (const [row, list] of grams.entries()) for (const gram of list) rows[filled[gram]!++] = row;
  return { starts, rows };
}
