/** @file Text -> words, the unit of labels and of decoding: a mention never cuts one. */
import type { Span } from "../util/span.ts";
import { characterKind, widthOf } from "./characters.ts";

/**
 * A word is a run of letters, marks and digits (format characters such as a soft hyphen *inside* the run belong to
 * it, those around it do not), one ideograph, or one other visible code point; marks stay with what they stand on.
 * White space, controls and format characters are between words. Linear in the length of the text.
 * @example splitWords("IL-2 (5 mg)") // "IL", "-", "2", "(", "5", "mg", ")"
 */
export function splitWords(text: string): Span[] {
  const words: Span[] = [];
  let position = 0;
  while (position < text.length) {
    const codePoint = text.codePointAt(position)!;
    const kind = characterKind(codePoint);
    const start = position;
    position += widthOf(codePoint);
    if (kind === "separator" || kind === "format") continue;
    position = endOfWord(text, position, kind === "letter" || kind === "mark");
    words.push({ start, end: position });
  }
  return words;
}

function endOfWord(text: string, from: number, isRun: boolean): number {
  let end = from;
  for (let position = from; position < text.length; ) {
    const codePoint = text.codePointAt(position)!;
    const kind = characterKind(codePoint);
    position += widthOf(codePoint);
    if (kind === "mark" || (isRun && kind === "letter")) end = position;
    else if (!(isRun && kind === "format")) break;
  }
  return end;
}
