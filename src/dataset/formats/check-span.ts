/** @file A span of a gold file and its text -> an error where the two do not fit. */

const UNITS =
  "Offsets count UTF-16 units, half-open, as JavaScript's slice does; a file made in Python counts code points, which differ after an emoji.";

/** Whether an offset stands between the two halves of an astral character. */
const splitsCharacter = (text: string, offset: number): boolean =>
  /[\ud800-\udbff]/.test(text[offset - 1] ?? "") && /[\udc00-\udfff]/.test(text[offset] ?? "");

/**
 * @param name what the file calls it, for the message: `span 3`, `head`
 * @throws what `fail` makes: the span is outside the text, of no length, cuts a character, or has another `text`
 */
export function checkSpan(
  span: { readonly start: number; readonly end: number; readonly text?: string | undefined },
  text: string,
  name: string,
  fail: (what: string, hint: string) => Error,
): void {
  const { start, end } = span;
  if (start < 0 || end > text.length || start >= end) {
    throw fail(`${name} is ${start}-${end}, but the text has ${text.length} UTF-16 units.`, UNITS);
  }
  const differs = span.text !== undefined && span.text !== text.slice(start, end);
  if (differs || splitsCharacter(text, start) || splitsCharacter(text, end)) {
    throw fail(`${name} (${start}-${end}) does not fit the text.`, UNITS);
  }
}
