/** @file Words and sentences of a long document -> windows that fit an encoder, each word owned by one of them. */
import { InputError } from "../util/errors.ts";

/** A range of words to encode together, and the part of it that this window answers for. */
export interface Window {
  /** First word. */
  readonly start: number;
  /** One past the last word. */
  readonly end: number;
  /** First word it owns. */
  readonly ownStart: number;
  /** One past the last word it owns. */
  readonly ownEnd: number;
}

export interface WindowOptions {
  /** Tokens a window may hold, without the special tokens. */
  readonly maxTokens: number;
  /** Tokens that two neighbours may share at most; less than `maxTokens`. */
  readonly overlapTokens: number;
}

/**
 * Windows in order whose own ranges partition the words, in linear time. A window holds whole sentences where it can
 * and shares whole sentences with its neighbour; a sentence that does not fit is cut between words, and the pieces
 * share words. Within what two windows share, the middle (in tokens) parts what they own, moved to the nearest sentence
 * start where there is one: there both have the most context on both sides. A word of more than `maxTokens` stands
 * alone in its window, and the caller cuts its tokens. Decode over the document after collecting each word's scores
 * from its owner: a mention may cross a border inside a long sentence.
 * @param wordTokenCounts tokens of each word
 * @param sentenceStarts indices of the words that begin a sentence, rising; 0 may be left out
 * @throws InputError when the options leave no room.
 */
export function cutWindows(
  wordTokenCounts: readonly number[],
  sentenceStarts: readonly number[],
  { maxTokens, overlapTokens }: WindowOptions,
): Window[] {
  if (!(maxTokens >= 1 && overlapTokens >= 0 && overlapTokens < maxTokens)) {
    throw new InputError(
      "window-invalid",
      `Windows of ${maxTokens} tokens cannot share ${overlapTokens}: asked are at least 1 token and an overlap of 0 or more that is smaller.`,
    );
  }
  const count = wordTokenCounts.length;
  const before = new Float64Array(count + 1); // tokens before each word
  for (let word = 0; word < count; word++) before[word + 1] = before[word]! + wordTokenCounts[word]!;
  const borders = createBorders(count, sentenceStarts);
  return assignOwners(cutRanges(before, borders, maxTokens, overlapTokens), before, borders);
}

interface Range {
  start: number;
  end: number;
}

/** For each word (and the end): the last sentence start at or before it, and the first one at or after it. */
interface Borders {
  readonly atOrBefore: Int32Array;
  readonly atOrAfter: Int32Array;
}

function createBorders(count: number, sentenceStarts: readonly number[]): Borders {
  const isStart = new Uint8Array(count + 1);
  for (const start of [0, ...sentenceStarts, count]) isStart[start] = 1;
  const atOrBefore = new Int32Array(count + 1);
  const atOrAfter = new Int32Array(count + 1);
  for (let i = 1; i <= count; i++) atOrBefore[i] = isStart[i] ? i : atOrBefore[i - 1]!;
  for (let i = count; i >= 0; i--) atOrAfter[i] = isStart[i] ? i : atOrAfter[i + 1]!;
  return { atOrBefore, atOrAfter };
}

function cutRanges(
  before: Float64Array,
  borders: Borders,
  maxTokens: number,
  overlapTokens: number,
): Range[] {
  const count = before.length - 1;
  const tokens = (start: number, end: number) => before[end]! - before[start]!;
  const ranges: Range[] = [];
  let start = 0;
  let end = 0;
  while (end < count) {
    let fits = Math.max(end, start + 1);
    while (fits < count && tokens(start, fits + 1) <= maxTokens) fits++;
    const border = borders.atOrBefore[fits]!;
    end = border > Math.max(start, end) ? border : fits;
    ranges.push({ start, end });
    if (end === count) break;
    // The next window begins as early as the overlap allows and its next sentence (or word) still fits.
    const isBorder = borders.atOrBefore[end] === end;
    let goal = end + 1;
    if (isBorder) goal = borders.atOrAfter[end + 1]!;
    start++;
    while (start < end) {
      if (tokens(start, end) <= overlapTokens && tokens(start, goal) <= maxTokens) {
        if (!isBorder || borders.atOrBefore[start] === start) break;
      }
      start++;
    }
  }
  return ranges;
}

function assignOwners(ranges: readonly Range[], before: Float64Array, borders: Borders): Window[] {
  const windows: Window[] = [];
  let ownStart = 0;
  let middle = 0;
  for (const [index, { start, end }] of ranges.entries()) {
    const next = ranges[index + 1];
    let ownEnd = end;
    if (next !== undefined && next.start < end) {
      const half = (before[next.start]! + before[end]!) / 2;
      middle = Math.max(middle, next.start);
      while (middle < end && before[middle]! < half) middle++;
      ownEnd = nearestBorder(middle, next.start, end, borders, before);
    }
    if (ownEnd > ownStart) windows.push({ start, end, ownStart, ownEnd });
    ownStart = Math.max(ownStart, ownEnd);
  }
  return windows;
}

function nearestBorder(
  middle: number,
  low: number,
  high: number,
  borders: Borders,
  before: Float64Array,
): number {
  const left = borders.atOrBefore[middle]!;
  const right = borders.atOrAfter[middle]!;
  if (left < low) return right > high ? middle : right;
  if (right > high) return left;
  const half = (before[low]! + before[high]!) / 2;
  return half - before[left]! <= before[right]! - half ? left : right;
}
