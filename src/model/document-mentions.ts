/** @file The mentions found in one text -> the same with what the rest of the text says of them: some carried over, some left out. */
import type { MentionSource, ScoredMention } from "../task/example.ts";
import type { DocumentMentions, DroppedMention } from "../task/predictor.ts";
import { findAbbreviations } from "../tokenize/abbreviations.ts";
import { splitWords } from "../tokenize/words.ts";
import type { Span } from "../util/span.ts";
import { findOccurrences, keyOf, type WordRange } from "./name-occurrences.ts";

export interface DocumentRules {
  /** Abbreviations that the text defines follow their long forms. Default true. */
  readonly abbreviations?: boolean;
  /** A name is marked in all places where it stands, or in none, as the most of them were. Default true. */
  readonly names?: boolean;
  /** Only a mention of at least this score is carried over. Default 0.95. */
  readonly minScore?: number;
}

/** A mention may begin this much before the long form (UTF-16 units), `familial` before `adenomatous polyposis coli`. */
const MAX_LEAD = 20;
/** Share of a name's places that must have been found: fewer, and it is left out; as many, and it is carried over. */
const MAJORITY = 0.5;

/**
 * - An abbreviation whose long form touches no mention anywhere is left out: `VPA`, where valproic acid is none.
 * - An abbreviation whose long form is a mention of at least `minScore` is one wherever it stands as written.
 * - A name that was found in less than half of its free places is left out; found in half or more of them, at least once with `minScore`, it is
 *   carried to the others. A place within another mention is not free.
 * Nothing that was found is replaced, and nothing overlaps. Linear in the length of the text.
 */
export function applyDocumentRules(
  text: string,
  found: readonly ScoredMention[],
  { abbreviations = true, names = true, minScore = 0.95 }: DocumentRules = {},
): DocumentMentions {
  if (found.length === 0) return { mentions: [], dropped: [] };
  const words = splitWords(text);
  const board = createBoard(text, words, found);
  if (abbreviations) followLongForms(text, words, board, minScore);
  if (names) followMajority(text, words, board, minScore);
  return board.result();
}

type Board = ReturnType<typeof createBoard>;

/** Which mention holds each word. */
function createBoard(text: string, words: readonly Span[], found: readonly ScoredMention[]) {
  const mentions = new Set<ScoredMention>();
  const dropped: DroppedMention[] = [];
  const owners = new Array<ScoredMention | undefined>(words.length);
  const starts = new Map(words.map(({ start }, index) => [start, index]));
  const claim = (mention: ScoredMention, from: number) => {
    mentions.add(mention);
    for (let word = from; word < words.length && words[word]!.start < mention.end; word++)
      owners[word] = mention;
  };
  let from = 0;
  for (const mention of found) {
    while (from < words.length && words[from]!.end <= mention.start) from++;
    claim(mention, from);
  }
  const spanOf = ({ first, last }: WordRange): Span => ({
    start: words[first]!.start,
    end: words[last]!.end,
  });
  return {
    mentions,
    nameOf: ({ start, end }: Span) => text.slice(start, end),
    isFree({ first, last }: WordRange): boolean {
      for (let word = first; word <= last; word++) if (owners[word] !== undefined) return false;
      return true;
    },
    /** The mention that holds the last word of a place. */
    endingIn: ({ last }: WordRange) => owners[last],
    /** The mention that is exactly this place. */
    at(range: WordRange): ScoredMention | undefined {
      const { start, end } = spanOf(range);
      const owner = owners[range.first];
      return owner?.start === start && owner.end === end ? owner : undefined;
    },
    spanOf,
    add(range: WordRange, { label, score }: ScoredMention, source: MentionSource) {
      claim({ ...spanOf(range), label, score, source }, range.first);
    },
    drop(mention: ScoredMention, reason: MentionSource) {
      if (!mentions.delete(mention)) return;
      dropped.push({ ...mention, reason });
      const first = starts.get(mention.start);
      if (first === undefined) return;
      for (let word = first; owners[word] === mention; word++) owners[word] = undefined;
    },
    result: (): DocumentMentions => ({
      mentions: [...mentions].sort(compare),
      dropped: dropped.sort(compare),
    }),
  };
}

