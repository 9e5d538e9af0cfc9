/** @file A code point -> what it is to the splitters: separator, format, letter, mark, ideograph or symbol. */

/** What a code point is to the splitters; see {@link characterKind}. */
export type CharacterKind = "separator" | "format" | "letter" | "mark" | "ideograph" | "symbol";

const kinds: readonly CharacterKind[] = ["separator", "format", "letter", "mark", "ideograph", "symbol"];

/** First match wins; each is tested against one code point, so none can backtrack. */
const patterns: readonly (readonly [CharacterKind, RegExp])[] = [
  ["separator", /[\p{White_Space}\p{Cc}]/u],
  ["format", /\p{Cf}/u],
  ["ideograph", /\p{Ideographic}/u],
  ["letter", /[\p{L}\p{N}]/u],
  ["mark", /\p{M}/u],
];

/** 1 + index into `kinds` by code point, 0 where not asked yet: a memo of a pure function, filled on demand. */
const known = new Uint8Array(0x110000);

/**
 * Separators are white space and controls, format characters are Unicode's Cf (soft hyphen, zero-width space
 * and joiners, byte order mark, direction marks), letters include digits and other numbers. All that is left is a
 * symbol: punctuation, emoji, private use, unassigned, half a surrogate pair that has lost its other half.
 */
export function characterKind(codePoint: number): CharacterKind {
  const found = known[codePoint]!;
  if (found !== 0) return kinds[found - 1]!;
  const character = String.fromCodePoint(codePoint);
  const kind = patterns.find(([, pattern]) => pattern.test(character))?.[0] ?? "symbol";
  known[codePoint] = kinds.indexOf(kind) + 1;
  return kind;
}

/** UTF-16 units that a code point takes. */
export function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}
