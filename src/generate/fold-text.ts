/** @file A text -> its form without differences of case, white space, dashes, quotes and Unicode variants, and the way back. */

/** A folded text and its way back. */
export interface FoldedText {
  readonly folded: string;
  /** Offset of a piece in the text -> where its form begins in `folded`. A piece is what is folded as one. */
  readonly at: ReadonlyMap<number, number>;
  /** For each UTF-16 unit of `folded`, where its piece ends in the text. */
  readonly ends: readonly number[];
}

/** White space, or a character with the marks on it (also the vowels and finals of a Hangul syllable in parts). */
const PIECE = /\s+|\P{M}[\p{M}\u1160-\u11ff]*|\p{M}+/gu;
const INVISIBLE = /\p{Cf}/gu;
const DASHES = /[\p{Pd}\u2212\u2010]/gu;
const SINGLE_QUOTES = /[‘’‚‛′`´ʼ]/g;
const DOUBLE_QUOTES = /[“”„‟″«»]/g;

function foldPiece(piece: string): string {
  if (/^[!-_a-~]$/.test(piece)) return piece.toLowerCase(); // plain ASCII, but for the back tick
  if (/^\s/.test(piece)) return " ";
  return piece
    .replace(INVISIBLE, "")
    .normalize("NFKC")
    .toLowerCase()
    .replace(DASHES, "-")
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"');
}

/** NFKC, lower case, one space for any run of white space, plain dashes and quotes, no format characters. Piece by piece. */
export function foldText(text: string): FoldedText {
  const at = new Map<number, number>();
  const ends: number[] = [];
  let folded = "";
  for (const { 0: piece, index } of text.matchAll(PIECE)) {
    const form = foldPiece(piece);
    at.set(index, folded.length);
    folded += form;
    for (let unit = 0; unit < form.length; unit++) ends.push(index + piece.length);
  }
  return { folded, at, ends };
}
