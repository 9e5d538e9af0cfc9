/** @file A text -> the abbreviations that it defines: `long form (SF)` and `SF (long form)`. Schwartz & Hearst 2003. */
import type { Span } from "../util/span.ts";

/** One place where a text defines an abbreviation. */
export interface AbbreviationDefinition {
  /** The abbreviation, without its brackets. */
  readonly short: Span;
  readonly long: Span;
}

/** Brackets hold at most this much, in UTF-16 units: no definition is longer. */
const MAX_INSIDE = 120;
/** Longest stretch that is searched for a long form: the most words are 15. */
const MAX_BEFORE = 200;

/**
 * Definitions in reading order of their brackets. An abbreviation has 2 to 10 characters, the first a letter or digit, one of them a letter, and
 * at most two words. Its characters must be found from right to left in at most min(n + 5, 2n) words before the bracket, the first
 * one at the beginning of a word (Schwartz & Hearst 2003, fig. 2). Where the bracket holds more than two words, it is
 * the long form, and the word before it the abbreviation. Only definitions whose long form is longer and does not hold the abbreviation
 * itself are given. Linear in the length of the text.
 * @example findAbbreviations("Huntington disease (HD) is rare") // short "HD", long "Huntington disease"
 */
export function findAbbreviations(text: string): AbbreviationDefinition[] {
  const found: AbbreviationDefinition[] = [];
  for (const { index } of text.matchAll(/[([]/g)) {
    const inside = readInside(text, index + 1);
    if (inside === undefined) continue;
    const before = readBefore(text, index);
    const first = firstPart(text, inside);
    const short = isShortForm(text.slice(first.start, first.end)) ? first : undefined;
    const definition =
      short === undefined ? defineBefore(text, before, inside) : defineInside(text, before, short);
    if (definition !== undefined) found.push(definition);
  }
  return found;
}

function readInside(text: string, start: number): Span | undefined {
  let depth = 1;
  for (let end = start; end < Math.min(text.length, start + MAX_INSIDE); end++) {
    const unit = text[end]!;
    if (unit === "(" || unit === "[") depth++;
    else if ((unit === ")" || unit === "]") && --depth === 0) return trim(text, { start, end });
  }
  return undefined;
}

/** What stands before a bracket, back to the end of the sentence before or another bracket's end. */
function readBefore(text: string, bracket: number): Span {
  const start = Math.max(0, bracket - MAX_BEFORE);
  const piece = text.slice(start, bracket);
  const borders = [". ", "; ", "\n\n"].map((border) => piece.lastIndexOf(border)).filter((at) => at >= 0);
  const cut = Math.max(0, ...borders.map((at) => at + 2));
  return trim(text, { start: start + cut, end: bracket });
}

/** `HD; MIM 143100` -> `HD`: an abbreviation may be followed by something else. */
function firstPart(text: string, { start, end }: Span): Span {
  const cut = text.slice(start, end).search(/[;,]|\s(?:or|also|i\.e\.)\s/);
  return trim(text, { start, end: cut < 0 ? end : start + cut });
}

function trim(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && /[\s"'“”‘’]/.test(text[from]!)) from++;
  while (to > from && /[\s"'“”‘’]/.test(text[to - 1]!)) to--;
  return { start: from, end: to };
}

function isShortForm(words: string): boolean {
  return (
    words.length >= 2 &&
    words.length <= 10 &&
    /^[\p{L}\p{N}]/u.test(words) &&
    /\p{L}/u.test(words) &&
    !/[()[\]=<>%]/.test(words) &&
    words.split(/\s+/).length <= 2
  );
}

function defineInside(text: string, before: Span, short: Span): AbbreviationDefinition | undefined {
  const form = text.slice(short.start, short.end);
  const most = Math.min(form.length + 5, form.length * 2);
  const words = [...text.slice(before.start, before.end).matchAll(/\S+/g)];
  const first = words.at(-Math.min(most, words.length));
  if (first === undefined) return undefined;
  return matchForm(text, short, { start: before.start + first.index, end: before.end });
}

/** `HD (Huntington disease)` */
function defineBefore(text: string, before: Span, inside: Span): AbbreviationDefinition | undefined {
  const word = /\S+$/.exec(text.slice(before.start, before.end))?.[0];
  if (word === undefined || !isShortForm(word) || !/\p{Lu}/u.test(word)) return undefined;
  const definition = matchForm(text, { start: before.end - word.length, end: before.end }, inside);
  // All of the bracket must be the long form.
  return definition?.long.start === inside.start ? definition : undefined;
}

function matchForm(text: string, short: Span, within: Span): AbbreviationDefinition | undefined {
  const form = text.slice(short.start, short.end).toLowerCase();
  const isWordStart = (at: number) => at === within.start || !/[\p{L}\p{N}]/u.test(text[at - 1]!);
  let at = within.end - 1;
  for (let i = form.length - 1; i >= 0; i--) {
    const character = form[i]!;
    if (!/[\p{L}\p{N}]/u.test(character)) continue;
    while (at >= within.start && !(text[at]!.toLowerCase() === character && (i > 0 || isWordStart(at)))) at--;
    if (at < within.start) return undefined;
    if (i > 0) at--;
  }
  let start = at;
  while (start > within.start && !/\s/.test(text[start - 1]!) && !isWordStart(start)) start--;
  const long = { start, end: within.end };
  const words = text.slice(long.start, long.end).toLowerCase();
  const isLonger = words.length > form.length && !words.split(/[\s,;()-]+/).includes(form);
  return isLonger ? { short, long } : undefined;
}
