/** @file Text -> sentences, by rules that rather join two sentences than cut one. */
import type { Span } from "../util/span.ts";
import { characterKind, widthOf } from "./characters.ts";
import { type Block, breakEndsSentence, readBlock } from "./line-breaks.ts";
import { followsCapitals, inlineHeadingLength } from "./section-headings.ts";
import { isAbbreviation } from "./sentence-abbreviations.ts";

const closers = new Set(`"')]}”’»`);
const openers = new Set(`"'([{“‘«`);
const terminators = new Set(".!?…");
const wideTerminators = new Set("。！？｡");
/** `2. Lasix`, but not `2. 5`. */
const numberedItem = /^\d{1,2}[.)]\s\p{Lu}\p{L}/u;
/**
 * Sentences in order, disjoint, without the white space around them; together they hold every word, and none cuts
 * one. A sentence ends
 * - after `.`, `!`, `?` or `…` (and closing quotes or brackets), white space, and then a capital, a digit, a letter
 *   without case or a word as `mRNA`; not after an abbreviation, an initial (`J. Smith`), the number of a list item
 *   (`1. `) or one number before another (`EC 1. 1. 1. 49`); see `sentence-abbreviations.ts`;
 * - after a full stop without white space, between a word and a capitalised one (`stable.Patient denies`);
 * - before a known heading in capitals (`RESULTS: `), and a numbered item after a full stop (`q.d. 2. Lasix`);
 * - after `。`, `！` or `？`;
 * - at a blank line, a form feed or a paragraph separator, always;
 * - at a single line break when the line ends with terminal punctuation, or `line-breaks.ts` finds that it is more than
 *   a soft wrap: headings, lists, fields, tables, notes with a fact a line.
 */
export function splitSentences(text: string): Span[] {
  const sentences: Span[] = [];
  let sentenceStart = -1;
  let visibleEnd = 0;
  let lineStart = 0;
  let itemStart = -1;
  let block: Block | undefined;
  const blockAt = (position: number): Block => {
    if (block === undefined || position >= block.end) block = readBlock(text, position);
    return block;
  };
  const close = () => {
    if (sentenceStart >= 0) sentences.push({ start: sentenceStart, end: visibleEnd });
    sentenceStart = -1;
  };
  for (let position = 0; position < text.length; ) {
    const gap = readGap(text, position);
    if (gap.end > position) {
      const breaks = gap.hasSeparator ? countLineBreaks(text, position, gap.end) : 0;
      if (gap.hasSeparator && sentenceStart >= 0) {
        // The number of an item that was cut off from an abbreviation is the first of its line, so to say.
        const from = itemStart === sentenceStart ? itemStart : lineStart;
        const isItem = breaks === 0 && followsAsItem(text, position, gap.end);
        if (isItem) itemStart = gap.end;
        if (breaks > 1 || isItem || endsAtMark(text, from, position, gap.end, breaks)) close();
        else if (breaks === 1 && breakEndsSentence(text, lineStart, position, gap.end, blockAt(lineStart)))
          close();
      }
      if (breaks > 0) lineStart = gap.end;
      position = gap.end;
      continue;
    }
    if (sentenceStart < 0) sentenceStart = position;
    const isWide = wideTerminators.has(text[position]!);
    const isGlued = isGluedEnd(text, sentenceStart, position);
    position += widthOf(text.codePointAt(position)!);
    if (isWide) while (closers.has(text[position]!) || wideTerminators.has(text[position]!)) position++;
    visibleEnd = position;
    if (isGlued || (isWide && !isMark(text, position))) close();
  }
  close();
  return sentences;
}

/** @param from nothing before it is looked at */
function endsAtMark(text: string, from: number, end: number, next: number, breaks: number): boolean {
  let last = end - 1;
  while (last > from && end - last < 5 && closers.has(text[last]!)) last--;
  const isHeaded = breaks === 0 && inlineHeadingLength(text, next) > 0 && !followsCapitals(text, from, next);
  if (isHeaded) return true;
  if (!terminators.has(text[last]!) || isAbbreviation(text, from, last, next)) return false;
  return breaks > 0 || beginsSentence(text, next);
}

/** `q.d. 2. Lasix`: a numbered item after an abbreviation; in other places a number is a sentence as any. */
function followsAsItem(text: string, end: number, next: number): boolean {
  return (
    /(?:^|\s)(?:\p{L}\.){2,}$/u.test(text.slice(Math.max(0, end - 10), end)) &&
    numberedItem.test(text.slice(next, next + 8))
  );
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

function beginsSentence(text: string, from: number): boolean {
  let position = from;
  while (position - from < 3 && openers.has(text[position]!)) position++;
  const head = text.slice(position, position + 8);
  // A capital, a digit, a letter without case, or a name as `mRNA`, `wt-VHL` and `alpha-TC`.
  return /^(?:[\p{Lu}\p{Lt}\p{Lo}\p{Nd}]|\p{Ll}{1,5}-?\p{Lu})/u.test(head);
}

/** `stable.Patient`: the full stop after a word, before a capitalised one. Addresses (`a@b.Com`) and names of files have none. */
function isGluedEnd(text: string, sentenceStart: number, stop: number): boolean {
  if (!terminators.has(text[stop]!)) return false;
  if (!/^\p{Lu}\p{Ll}+(?:[\s,;:]|$)/u.test(text.slice(stop + 1, stop + 24))) return false;
  const before = text.slice(Math.max(sentenceStart, stop - 40), stop);
  return (
    /(?:^|[\s(])[\p{L}-]*(?:\p{Ll}{3}|\p{L}\))$/u.test(before) &&
    !isAbbreviation(text, sentenceStart, stop, stop + 1)
  );
}
