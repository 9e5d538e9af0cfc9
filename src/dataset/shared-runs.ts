/** @file Texts of a corpus and of a reference -> the longest run of words that each has in common with it, exactly. */
import type { GramTable } from "./grams.ts";

/** The longest word n-gram of a text that stands in the reference. */
export interface SharedRun {
  /** 0: not even a word is shared. */
  readonly words: number;
  /** Index of a reference text that has it; -1 where there is none. */
  readonly reference: number;
}

/** Ends a reference text: no word has this number. */
const END = -0x80000000;

/**
 * Where a 3-gram of the corpus begins in the reference is noted while the reference is read; those places, sorted by the
 * words that follow (a sparse suffix array), are searched for each place of each text. 4 bytes a word of the reference
 * and 4 a place (with 16 more while they are sorted); sorting n places of a reference that repeats itself
 * takes n log n comparisons of up to `limit` words.
 * @param texts words of the corpus, all added to `table` with their 3-grams
 * @param references words of the reference, found in `table`
 */
export function findSharedRuns(
  table: GramTable,
  texts: readonly Int32Array[],
  references: Iterable<Int32Array>,
): SharedRun[] {
  const limit = texts.reduce((most, { length }) => Math.max(most, length), 0);
  const { words, ends, places, seen, short } = noteReference(table, references);
  const compare = (a: number, b: number) => {
    for (let i = 0; i < limit; i++) {
      const difference = words[a + i]! - words[b + i]!;
      if (difference !== 0) return difference;
      if (words[a + i]! < 0) break; // nothing beyond can be shared
    }
    return a - b;
  };
  const sorted = Int32Array.from(places).sort(compare);

  /** Words that the reference at a place has in common with a text at a place. */
  const common = (place: number, text: Int32Array, at: number) => {
    let length = 0;
    while (at + length < text.length && words[place + length] === text[at + length]) length++;
    return length;
  };
  const longestAt = (text: Int32Array, at: number): { length: number; place: number } => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const place = sorted[middle]!;
      const length = common(place, text, at);
      const isBefore = at + length < text.length && words[place + length]! < text[at + length]!;
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    // neighbours in the order of words share the most
    const around = [low - 1, low].filter((i) => i >= 0 && i < sorted.length).map((i) => sorted[i]!);
    return around.reduce(
      (best, place) => {
        const length = common(place, text, at);
        return length > best.length ? { length, place } : best;
      },
      { length: 0, place: -1 },
    );
  };

  return texts.map((text) => {
    let best = { length: 0, place: -1 };
    for (let at = 0; at + best.length < text.length; at++) {
      const gram = at + 2 < text.length ? table.findPrefix(text, at, 3) : -1;
      if (gram < 0 || !seen[gram]) continue;
      const found = longestAt(text, at);
      if (found.length > best.length) best = found;
    }
    if (best.length > 0) return { words: best.length, reference: indexOfText(ends, best.place) };
    return findShort(table, text, short);
  });
}

/** Which words and 2-grams of the corpus the reference has: number -> 1 + index of a text. */
interface ShortRuns {
  readonly words: Map<number, number>;
  readonly pairs: Map<number, number>;
}

function noteReference(table: GramTable, references: Iterable<Int32Array>) {
  let words = new Int32Array(1 << 12);
  let size = 0;
  const ends: number[] = [];
  const places: number[] = [];
  const seen = new Uint8Array(table.gramCount);
  const short: ShortRuns = { words: new Map(), pairs: new Map() };
  for (const text of references) {
    while (size + text.length + 1 > words.length) {
      const larger = new Int32Array(words.length * 2);
      larger.set(words);
      words = larger;
    }
    for (let at = 0; at < text.length; at++) {
      const word = text[at]!;
      words[size + at] = word;
      if (word < 0) continue;
      if (!short.words.has(word)) short.words.set(word, ends.length);
      const pair = at + 1 < text.length ? table.findPrefix(text, at, 2) : -1;
      if (pair < 0) continue;
      if (!short.pairs.has(pair)) short.pairs.set(pair, ends.length);
      const gram = at + 2 < text.length ? table.findPrefix(text, at, 3) : -1;
      if (gram < 0) continue;
      seen[gram] = 1;
      places.push(size + at);
    }
    size += text.length;
    words[size++] = END;
    ends.push(size);
  }
  return { words: words.subarray(0, size), ends, places, seen, short };
}

function findShort(table: GramTable, text: Int32Array, short: ShortRuns): SharedRun {
  let found: SharedRun = { words: 0, reference: -1 };
  for (let at = 0; at < text.length; at++) {
    const pair = at + 1 < text.length ? short.pairs.get(table.findPrefix(text, at, 2)) : undefined;
    if (pair !== undefined) return { words: 2, reference: pair };
    const word = short.words.get(text[at]!);
    if (word !== undefined && found.words === 0) found = { words: 1, reference: word };
  }
  return found;
}

/** The text whose words end after a place: the first of `ends` that is larger. */
function indexOfText(ends: readonly number[], place: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! > place) high = middle;
    else low = middle + 1;
  }
  return low;
}
