/** @file A clinical note -> its sections, each with the kind of its heading. */
import { countBefore } from "../util/count-before.ts";
import type { Span } from "../util/span.ts";
import {
  followsCapitals,
  inlineHeadingLength,
  MAX_HEADING,
  type SectionType,
  sectionTypeOf,
} from "./section-headings.ts";

export type { SectionType };

/** A part of a note from its heading up to the next one. */
export interface Section extends Span {
  readonly type: SectionType;
  /** The words of the heading, without numbering and colon. Absent: what stands before the first heading. */
  readonly heading?: Span;
}

/** Numbering, bullets and marks of Markdown before a heading. */
const lead = /^(?:[ \t]|[#*=_>•-]|\d{1,2}[.)](?=[ \t]))*/;
/** Up to a colon, a spaced dash, or the line's end. */
const name = /^\p{L}[^:\n\r\t]*?(?=\s*[:*=_#]|\s+[-–—]+(?:\s|$)|\s*$)/u;
const onlyCapitals = /^[^\p{Ll}]*\p{Lu}{4}[^\p{Ll}]*$/u;

/**
 * Sections in order, next to each other, from the first visible character to the end; empty where there is no heading. A heading is
 * - at the beginning of a line: a known name (see `section-headings.ts`) followed by a colon, a dash or nothing;
 *   abbreviations of up to three letters need the colon;
 * - a line that is nothing but an unknown name in capitals, or an unknown name and a colon: type `other`;
 * - within a line: a known name in capitals with a colon, not after another word in capitals.
 * Fields with a value (`BP: 120/80`) begin none. Linear in the length of the text.
 */
export function splitSections(text: string): Section[] {
  const headings: { start: number; heading: Span; type: SectionType }[] = [];
  for (const line of linesOf(text)) {
    const found = readHeading(text, line);
    if (found !== undefined) headings.push(found);
    for (const inline of readInlineHeadings(text, found?.heading.end ?? line.start, line.end))
      headings.push(inline);
  }
  if (headings.length === 0) return [];
  const sections: Section[] = headings.map(({ start, heading, type }, index) => {
    return { start, end: headings[index + 1]?.start ?? text.length, type, heading };
  });
  const before = text.slice(0, sections[0]!.start);
  const first = before.search(/\S/);
  if (first >= 0) sections.unshift({ start: first, end: before.length, type: "other" });
  return sections;
}

/** The kind of the section that a position is in, by bisection; undefined in none. */
export function sectionAt(sections: readonly Section[], position: number): SectionType | undefined {
  const section = sections[countBefore(sections, ({ end }) => end <= position)];
  return section !== undefined && section.start <= position ? section.type : undefined;
}

/** Text -> position -> the kind of its section; what `annotateDocuments` takes. */
export function createSectionFinder(text: string): (position: number) => SectionType | undefined {
  const sections = splitSections(text);
  return (position) => sectionAt(sections, position);
}

function* linesOf(text: string): Generator<Span> {
  const ends = /\r\n|[\n\r\u2028\u2029\f\v\u0085]/g;
  let start = 0;
  for (const match of text.matchAll(ends)) {
    yield { start, end: match.index };
    start = match.index + match[0].length;
  }
  yield { start, end: text.length };
}

function readHeading(text: string, line: Span) {
  const head = text.slice(line.start, Math.min(line.end, line.start + MAX_HEADING + 20));
  const [marks] = lead.exec(head)!;
  const [words] = name.exec(head.slice(marks.length)) ?? [""];
  const start = line.start + marks.length;
  const heading = { start, end: start + words.length };
  const rest = text.slice(heading.end, Math.min(line.end, heading.end + 40)).trim();
  if (words === "" || words.length > MAX_HEADING || marks.length > 20) return undefined;
  const hasColon = /^[*_=#]*:/.test(rest);
  const isAlone = heading.end + 40 >= line.end && /^[:*=_#–—-]*$/.test(rest);
  const known = sectionTypeOf(words);
  const isShort = (words.match(/\p{L}/gu) ?? []).length <= 3;
  const isCapital = /^\p{Lu}/u.test(words);
  if (known !== undefined && (hasColon || (!isShort && isCapital))) return { start, heading, type: known };
  if (!isAlone || !isCapital || words.split(/\s+/).length > 8) return undefined;
  return hasColon || onlyCapitals.test(words) ? { start, heading, type: "other" as const } : undefined;
}

function* readInlineHeadings(text: string, from: number, end: number) {
  for (let position = from + 1; position < end; position++) {
    if (!/\s/.test(text[position - 1]!) || !/[A-Z]/.test(text[position]!)) continue;
    const length = inlineHeadingLength(text, position);
    if (length === 0 || followsCapitals(text, from, position)) continue;
    yield {
      start: position,
      heading: { start: position, end: position + length },
      type: sectionTypeOf(text.slice(position, position + length))!,
    };
    position += length;
  }
}
