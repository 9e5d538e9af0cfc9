/** @file A text and spans in it -> tokens that end where the spans do; and tokens that cover every character, as spaCy's do. */
import { splitWords } from "../../tokenize/words.ts";
import type { Span } from "../../util/span.ts";

/** Words, cut where a span begins or ends inside one. */
export function tokensAtBorders(text: string, spans: readonly Span[]): Span[] {
  const borders = [...new Set(spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
  const cut = ({ start, end }: Span): Span[] => {
    const places = [start, ...borders.filter((border) => start < border && border < end), end];
    return places.slice(1).map((place, index) => ({ start: places[index]!, end: place }));
  };
  // What no word covers inside a span, as a symbol at its edge, is a token too.
  const words = splitWords(text).flatMap(cut);
  const gaps = borders.slice(1).flatMap((border, index): Span[] => {
    const gap = { start: borders[index]!, end: border };
    const isCovered = words.some(({ start, end }) => start < gap.end && gap.start < end);
    return isCovered || text.slice(gap.start, gap.end).trim() === "" ? [] : [gap];
  });
  return [...words, ...gaps].sort((a, b) => a.start - b.start);
}

/** A token, and whether one space follows it that is no token of its own. */
export interface SpacedToken extends Span {
  readonly ws: boolean;
}

/**
 * Tokens in order, with what lies between them as further tokens, but for one space after each: Prodigy draws a text from
 * its tokens. Tokens that overlap the one before are left out.
 */
export function coverTokens(text: string, tokens: readonly Span[]): SpacedToken[] {
  const all: SpacedToken[] = [];
  let position = 0;
  const fill = (to: number) => {
    if (position >= to) return;
    const last = all.at(-1);
    if (last !== undefined && text[position] === " ") {
      all[all.length - 1] = { ...last, ws: true };
      position++;
    }
    if (position < to) all.push({ start: position, end: to, ws: false });
    position = to;
  };
  for (const { start, end } of tokens) {
    if (start < position || end <= start) continue;
    fill(start);
    all.push({ start, end, ws: false });
    position = end;
  }
  fill(text.length);
  return all;
}
