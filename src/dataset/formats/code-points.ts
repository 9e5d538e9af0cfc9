/** @file A text -> its offsets in code points, as Python counts them, and in UTF-16 units, as JavaScript does. */
import { countBefore } from "../../util/count-before.ts";

/** Offsets of one text, both ways. An offset past the end stays as far past it. */
export interface CodePointMap {
  toUtf16(codePoints: number): number;
  /** Of an offset between the halves of an astral character: that of the character. */
  toCodePoint(units: number): number;
}

const SAME: CodePointMap = { toUtf16: (offset) => offset, toCodePoint: (offset) => offset };

/** Costs one look at the text where it has no astral character, else four bytes for each such character. */
export function createCodePointMap(text: string): CodePointMap {
  if (!/[\ud800-\udbff][\udc00-\udfff]/.test(text)) return SAME;
  const astral: number[] = []; // units before each astral character
  for (const match of text.matchAll(/[\ud800-\udbff][\udc00-\udfff]/g)) astral.push(match.index);
  return {
    // The character of `astral[i]` stands at code point astral[i] - i.
    toUtf16: (codePoints) => codePoints + countBefore(astral, (before, index) => before - index < codePoints),
    toCodePoint: (units) => units - countBefore(astral, (before) => before < units),
  };
}
