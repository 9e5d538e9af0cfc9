/** @file Names and the words of a text -> every place where each name stands. */
import type { Span } from "../util/span.ts";

/** A range of words, both ends included. */
export interface WordRange {
  readonly first: number;
  readonly last: number;
}

interface Node {
  readonly next: Map<string, Node>;
  /** Keys of the names that end here. */
  readonly keys: string[];
}

/** One short word, mostly of capitals: found as it is written; other names in any case. */
function isAbbreviationLike(name: string): boolean {
  const letters = name.match(/\p{L}/gu) ?? [];
  const capitals = name.match(/\p{Lu}/gu) ?? [];
  return !/\s/.test(name) && name.length <= 10 && capitals.length * 2 > letters.length;
}

/** What two spellings of one name have in common. */
export function keyOf(name: string): string {
  const words = name.replace(/\s+/gu, " ");
  return isAbbreviationLike(words) ? words : words.toLowerCase();
}

/**
 * Every place of each name, by its key; white space between words does not matter, and no word is cut. One walk over the
 * words, with one step more for each word of the longest name that begins there.
 * @param spans words of the text, and of a name by the same splitter
 */
export function findOccurrences(
  text: string,
  spans: readonly Span[],
  names: Iterable<string>,
  splitWords: (text: string) => readonly Span[],
): Map<string, WordRange[]> {
  const root: Node = { next: new Map(), keys: [] };
  const found = new Map<string, WordRange[]>();
  for (const name of names) {
    const key = keyOf(name);
    if (found.has(key)) continue;
    found.set(key, []);
    let node = root;
    for (const { start, end } of splitWords(name)) {
      const word = name.slice(start, end).toLowerCase();
      const next = node.next.get(word) ?? { next: new Map(), keys: [] };
      node.next.set(word, next);
      node = next;
    }
    if (node !== root) node.keys.push(key);
  }
  const words = spans.map(({ start, end }) => text.slice(start, end).toLowerCase());
  for (let first = 0; first < words.length; first++) {
    let node = root.next.get(words[first]!);
    for (let last = first; node !== undefined; last++) {
      for (const key of node.keys) {
        if (keyOf(text.slice(spans[first]!.start, spans[last]!.end)) === key)
          found.get(key)!.push({ first, last });
      }
      node = node.next.get(words[last + 1] ?? "");
    }
  }
  return found;
}
