/** @file Text -> sentences, by rules that rather join two sentences than cut one. */
import type { Span } from "../util/span.ts";
import { characterKind, widthOf } from "./characters.ts";

/** Never the end of a sentence, whatever follows. Lower case, without the last full stop. */
const abbreviations = new Set(
  "dr prof mr mrs ms st fig figs eq eqs ref refs tab suppl al ca cf vs viz approx sp spp subsp var".split(
    " ",
  ),
);
/** Not the end of a sentence when a digit follows: `no. 3`, but `The answer was no. The ...`. */
const numbered = new Set(
  "no nos p pp vol sec ch jan feb mar apr jun jul aug sep sept oct nov dec".split(" "),
);
const closers = new Set(`"')]}”’»`);
const openers = new Set(`"'([{“‘«`);
const terminators = new Set(".!?…");
const wideTerminators = new Set("。！？｡");
/** The longest token that is looked up as an abbreviation, in UTF-16 units. */
const maxTokenLength = 16;

const listItem = /^(?:[-*•·–—▪◦●] |\(?(?:\d{1,3}|[A-Za-z])[.)]\s)/;
const fieldName = /^\p{Lu}[^\n\r:.]{0,40}:(?:\s|$)/u;

/**
 * Sentences in order, disjoint, without the white space around them; together they hold every word, and none cuts
 * one. A sentence ends
 * - after `.`, `!`, `?` or `…` (and closing quotes or brackets), white space, and then a capital, a digit or a letter
 *   without case; not after an abbreviation, an initial (`J. Smith`, `U.S.`), the number of a list item (`1. `) or one
 *   number before another (`EC 1. 1. 1. 49`);
 * - after `。`, `！` or `？`;
 * - at a blank line, a form feed or a paragraph separator, always;
 * - at a single line break when the line ends with terminal punctuation or `:`, is all capitals (a heading), or the
 *   next line begins like a list item (`- `, `2) `) or a field (`Allergies: `). Other line breaks are soft wraps.
 */
export function splitSentences(text: string): Span[] {
  const sentences: Span[] = [];
  let sentenceStart = -1;
  let visibleEnd = 0;
  let lineStart = 0;
  const close = () => {
    if (sentenceStart >= 0) sentences.push({ start: sentenceStart, end: visibleEnd });
    sentenceStart = -1;
  };
  for (let position = 0; position < text.length; ) {
    const gap = readGap(text, position);
    if (gap.end > position) {
      if (gap.hasSeparator) {
        const breaks = countLineBreaks(text, position, gap.end);
        if (sentenceStart >= 0 && endsSentence(text, lineStart, position, gap.end, breaks)) close();
        if (breaks > 0) lineStart = gap.end;
      }
      position = gap.end;
      continue;
    }
    if (sentenceStart < 0) sentenceStart = position;
    const isWide = wideTerminators.has(text[position]!);
    position += widthOf(text.codePointAt(position)!);
    if (isWide) while (closers.has(text[position]!) || wideTerminators.has(text[position]!)) position++;
    visibleEnd = position;
    if (isWide && !isMark(text, position)) close();
  }
  close();
  return sentences;
}

/** The separators and format characters at `from`; format characters alone end nothing. */
function readGap(text: string, from: number): { end: number; hasSeparator: boolean } {
  let end = from;
  let hasSeparator = false;
  while (end < text.length) {
    const codePoint = text.codePointAt(end)!;
    const kind = characterKind(codePoint);
    if (kind !== "separator" && kind !== "format") break;
    hasSeparator ||= kind === "separator";
    end += widthOf(codePoint);
  }
  return { end, hasSeparator };
}

function isMark(text: string, position: number): boolean {
  return position < text.length && characterKind(text.codePointAt(position)!) === "mark";
}

/** 2 or more is a paragraph break. */
function countLineBreaks(text: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) {
    const unit = text[i]!;
    if (unit === "\n" ? text[i - 1] !== "\r" || i === from : "\r\u0085\u2028\v".includes(unit)) count++;
    else if (unit === "\f" || unit === "\u2029") count += 2;
  }
  return count;
}

function endsSentence(text: string, lineStart: number, end: number, next: number, breaks: number): boolean {
  if (breaks > 1) return true;
  let last = end - 1;
  while (last > lineStart && end - last < 5 && closers.has(text[last]!)) last--;
  const isTerminal = terminators.has(text[last]!) && !isAbbreviation(text, lineStart, last, next);
  if (breaks === 0) return isTerminal && beginsSentence(text, next);
  const following = text.slice(next, next + 48);
  return (
    isTerminal ||
    text[last] === ":" ||
    isHeading(text, lineStart, end) ||
    listItem.test(following) ||
    fieldName.test(following)
  );
}

function beginsSentence(text: string, from: number): boolean {
  let position = from;
  while (position - from < 3 && openers.has(text[position]!)) position++;
  const codePoint = text.codePointAt(position);
  return codePoint !== undefined && /[\p{Lu}\p{Lt}\p{Lo}\p{Nd}]/u.test(String.fromCodePoint(codePoint));
}

function isAbbreviation(text: string, lineStart: number, stop: number, next: number): boolean {
  if (text[stop] !== "." || text[stop - 1] === ".") return false;
  let start = stop;
  while (start > lineStart && stop - start <= maxTokenLength && text[start - 1]!.trim() !== "") start--;
  if (stop - start > maxTokenLength) return false;
  const isFirst = start === lineStart;
  while (start < stop && openers.has(text[start]!)) start++;
  const token = text.slice(start, stop).toLowerCase();
  if (/^(?:\p{L}\.)*\p{L}$/u.test(token)) return true;
  if (isFirst && /^\d{1,3}$/.test(token)) return true;
  if (abbreviations.has(token)) return true;
  const isNumbered = numbered.has(token) || /^\d{1,3}(?:\.\d{1,3})*$/.test(token);
  return isNumbered && /\d/.test(text[next] ?? "");
}

function isHeading(text: string, lineStart: number, end: number): boolean {
  if (end - lineStart > 80) return false;
  const line = text.slice(lineStart, end);
  return /\p{Lu}{4}/u.test(line) && !/\p{Ll}/u.test(line);
}
