/** @file A span in code points, as files of Python have it -> the span in UTF-16 units, checked against the text. */
import type { Span } from "../../util/span.ts";
import type { CodePointMap } from "./code-points.ts";

const HINT =
  "Offsets count Unicode code points, half-open, as Python's str does; a file made in JavaScript counts UTF-16 units, which differ after an emoji.";

/**
 * @param name what the file calls it, for the message: `span 3`
 * @throws what `fail` makes: the span is outside the text, or of no length
 */
export function fromCodePoints(
  { start, end }: Span,
  text: string,
  map: CodePointMap,
  name: string,
  fail: (what: string, hint: string) => Error,
): Span {
  const found = { start: map.toUtf16(start), end: map.toUtf16(end) };
  if (start < 0 || start >= end || found.end > text.length) {
    throw fail(
      `${name} is ${start}-${end}, but the text has ${map.toCodePoint(text.length)} code points.`,
      HINT,
    );
  }
  return found;
}

export const toCodePoints = ({ start, end }: Span, map: CodePointMap): Span => ({
  start: map.toCodePoint(start),
  end: map.toCodePoint(end),
});
