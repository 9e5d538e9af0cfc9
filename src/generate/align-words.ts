/** @file Two texts that should be the same -> the words that certainly stand for each other. */
import { splitWords } from "../tokenize/words.ts";
import type { Span } from "../util/span.ts";

/** Word for word, from the first text into the second. */
export interface AlignedWords {
  readonly from: readonly Span[];
  readonly to: readonly Span[];
  /** For each word of the first text, the number of its word in the second; -1 where there is none for certain. */
  readonly partner: Int32Array;
  /** Words in a longest common subsequence, by the words of the longer text; 1 for two texts without a word. */
  readonly likeness: number;
}

/** Cells of the tables: two texts of 2,000 words. Longer ones that differ are not aligned. */
const MAX_CELLS = 4_000_000;

/**
 * A longest common subsequence of words, which count as equal up to case, width (NFKC), the kind of dash or quotation
 * mark, and invisible characters. Often there are several; only a pair that stands in all of them is given, so "cancer"
 * of "cancer in cancer" is never placed by guess. O(n m) in time and memory, O(n) where all words are equal.
 */
export function alignWords(first: string, second: string): AlignedWords {
  const [from, to] = [splitWords(first), splitWords(second)];
  const a = from.map(({ start, end }) => wordKey(first.slice(start, end)));
  const b = to.map(({ start, end }) => wordKey(second.slice(start, end)));
  if (a.length === b.length && a.every((key, i) => key === b[i])) {
    return { from, to, partner: Int32Array.from(a, (_, i) => i), likeness: 1 };
  }
  const partner = new Int32Array(a.length).fill(-1);
  if ((a.length + 1) * (b.length + 1) > MAX_CELLS) return { from, to, partner, likeness: 0 };
  const common = pairCertain(a, b, partner);
  return { from, to, partner, likeness: common / Math.max(a.length, b.length) };
}

/** The form in which two words are the same. */
export function wordKey(word: string): string {
  return word
    .normalize("NFKC")
    .replace(/\p{Cf}/gu, "")
    .replace(/\p{Pd}|\u2212/gu, "-")
    .replace(/[‘’‚‛′`´]/g, "'")
    .replace(/[“”„‟″«»]/g, '"')
    .toLowerCase();
}

/**
 * Fills `partner` and gives the length L of a longest common subsequence. With `head[i][j]` that of the first i and j
 * words and `tail[i][j]` that of the rest, i and j are a pair of some longest one where
 * head[i][j] + 1 + tail[i+1][j+1] = L, and word i is in all of them unless head[i][j] + tail[i+1][j] = L for some j.
 */
function pairCertain(a: readonly string[], b: readonly string[], partner: Int32Array): number {
  const width = b.length + 1;
  const head = new Uint16Array((a.length + 1) * width); // [words of a + 1, words of b + 1]
  const tail = new Uint16Array((a.length + 1) * width);
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < b.length; j++) {
      const at = (i + 1) * width + j + 1;
      head[at] = a[i] === b[j] ? head[at - width - 1]! + 1 : Math.max(head[at - width]!, head[at - 1]!);
    }
  }
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      tail[at] = a[i] === b[j] ? tail[at + width + 1]! + 1 : Math.max(tail[at + width]!, tail[at + 1]!);
    }
  }
  const length = tail[0]!;
  for (let i = 0; i < a.length; i++) {
    let pairs = 0;
    let pair = -1;
    let spared = false;
    for (let j = 0; j <= b.length; j++) {
      const before = head[i * width + j]!;
      if (before + tail[(i + 1) * width + j]! === length) spared = true;
      if (j === b.length || a[i] !== b[j]) continue;
      if (before + 1 + tail[(i + 1) * width + j + 1]! !== length) continue;
      pairs++;
      pair = j;
    }
    if (pairs === 1 && !spared) partner[i] = pair;
  }
  return length;
}
