/** @file Mentions named by their text -> where they stand in a sentence, with a count of how each was found. */
import type { Mention, Span } from "../task/example.ts";
import type { RejectionReason } from "../task/rejection.ts";
import { splitWords } from "../tokenize/words.ts";
import { type FoldedText, foldText } from "./fold-text.ts";

/** How a string was found. */
type AlignmentForm = "exact" | "recased" | "normalised";

/** A mention without offsets. */
export interface NamedString {
  readonly text: string;
  readonly label: string;
}

/** What was counted. exact + recased + normalised + surplus = strings; exact + recased + normalised + repeated = mentions. */
export interface AlignmentCounts {
  /** Strings that stand in the text as they were listed. */
  exact: number;
  /** In another case. */
  recased: number;
  /** With other white space, dashes, quotes or Unicode variants (NFKC), perhaps in another case too. */
  normalised: number;
  /** Further places of a listed string, marked as well. */
  repeated: number;
  /** Listed more often than it stands in the text: left out. */
  surplus: number;
}

/** A list that does not fit its text; `tag` is the label of the mention at fault. */
export interface RejectedAlignment {
  readonly rejected: Extract<
    RejectionReason,
    "mention-not-found" | "ambiguous-mention" | "nested-tags" | "crossed-tags" | "empty-mention"
  >;
  readonly tag: string;
}

export interface Aligned {
  /** In reading order, not overlapping. */
  readonly mentions: Mention[];
  readonly counts: AlignmentCounts;
}

/** Finds strings in one text. */
export interface StringFinder {
  /** Every place of a string, in reading order, in the closest form that is there at all; never inside a word. */
  find(string: string): { readonly form: AlignmentForm; readonly places: Span[] } | undefined;
}

/** "AS" is not "as" and "NF1" not "Nf1": short names without a small letter keep their case. */
const isAbbreviation = (string: string): boolean =>
  string.length <= 6 && /\p{Lu}/u.test(string) && !/\p{Ll}/u.test(string);

/** Prepares a text for searches. Only beginnings of words are tried, so a long word costs no more than a short one. */
export function createStringFinder(text: string): StringFinder {
  const words = splitWords(text);
  const ends = new Set(words.map(({ end }) => end));
  let folded: FoldedText | undefined;
  const findExact = (string: string): Span[] => {
    const places: Span[] = [];
    let done = 0;
    for (const { start } of words) {
      const end = start + string.length;
      if (start < done || !ends.has(end) || !text.startsWith(string, start)) continue;
      places.push({ start, end });
      done = end;
    }
    return places;
  };
  const findFolded = (string: string): Span[] => {
    folded ??= foldText(text);
    const needle = foldText(string).folded.trim();
    const places: Span[] = [];
    let done = 0;
    for (const { start } of words) {
      const from: number | undefined = folded.at.get(start);
      if (from === undefined || start < done || !folded.folded.startsWith(needle, from)) continue;
      const to = from + needle.length;
      const end = folded.ends[to - 1]!;
      // Not in the middle of what one character became: "f" of a ligature.
      if (folded.ends[to] === end || !ends.has(end)) continue;
      places.push({ start, end });
      done = end;
    }
    return places;
  };
  return {
    find(string) {
      const exact = findExact(string);
      if (exact.length > 0) return { form: "exact", places: exact };
      const abbreviation = isAbbreviation(string);
      const variants = findFolded(string).filter(
        ({ start, end }) => !abbreviation || isAbbreviation(text.slice(start, end).normalize("NFKC")),
      );
      const lower = string.toLowerCase();
      const recased = variants.filter(({ start, end }) => text.slice(start, end).toLowerCase() === lower);
      if (recased.length > 0) return { form: "recased", places: recased };
      return variants.length > 0 ? { form: "normalised", places: variants } : undefined;
    },
  };
}

/** Whether a string can be a mention at all. */
export const isNameable = (string: string): boolean => /[\p{L}\p{N}]/u.test(string);

interface Listed {
  readonly text: string;
  /** One each time that it is listed. */
  readonly labels: string[];
}

/** Each string once; the longest first, then in the order of the list. */
function groupStrings(strings: readonly NamedString[]): Listed[] {
  const groups = new Map<string, Listed>();
  for (const { text: written, label } of strings) {
    const text = written.trim();
    const group = groups.get(text);
    if (group === undefined) groups.set(text, { text, labels: [label] });
    else group.labels.push(label);
  }
  return [...groups.values()].sort((a, b) => b.text.length - a.text.length);
}

/**
 * Places mentions by their text. A string that stands in the text several times is marked at every place in its form,
 * however often it is listed: in 12,086 names of recorded sentences with inline marks, none was left unmarked beside its
 * own marked twin, while other cases of one ("As" beside "AS", "was" beside "WAS") were, all six. Longer strings are
 * placed first and shorter ones never inside them. One string with two labels is placed in the order of the list, where
 * it is listed as often as it stands in the text. A list with one string that cannot be placed is rejected whole: an
 * unmarked mention teaches the wrong thing.
 * @example alignStrings("Gout, or gouty arthritis", [{ text: "gout", label: "Disease" }]) // recased: 1, at 0-4
 */
export function alignStrings(text: string, strings: readonly NamedString[]): Aligned | RejectedAlignment {
  const finder = createStringFinder(text);
  const counts: AlignmentCounts = { exact: 0, recased: 0, normalised: 0, repeated: 0, surplus: 0 };
  const mentions: Mention[] = [];
  const takenBy = new Map<number, Mention>(); // by every UTF-16 unit of a mention
  for (const { text: string, labels } of groupStrings(strings)) {
    const label = labels[0]!;
    const times = labels.length;
    if (!isNameable(string)) return { rejected: "empty-mention", tag: label };
    const found = finder.find(string);
    if (found === undefined) return { rejected: "mention-not-found", tag: label };
    const { form, places } = found;
    const free = places.filter(({ start, end }) => {
      for (let unit = start; unit < end; unit++) if (takenBy.has(unit)) return false;
      return true;
    });
    if (free.length === 0) {
      const same = places.map(({ start, end }) => {
        const other = takenBy.get(start);
        return other?.start === start && other.end === end ? other : undefined;
      });
      const twin = same.find((other) => other !== undefined);
      if (twin === undefined) {
        const nested = places.some(({ start, end }) => takenBy.has(start) && takenBy.has(end - 1));
        return { rejected: nested ? "nested-tags" : "crossed-tags", tag: label };
      }
      if (labels.some((other) => other !== twin.label)) return { rejected: "ambiguous-mention", tag: label };
      counts.surplus += times; // "Gout" beside "gout", where one of them stands
      continue;
    }
    const oneLabel = labels.every((other) => other === label);
    if (!oneLabel && free.length !== times) return { rejected: "ambiguous-mention", tag: label };
    for (const [index, { start, end }] of free.entries()) {
      const mention = { start, end, label: oneLabel ? label : labels[index]! };
      mentions.push(mention);
      for (let unit = start; unit < end; unit++) takenBy.set(unit, mention);
    }
    counts[form] += Math.min(times, free.length);
    counts.repeated += Math.max(0, free.length - times);
    counts.surplus += Math.max(0, times - free.length);
  }
  mentions.sort((a, b) => a.start - b.start);
  return { mentions, counts };
}
