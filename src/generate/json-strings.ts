/** @file The begin of a string in broken JSON -> its value and its end, where quotes inside it were not escaped. */

/** Where a string stands decides what may follow it. */
export type StringPlace = "key" | "member" | "element";

/** A string of the source: `[start, end)` with its quotes. */
export interface ScannedString {
  readonly value: string;
  readonly end: number;
  /** False: it has no end of its own, but that of the source, or the begin of another object. */
  readonly closed: boolean;
}

/** Opening quote -> closing quote. Back ticks and low quotes are no quotes of strings that models write. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "‘": "’" };
const SEARCH: Readonly<Record<string, RegExp>> = {
  '"': /\\[\s\S]|"/g,
  "'": /\\[\s\S]|'/g,
  "”": /\\[\s\S]|”/g,
  "’": /\\[\s\S]|’/g,
};

/** Whether a character opens a string. */
export const opensString = (character: string): boolean => Object.hasOwn(CLOSING, character);

const SPACE = /\s*/y;
const KEY = /(?:["'“‘][^"'”’\n]{0,40}["'”’]|\w{1,40})\s{0,40}:/y;
const VALUE = /["'“‘[{\]}\d.-]|true\b|false\b|null\b|True\b|False\b|None\b|$/y;
const MEMBER = /["'“‘}\]{/]|\w{1,40}\s{0,40}:|$/y;

/** Whether a sticky pattern matches at `at`. */
function matchesAt(pattern: RegExp, source: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(source);
}

function skipSpace(source: string, at: number): number {
  SPACE.lastIndex = at;
  SPACE.test(source);
  return SPACE.lastIndex;
}

/** Whether a key comes next, as after a value whose comma is missing. */
export const startsKey = (source: string, at: number): boolean =>
  matchesAt(KEY, source, skipSpace(source, at));

/**
 * Whether a quote that ends at `at` ends its string, by what follows: a colon after a key; the end of the container, or
 * a comma and what may come next, after a value. Missing commas are allowed where the next thing is plain. In valid JSON
 * this is true of every closing quote.
 */
function endsString(source: string, at: number, place: StringPlace): boolean {
  const next = skipSpace(source, at);
  const character = source[next];
  if (character === undefined) return true;
  if (place === "key") return character === ":";
  if (character === "}" || character === "]") return true;
  if (character === ",") {
    return matchesAt(place === "member" ? MEMBER : VALUE, source, skipSpace(source, next + 1));
  }
  if (character === "/") return source[next + 1] === "/" || source[next + 1] === "*";
  if (place === "member") return matchesAt(KEY, source, next);
  return opensString(character) && source.slice(at, next).includes("\n");
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", "\n": "\n" };

/** `\%` is a percent sign; `\alpha` keeps its backslash, which JSON would refuse. */
function decodeEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(
    /\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g,
    (whole, code: string | undefined, character: string) => {
      if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
      return ESCAPES[character] ?? (/[A-Za-z]/.test(character) ? whole : character);
    },
  );
}

/** Where `{` stands if a quote at `at` begins the first key of an object: the string before it was not closed. */
function findObjectBefore(source: string, at: number): number | undefined {
  let before = at - 1;
  while (before > at - 80 && /\s/.test(source[before] ?? "")) before--;
  return source[before] === "{" && matchesAt(KEY, source, at) ? before : undefined;
}

/**
 * Reads the string whose opening quote stands at `start`. A string with `{"key":` in it was not closed, and ends before
 * that. Linear: each quote looks no further than the next thing.
 */
export function scanString(source: string, start: number, place: StringPlace): ScannedString {
  const search = SEARCH[CLOSING[source[start]!]!]!;
  search.lastIndex = start + 1;
  for (let match = search.exec(source); match !== null; match = search.exec(source)) {
    const end = match.index + 1;
    if (match[0].length > 1) continue;
    if (!endsString(source, end, place)) {
      const object = findObjectBefore(source, match.index);
      if (object === undefined || object <= start) continue;
      return { value: decodeEscapes(source.slice(start + 1, object)), end: object, closed: false };
    }
    return { value: decodeEscapes(source.slice(start + 1, match.index)), end, closed: true };
  }
  return { value: decodeEscapes(source.slice(start + 1)), end: source.length, closed: false };
}
