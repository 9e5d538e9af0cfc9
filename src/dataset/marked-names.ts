/** @file Marked examples -> names that are marked nearly everywhere, and the places where one of them is not. */
import type { Mention, Span } from "../task/example.ts";
import { splitWords } from "../tokenize/words.ts";
import type { CorpusItem, CorpusKind } from "./corpus-item.ts";

/** A name counts only where it is marked at least so often, in at least this share of its occurrences. */
const MIN_MARKED = 2;
const MIN_SHARE = 0.8;
/** Names up to this length, and those without a lower-case letter, are told apart by case: "CAT" is no "cat". UTF-16 units. */
const MAX_CASED_LENGTH = 4;

/** A name of the corpus. Synthetic text: it may be kept in a report, not logged. */
export interface MarkedName {
  /** As it was first marked. */
  readonly text: string;
  /** Its most frequent label. */
  readonly label: string;
  readonly marked: number;
  readonly unmarked: number;
}

/** An example in which names stand unmarked. */
interface UnmarkedPlaces {
  /** Index of the example. */
  readonly row: number;
  /** In reading order; they overlap neither each other nor a mention. */
  readonly mentions: readonly Mention[];
}

export interface UnmarkedNames {
  /** With at least one unmarked place, the most places first. */
  readonly names: readonly MarkedName[];
  readonly places: readonly UnmarkedPlaces[];
}

interface NameTally {
  readonly text: string;
  readonly labels: Map<string, number>;
  marked: number;
  unmarked: number;
}

/** Whether case tells two names apart. */
const isCased = (name: string): boolean => name.length <= MAX_CASED_LENGTH || !/\p{Ll}/u.test(name);

/** Cased names keep their case; others are found in any. The mark keeps both kinds apart. */
const keyOf = (name: string) => (isCased(name) ? name : `\n${name.toLowerCase()}`);

/**
 * An occurrence lies on word borders, touches no mention, and is not joined to another word by a hyphen ("cancer-free").
 * Where two names overlap the longer counts.
 */
export function findUnmarkedNames<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
): UnmarkedNames {
  const { tallies, lengths } = tallyMarked(items, kind);
  const found: { row: number; span: Span; tally: NameTally }[] = [];
  for (const [row, item] of items.entries()) {
    for (const place of findPlaces(item.text, kind.mentions(item), tallies, lengths)) {
      place.tally.unmarked++;
      found.push({ row, ...place });
    }
  }
  const trusted = (tally: NameTally) =>
    tally.marked >= MIN_MARKED && tally.marked >= MIN_SHARE * (tally.marked + tally.unmarked);
  const places = new Map<number, Mention[]>();
  for (const { row, span, tally } of found) {
    if (!trusted(tally)) continue;
    const mention = { ...span, label: mainLabel(tally) };
    const known = places.get(row);
    if (known) known.push(mention);
    else places.set(row, [mention]);
  }
  const names = [...tallies.values()]
    .filter((tally) => tally.unmarked > 0 && trusted(tally))
    .map((tally) => ({
      text: tally.text,
      label: mainLabel(tally),
      marked: tally.marked,
      unmarked: tally.unmarked,
    }))
    .sort((a, b) => b.unmarked - a.unmarked || b.marked - a.marked || (a.text < b.text ? -1 : 1));
  return { names, places: [...places].map(([row, mentions]) => ({ row, mentions })) };
}

/** Names by key, and by the first word of a name (lower case) the lengths in words that such names have, longest first. */
function tallyMarked<T extends CorpusItem>(items: readonly T[], kind: CorpusKind<T>) {
  const tallies = new Map<string, NameTally>();
  const lengths = new Map<string, number[]>();
  for (const item of items) {
    for (const { start, end, label } of kind.mentions(item)) {
      const name = item.text.slice(start, end);
      const key = keyOf(name);
      let tally = tallies.get(key);
      if (tally === undefined) {
        tallies.set(key, (tally = { text: name, labels: new Map(), marked: 0, unmarked: 0 }));
        noteLength(lengths, name);
      }
      tally.marked++;
      tally.labels.set(label, (tally.labels.get(label) ?? 0) + 1);
    }
  }
  return { tallies, lengths };
}

function noteLength(lengths: Map<string, number[]>, name: string): void {
  const words = splitWords(name);
  if (words.length === 0) return;
  const first = name.slice(words[0]!.start, words[0]!.end).toLowerCase();
  const known = lengths.get(first) ?? [];
  if (known.includes(words.length)) return;
  known.push(words.length);
  lengths.set(
    first,
    known.sort((a, b) => b - a),
  );
}

function* findPlaces(
  text: string,
  mentions: readonly Mention[],
  tallies: ReadonlyMap<string, NameTally>,
  lengths: ReadonlyMap<string, readonly number[]>,
): Generator<{ span: Span; tally: NameTally }> {
  const words = splitWords(text);
  let done = 0; // end of the last occurrence
  for (const [index, { start, end: firstEnd }] of words.entries()) {
    if (start < done) continue;
    for (const length of lengths.get(text.slice(start, firstEnd).toLowerCase()) ?? []) {
      const last = words[index + length - 1];
      if (last === undefined || isJoined(text, start, last.end)) continue;
      const name = text.slice(start, last.end);
      const tally = tallies.get(isCased(name) ? name : `\n${name.toLowerCase()}`);
      if (tally === undefined) continue;
      if (mentions.some((mention) => mention.start < last.end && start < mention.end)) continue;
      done = last.end;
      yield { span: { start, end: last.end }, tally };
      break;
    }
  }
}

/** Whether a hyphen ties the place to a word before or after it. */
function isJoined(text: string, start: number, end: number): boolean {
  return (
    /[\p{L}\p{N}][-\u2010\u2011]$/u.test(text.slice(Math.max(0, start - 3), start)) ||
    /^[-\u2010\u2011][\p{L}\p{N}]/u.test(text.slice(end, end + 3))
  );
}

function mainLabel({ labels }: NameTally): string {
  return [...labels].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
}