function compare(a: Span, b: Span): number {
  return a.start - b.start || a.end - b.end;
}

function followLongForms(text: string, words: readonly Span[], board: Board, minScore: number): void {
  const distinct = new Map(
    findAbbreviations(text).map(({ short, long }) => {
      const [form, meaning] = [board.nameOf(short), board.nameOf(long)];
      return [JSON.stringify([form, keyOf(meaning)]), [form, meaning] as const];
    }),
  );
  const forms = [...distinct.values()];
  if (forms.length === 0) return;
  const places = findOccurrences(text, words, forms.flat(), splitWords);
  const meanings = new Map<string, { short: WordRange[]; long: WordRange[] }>();
  for (const [short, long] of forms) {
    const meaning = meanings.get(short) ?? { short: asWritten(text, words, places, short), long: [] };
    meanings.set(short, meaning);
    for (const place of places.get(keyOf(long)) ?? []) meaning.long.push(place);
  }
  for (const { short, long } of meanings.values()) {
    if (long.every((place) => board.isFree(place))) {
      for (const place of short) {
        const mention = board.at(place);
        if (mention !== undefined) board.drop(mention, "abbreviation");
      }
      continue;
    }
    const best = bestOf(long.flatMap((place) => mentionOf(board, place)));
    if (best === undefined || best.score < minScore) continue;
    for (const place of short) if (board.isFree(place)) board.add(place, best, "abbreviation");
  }
}

/** Places of an abbreviation in its own spelling: `Was` is no `WAS`, though `was` may be an abbreviation too. */
function asWritten(
  text: string,
  words: readonly Span[],
  places: ReadonlyMap<string, WordRange[]>,
  short: string,
): WordRange[] {
  const all = places.get(keyOf(short)) ?? [];
  return all.filter(({ first, last }) => text.slice(words[first]!.start, words[last]!.end) === short);
}

/** The mention that a long form is, or ends; one that was found there. */
function mentionOf(board: Board, place: WordRange): ScoredMention[] {
  const mention = board.endingIn(place);
  const { start, end } = board.spanOf(place);
  if (mention === undefined || mention.source !== undefined || mention.end !== end) return [];
  return mention.start <= start && start - mention.start <= MAX_LEAD ? [mention] : [];
}

function bestOf(mentions: readonly ScoredMention[]): ScoredMention | undefined {
  return mentions.reduce<ScoredMention | undefined>(
    (best, mention) => (best === undefined || mention.score > best.score ? mention : best),
    undefined,
  );
}

function followMajority(text: string, words: readonly Span[], board: Board, minScore: number): void {
  const groups = new Map<string, ScoredMention[]>();
  for (const mention of board.mentions) {
    const key = keyOf(board.nameOf(mention));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mention]);
    else group.push(mention);
  }
  const names = [...groups.values()].map(([mention]) => board.nameOf(mention!));
  const places = findOccurrences(text, words, names, splitWords);
  const free = (key: string) => (places.get(key) ?? []).filter((place) => board.isFree(place));
  const isMinority = (key: string, group: readonly ScoredMention[]) =>
    group.length < MAJORITY * (group.length + free(key).length);
  for (const [key, group] of groups) {
    const isFound = group.every(({ source }) => source === undefined);
    if (!isFound || !isMinority(key, group)) continue;
    for (const mention of group) board.drop(mention, "name");
    groups.delete(key);
  }
  // The longest first: a short name is not carried into a longer one.
  for (const [key, group] of [...groups].sort(([a], [b]) => b.length - a.length)) {
    const best = bestOf(group.filter(({ source }) => source === undefined));
    if (best === undefined || best.score < minScore) continue;
    for (const place of free(key)) if (board.isFree(place)) board.add(place, best, "name");
  }
}
