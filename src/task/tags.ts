/** @file Mentions <-> BIO tags over words, and scores of tags -> the best legal tags and their mentions. */
import { countBefore } from "../util/count-before.ts";
import { InputError } from "../util/errors.ts";
import type { Mention, ScoredMention, Span } from "./example.ts";

/** `O` is 0; label `i` begins with `B-` at 1 + 2i and goes on with `I-` at 2 + 2i. */
export function tagNames(labels: readonly string[]): string[] {
  return ["O", ...labels.flatMap((label) => [`B-${label}`, `I-${label}`])];
}

/** Tags of the words, and what could not be said with them. */
export interface Tagging {
  /** One tag id a word, see {@link tagNames}. */
  readonly tags: Int32Array;
  /** Mentions that cut a word and were widened to its borders. */
  readonly widened: number;
  /** Mentions that hold no word or would overlap another once on word borders. */
  readonly dropped: number;
}

/**
 * Mentions on word borders are placed first, in the order given; then those that cut a word are widened to its
 * borders. A mention whose words are taken is dropped. Both are counted. `words` are in order and disjoint.
 * @throws InputError when a mention's label is not among `labels`.
 */
export function toTags(
  words: readonly Span[],
  mentions: readonly Mention[],
  labels: readonly string[],
): Tagging {
  const tags = new Int32Array(words.length);
  let widened = 0;
  let dropped = 0;
  const place = (first: number, last: number, label: number): boolean => {
    if (first > last || tags.subarray(first, last + 1).some((tag) => tag !== 0)) return false;
    tags.fill(2 + 2 * label, first, last + 1);
    tags[first] = 1 + 2 * label;
    return true;
  };
  const cutting: { first: number; last: number; label: number }[] = [];
  for (const mention of mentions) {
    const label = labels.indexOf(mention.label);
    if (label < 0) {
      throw new InputError(
        "label-unknown",
        `Unknown label "${mention.label}". Labels: ${labels.join(", ")}.`,
      );
    }
    const first = countBefore(words, (word) => word.end <= mention.start);
    const last = countBefore(words, (word) => word.start < mention.end) - 1;
    if (words[first]?.start === mention.start && words[last]?.end === mention.end) {
      if (!place(first, last, label)) dropped++;
    } else cutting.push({ first, last, label });
  }
  for (const { first, last, label } of cutting) {
    if (place(first, last, label)) widened++;
    else dropped++;
  }
  return { tags, widened, dropped };
}

/**
 * The inverse of {@link toTags} for mentions on word borders. An `I-X` that follows neither `B-X` nor `I-X` begins a
 * mention (as conlleval reads it), so any sequence of tags has a reading.
 */
export function fromTags(
  words: readonly Span[],
  tags: ArrayLike<number>,
  labels: readonly string[],
): Mention[] {
  return readRuns(tags).map(({ first, last, label }) => ({
    start: words[first]!.start,
    end: words[last]!.end,
    label: labels[label]!,
  }));
}

function readRuns(tags: ArrayLike<number>): { first: number; last: number; label: number }[] {
  const runs: { first: number; last: number; label: number }[] = [];
  for (let word = 0; word < tags.length; word++) {
    const tag = tags[word]!;
    if (tag === 0) continue;
    const label = (tag - 1) >> 1;
    const isInside = tag % 2 === 0 && word > 0 && (tags[word - 1] === tag || tags[word - 1] === tag - 1);
    if (isInside) runs.at(-1)!.last = word;
    else runs.push({ first: word, last: word, label });
  }
  return runs;
}

/** Stands for minus infinity: sums of it stay finite and comparable, so no input leads to NaN. */
const lowest = -1e30;

function finite(score: number): number {
  return Number.isNaN(score) ? lowest : Math.max(lowest, Math.min(-lowest, score));
}

/**
 * The legal tags with the highest sum of scores (Viterbi, linear in words and tags): `I-X` only after `B-X` or `I-X`.
 * Nor does a mention go on at a word of `breaks`. Of equal sums the one found first in the order of {@link tagNames} wins, from the last word back.
 * @param scores logits or log-probabilities, row by row // [words, tags]
 */
export function decodeBio(
  scores: Float32Array,
  labels: readonly string[],
  breaks: ReadonlySet<number> = new Set(),
): Int32Array {
  const width = 1 + 2 * labels.length;
  const length = scores.length / width;
  const from = new Int32Array(scores.length); // the tag of the word before on the best way here
  let best = new Float64Array(width).fill(lowest);
  best[0] = 0; // before the first word stands an O
  let next = new Float64Array(width);
  for (let word = 0; word < length; word++) {
    const row = word * width;
    const any = indexOfMax(best);
    for (let tag = 0; tag < width; tag++) {
      let source = any;
      if (tag > 0 && tag % 2 === 0) source = best[tag - 1]! >= best[tag]! ? tag - 1 : tag;
      const isIllegal = (word === 0 || breaks.has(word)) && tag > 0 && tag % 2 === 0;
      from[row + tag] = source;
      next[tag] = isIllegal ? Number.NEGATIVE_INFINITY : best[source]! + finite(scores[row + tag]!);
    }
    [best, next] = [next, best];
  }
  const tags = new Int32Array(length);
  let tag = indexOfMax(best);
  for (let word = length - 1; word >= 0; word--) {
    tags[word] = tag;
    tag = from[word * width + tag]!;
  }
  return tags;
}

function indexOfMax(values: Float64Array): number {
  let index = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[index]!) index = i;
  return index;
}

/**
 * Mentions of the best legal tags. A mention is as sure as its least sure word: `score` is the lowest probability
 * (softmax over the row) that one of its words has the tag it was given. Not calibrated.
 * @param breaks words that begin a paragraph: no mention reaches over its border
 * @param scores logits or log-probabilities, row by row // [words, tags]
 */
export function decodeMentions(
  words: readonly Span[],
  scores: Float32Array,
  labels: readonly string[],
  breaks?: ReadonlySet<number>,
): ScoredMention[] {
  const width = 1 + 2 * labels.length;
  const tags = decodeBio(scores, labels, breaks);
  return readRuns(tags).map(({ first, last, label }) => {
    let score = 1;
    for (let word = first; word <= last; word++) {
      const row = scores.subarray(word * width, (word + 1) * width);
      score = Math.min(score, probability(row, tags[word]!));
    }
    return { start: words[first]!.start, end: words[last]!.end, label: labels[label]!, score };
  });
}

function probability(row: Float32Array, tag: number): number {
  const highest = row.reduce((max, score) => Math.max(max, finite(score)), lowest);
  const total = row.reduce((sum, score) => sum + Math.exp(finite(score) - highest), 0);
  return Math.exp(finite(row[tag]!) - highest) / total;
}
