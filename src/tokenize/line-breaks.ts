/** @file A line break and the block of lines it is in -> whether it ends a sentence, or only wraps it. */
import { sectionTypeOf } from "./section-headings.ts";

/** Lines without a blank one between them. */
export interface Block {
  /** One past its last character. */
  readonly end: number;
  /** Of its longest line, in UTF-16 units. */
  readonly width: number;
  readonly lines: number;
}

/** Scans the block that begins at `from`, each character once. */
export function readBlock(text: string, from: number): Block {
  let width = 0;
  let lines = 0;
  let lineStart = from;
  let lineEnd = from; // one past the last visible character
  for (let i = from; i <= text.length; i++) {
    const unit = text[i] ?? "\n";
    if (unit === "\r" && text[i + 1] === "\n") continue;
    if (!"\n\r\f\v\u0085\u2028\u2029".includes(unit)) {
      if (unit !== " " && unit !== "\t") lineEnd = i + 1;
      continue;
    }
    if (lineEnd <= lineStart) return { end: i, width, lines };
    lines++;
    width = Math.max(width, lineEnd - lineStart);
    lineStart = i + 1;
    lineEnd = lineStart;
  }
  return { end: text.length, width, lines };
}

const listItem =
  /^(?:[-+*•·–—▪◦●>|] ?(?=\S)|o (?=\p{Lu})|#\s?\d|\(?(?:\d{1,3}|[A-Za-z])[.)]\s|\d{1,2}[.)](?=\p{Lu})|\d{1,2}:\d{2}\b|\d{1,4}[/-]\d{1,2}[/-]\d{1,4}\b)/u;
const fieldName = /^\p{Lu}[^\n\r:.]{0,40}:(?:\s|$)/u;
/** A line that ends so goes on. */
const goesOn =
  /(?:[,(/–-]|(?:^|\s)(?:an?|the|of|and|or|nor|with|without|to|in|on|at|for|from|by|as|than|no|not|is|was|are|were|has|had|have|that|which|type|stage|grade|class|h\/o|s\/p|w\/o|w\/|c\/o|d\/t|r\/o|dr\.|mr\.|mrs\.))$/i;
/** Narrower blocks are no wrapped prose. */
const NARROW = 40;

/**
 * Whether one line break ends a sentence where the line has no full stop: before a list item, a time, a date or a field;
 * after a heading; between the rows of a table; and where the writer broke the line although the next word had room. The
 * last one asks more (much room) before a small letter, and is never taken after a comma or a word that goes on (`of`).
 * @param lineStart of the line before the break, [lineStart, lineEnd)
 * @param next where the next line begins
 */
export function breakEndsSentence(
  text: string,
  lineStart: number,
  lineEnd: number,
  next: number,
  block: Block,
): boolean {
  const tail = text.slice(Math.max(lineStart, lineEnd - 24), lineEnd);
  if (tail.endsWith(":") || isHeading(text, lineStart, lineEnd)) return true;
  const following = text.slice(next, next + 48);
  if (fieldName.test(following)) return true;
  const isOpen = goesOn.test(tail);
  if (listItem.test(following)) return !isOpen || !/^\d/.test(following);
  if (isOpen || tail.endsWith(".")) return false;
  if (isRow(text, lineStart, lineEnd) || /^[^\n\r]{1,46}\t/.test(following)) return true;
  const length = lineEnd - lineStart;
  const needed = length + 1 + (/^\S+/.exec(following)?.[0].length ?? 0);
  const isNarrow = block.width < NARROW;
  if (/^[\p{Lu}\p{Nd}]/u.test(following)) return isNarrow || needed <= block.width;
  return isNarrow ? block.lines >= 3 : needed <= 0.6 * block.width;
}

/** Columns, parted by tabs or wide gaps. */
function isRow(text: string, start: number, end: number): boolean {
  return end - start <= 400 && /\t|\S {3,}\S/.test(text.slice(start, end));
}

function isHeading(text: string, start: number, end: number): boolean {
  if (end - start > 80) return false;
  const line = text.slice(start, end);
  return (
    (/\p{Lu}{4}/u.test(line) && !/\p{Ll}/u.test(line)) ||
    (/^\p{Lu}/u.test(line) && sectionTypeOf(line) !== undefined)
  );
}
