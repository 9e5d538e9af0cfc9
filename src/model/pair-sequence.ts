/** @file A text with two marked mentions -> one token sequence that shows them, and the places that a head reads. */
import type { MarkedPair } from "../task/relation-example.ts";
import type { PairMarkers, PairPooling } from "../task/relation-training.ts";
import type { SubwordTokenizer, WordPlace } from "../tokenize/subwords.ts";
import { splitWords } from "../tokenize/words.ts";
import { POOLED_PLACES } from "./relation-head.ts";
import { placeAfter, type TokenSequence } from "./sequence.ts";

/** How a model reads pairs: the same when it is trained and when it is used. */
export interface PairReading {
  readonly markers: PairMarkers;
  readonly pooling: PairPooling;
  /** False: two mentions of one label have no parts; then the first in the text takes the head's markers. */
  readonly directed: boolean;
  /** Tokens a sequence holds, those that begin and end it counted. */
  readonly maxTokens: number;
}

export interface EncodedPair {
  readonly sequence: TokenSequence;
  /** Whether the text did not fit, so that only what stands about the two mentions is shown. */
  readonly isCut: boolean;
}

/** What surrounds a mention, and what stands for it. */
interface Shown {
  readonly before: string;
  readonly name: string;
  readonly after: string;
}

const SIGNS = { head: { edge: "@", label: "*" }, tail: { edge: "#", label: "^" } } as const;
type Role = keyof typeof SIGNS;

const MARKERS: {
  readonly [K in PairMarkers]: (role: Role, label: string, name: string) => Shown;
} = {
  typed: (role, label, name) => {
    const { edge, label: sign } = SIGNS[role];
    return { before: `${edge} ${sign} ${label} ${sign}`, name, after: edge };
  },
  plain: (role, _, name) => ({ before: SIGNS[role].edge, name, after: SIGNS[role].edge }),
  masked: (_, label) => ({ before: "", name: label, after: "" }),
};

/** `GeneOrProtein` and `gene_or-protein` -> `gene or protein`: words that an encoder has seen. */
export function labelWords(label: string): string {
  const parted = label.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replace(/[-_]+/g, " ");
  return parted.trim().toLowerCase();
}

/** Ranges of words, half-open. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Always one sequence, however long the text; a label that is read from it belongs to the pair. */
export function encodePair(
  pair: MarkedPair,
  tokenizer: SubwordTokenizer,
  { markers, pooling, directed, maxTokens }: PairReading,
): EncodedPair {
  const { text, head, tail } = pair;
  const isHeadFirst = head.start < tail.start;
  const [first, second] = isHeadFirst ? [head, tail] : [tail, head];
  const hasParts = directed || head.label !== tail.label;
  const roles: readonly [Role, Role] = isHeadFirst || !hasParts ? ["head", "tail"] : ["tail", "head"];
  const words: (readonly number[])[] = [];
  const add = (part: string, place: WordPlace): Range => {
    const start = words.length;
    let last = 0;
    for (const word of splitWords(part)) {
      const gap = part.slice(last, word.start);
      const where =
        last === 0 ? (placeAfter(gap, true) === "afterSpace" ? "afterSpace" : place) : placeAfter(gap, false);
      words.push(tokenizer.encodeWord(part.slice(word.start, word.end), where));
      last = word.end;
    }
    return { start, end: words.length };
  };
  const addMention = (mention: MarkedPair["head"], role: Role): Range => {
    const shown = MARKERS[markers](role, labelWords(mention.label), text.slice(mention.start, mention.end));
    const parts = [shown.before, shown.name, shown.after].map((part) => add(part, "afterSpace"));
    return { start: parts[0]!.start, end: parts[2]!.end };
  };
  add(text.slice(0, first.start), "textStart");
  const left = addMention(first, roles[0]);
  add(text.slice(first.end, second.start), "afterSpace");
  const right = addMention(second, roles[1]);
  add(text.slice(second.end), "afterSpace");

  const { ranges, isCut } = chooseWords(words, left, right, maxTokens - 2);
  const ids = [tokenizer.clsId];
  const startOf = new Map<number, number>();
  for (const { start, end, limit } of ranges) {
    const room = ids.length + limit;
    for (let word = start; word < end; word++) {
      if (word === left.start || word === right.start) startOf.set(word, ids.length);
      ids.push(...words[word]!.slice(0, Math.max(0, room - ids.length)));
    }
  }
  ids.push(tokenizer.sepId);
  const places = [startOf.get(left.start)!, startOf.get(right.start)!] as const;
  const [headPlace, tailPlace] = roles[0] === "head" ? places : [places[1], places[0]];
  const firstTokens = POOLED_PLACES[pooling]({ head: headPlace, tail: tailPlace });
  return { sequence: { ids, ownStart: 0, ownEnd: 1, firstTokens }, isCut };
}

/** Words to show, and the tokens that they may take. */
interface ShownRange extends Range {
  readonly limit: number;
}

/**
 * All words where they fit; else the two mentions, what is between them and as much on both sides; where that is too long
 * too, half of the room about each mention.
 */
function chooseWords(
  words: readonly (readonly number[])[],
  left: Range,
  right: Range,
  room: number,
): { ranges: readonly ShownRange[]; isCut: boolean } {
  const before = new Float64Array(words.length + 1); // tokens before each word
  for (const [word, ids] of words.entries()) before[word + 1] = before[word]! + ids.length;
  const tokens = ({ start, end }: Range) => before[end]! - before[start]!;
  const all = { start: 0, end: words.length };
  if (tokens(all) <= room) return { ranges: [{ ...all, limit: room }], isCut: false };
  /** The side with less about it gets the next word, as long as one fits. */
  const grow = (core: Range, limit: number, { start: low, end: high }: Range): ShownRange => {
    let { start, end } = core;
    while (end > start + 1 && tokens({ start, end }) > limit) end--;
    for (;;) {
      const fitsLeft = start > low && tokens({ start: start - 1, end }) <= limit;
      const fitsRight = end < high && end >= core.end && tokens({ start, end: end + 1 }) <= limit;
      if (!fitsLeft && !fitsRight) return { start, end, limit };
      const isLeftShorter = before[core.start]! - before[start]! <= before[end]! - before[core.end]!;
      if (fitsLeft && (isLeftShorter || !fitsRight)) start--;
      else end++;
    }
  };
  const span = { start: left.start, end: right.end };
  if (tokens(span) <= room) return { ranges: [grow(span, room, all)], isCut: true };
  const half = Math.floor(room / 2);
  const about = [
    grow(left, half, { start: 0, end: right.start }),
    grow(right, room - half, { start: left.end, end: words.length }),
  ];
  return { ranges: about, isCut: true };
}
