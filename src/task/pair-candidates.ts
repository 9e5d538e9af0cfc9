/** @file A document's sentences and mentions -> the pairs that may be related, each with the text it is judged in. */
import { countBefore } from "../util/count-before.ts";
import type { Mention, Span } from "./example.ts";
import type { MarkedPair } from "./relation-example.ts";

/** Which pairs are looked at. */
export interface PairOptions {
  /** Label of the first argument. */
  readonly head: string;
  /** Label of the second argument; where it is `head`, each two mentions are one pair, in reading order. */
  readonly tail: string;
  /** How many sentences the two may be apart. Default: 0, the same sentence. */
  readonly window?: number;
  /** Pairs of a document that are kept at most: those whose mentions are nearest. Default: 2,000. */
  readonly maxPairs?: number;
}

/** A document as pairs are sought in it. */
export interface PairSource {
  readonly text: string;
  /** In any order; they may overlap. */
  readonly mentions: readonly Mention[];
  /** Of the text, in order. */
  readonly sentences: readonly Span[];
  /** Put before the text of every pair that does not reach into it, on a line of its own. Absent: nothing. */
  readonly title?: Span;
}

/** Two mentions of a document, by their place in its list, and the text from the first sentence of the two to the last. */
export interface CandidatePair extends MarkedPair {
  readonly headIndex: number;
  readonly tailIndex: number;
}

/** The pairs of a document, and those that are not looked at. */
export interface Candidates {
  /** By head, then by tail, in the order of `mentions`. */
  readonly pairs: readonly CandidatePair[];
  /** Left out over `maxPairs`. */
  readonly beyondCap: number;
  /** Left out because head and tail overlap: no two marks can be set. */
  readonly overlapping: number;
}

/** Pairs of a document that are judged unless another number is given. */
export const DEFAULT_MAX_PAIRS = 2000;

interface Place {
  readonly index: number;
  readonly mention: Mention;
  /** Numbers of the sentences that it begins and ends in: a sentence may have been cut within it. */
  readonly first: number;
  readonly last: number;
}

/** Every mention of the head's label with every one of the tail's, within the window. */
export function findCandidatePairs(source: PairSource, options: PairOptions): Candidates {
  const { head, tail, window = 0, maxPairs = DEFAULT_MAX_PAIRS } = options;
  const placesOf = (label: string) =>
    source.mentions.flatMap((mention, index) =>
      mention.label === label ? [placeOf(mention, index, source.sentences)] : [],
    );
  const [heads, tails] = [placesOf(head), placesOf(tail)];
  const byStart = [...tails].sort((a, b) => a.first - b.first);
  const reach = Math.max(0, ...tails.map(({ first, last }) => last - first)); // sentences that a tail is cut into
  let overlapping = 0;
  const found: { readonly head: Place; readonly tail: Place }[] = [];
  for (const one of heads) {
    const near: Place[] = [];
    for (
      let at = countBefore(byStart, ({ first }) => first < one.first - window - reach);
      at < byStart.length;
      at++
    ) {
      const other = byStart[at]!;
      if (other.first - one.last > window) break;
      if (one.first - other.last <= window) near.push(other);
    }
    for (const other of near.sort((a, b) => a.index - b.index)) {
      if (head === tail && !isBefore(one, other)) continue;
      if (distanceOf(one.mention, other.mention) < 0) overlapping++;
      else found.push({ head: one, tail: other });
    }
  }
  const kept = nearest(found, maxPairs);
  const texts = new Map<string, string>();
  const pairs = kept.map((pair) => toPair(pair.head, pair.tail, source, texts));
  return { pairs, beyondCap: found.length - kept.length, overlapping };
}

function isBefore(a: Place, b: Place): boolean {
  return a.mention.start < b.mention.start || (a.mention.start === b.mention.start && a.index < b.index);
}

function placeOf(mention: Mention, index: number, sentences: readonly Span[]): Place {
  const first = sentenceAt(sentences, mention.start);
  return { index, mention, first, last: Math.max(first, sentenceAt(sentences, mention.end - 1)) };
}

/** The sentence that holds a position, or the last one before it; 0 before the first. */
function sentenceAt(sentences: readonly Span[], position: number): number {
  return Math.max(0, countBefore(sentences, ({ start }) => start <= position) - 1);
}

/** UTF-16 units between two spans; below 0: they overlap. */
function distanceOf(a: Span, b: Span): number {
  return Math.max(a.start, b.start) - Math.min(a.end, b.end);
}

/** The pairs with the nearest mentions, in their old order; of those equally near at the border, the first. */
function nearest<T extends { readonly head: Place; readonly tail: Place }>(pairs: T[], count: number): T[] {
  if (pairs.length <= count) return pairs;
  const distances = Float64Array.from(pairs, ({ head, tail }) => distanceOf(head.mention, tail.mention));
  const border = Float64Array.from(distances).sort()[count]!;
  let room = count - distances.reduce((nearer, distance) => nearer + (distance < border ? 1 : 0), 0);
  return pairs.filter((_, i) => distances[i]! < border || (distances[i] === border && room-- > 0));
}

/** @param texts those made before: pairs of one stretch share one string, which is then hashed once */
function toPair(
  head: Place,
  tail: Place,
  { text, sentences, title }: PairSource,
  texts: Map<string, string>,
): CandidatePair {
  const [a, b] = [head.mention, tail.mention];
  const start = Math.min(sentences[Math.min(head.first, tail.first)]?.start ?? 0, a.start, b.start);
  const end = Math.max(sentences[Math.max(head.last, tail.last)]?.end ?? text.length, a.end, b.end);
  const before = title === undefined || start < title.end ? "" : `${text.slice(title.start, title.end)}\n`;
  const move = ({ start: from, end: to, label }: Mention): Mention => ({
    start: from - start + before.length,
    end: to - start + before.length,
    label,
  });
  const stretch = `${start} ${end}`;
  const judged = texts.get(stretch) ?? before + text.slice(start, end);
  texts.set(stretch, judged);
  return {
    text: judged,
    head: move(a),
    tail: move(b),
    headIndex: head.index,
    tailIndex: tail.index,
  };
}
