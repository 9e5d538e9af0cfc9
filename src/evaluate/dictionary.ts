/** @file Labelled examples -> a dictionary of their names -> a Predictor that looks names up: the baseline to beat. */
import type { Mention, NameCount, ScoredMention, Span } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { splitWords } from "../tokenize/words.ts";

/** The names in labelled examples, most frequent first; among equals in the order of their text. */
export function collectNames(
  examples: readonly { readonly text: string; readonly mentions: readonly Mention[] }[],
): NameCount[] {
  const counts = new Map<string, { text: string; label: string; count: number }>();
  for (const { text, mentions } of examples) {
    for (const { start, end, label } of mentions) {
      const name = text.slice(start, end);
      const key = JSON.stringify([name, label]);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { text: name, label, count: 1 });
      else known.count++;
    }
  }
  return [...counts.values()].sort(
    (a, b) => b.count - a.count || compare(a.text, b.text) || compare(a.label, b.label),
  );
}

/** Words of names, in lower case, as a tree. */
interface Node {
  readonly next: Map<string, Node>;
  /** Counts by label of the names that end here: `exact` by their words as written, else in any case. */
  readonly anyCase: Map<string, number>;
  readonly exact: Map<string, Map<string, number>>;
}

/**
 * Finds the longest name at each word, from left to right, never cutting a word. Case does not matter, but for
 * abbreviations (up to 5 letters, all capitals), which are found only as written: `ALL` is a leukaemia, `all` is not.
 * A name with several labels gets the most frequent one (among equals the first by alphabet); the score is its share.
 */
export function createDictionaryPredictor(entries: readonly NameCount[]): Predictor {
  const root = createNode();
  for (const entry of entries) addName(root, entry);
  const labels = [...new Set(entries.map(({ label }) => label))].sort(compare);
  return { labels, predict: async (texts) => texts.map((text) => findNames(root, text)) };
}

function createNode(): Node {
  return { next: new Map(), anyCase: new Map(), exact: new Map() };
}

function addName(root: Node, { text, label, count }: NameCount): void {
  const words = wordsOf(text, splitWords(text));
  if (words.length === 0 || count <= 0) return;
  let node = root;
  for (const word of words) {
    const key = word.toLowerCase();
    const next = node.next.get(key) ?? createNode();
    node.next.set(key, next);
    node = next;
  }
  let counts = node.anyCase;
  if (isAbbreviation(text)) {
    const written = words.join(" ");
    counts = node.exact.get(written) ?? new Map<string, number>();
    node.exact.set(written, counts);
  }
  counts.set(label, (counts.get(label) ?? 0) + count);
}

function isAbbreviation(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? [];
  return letters.length > 0 && letters.length <= 5 && letters.every((letter) => /\p{Lu}/u.test(letter));
}

function findNames(root: Node, text: string): ScoredMention[] {
  const spans = splitWords(text);
  const words = wordsOf(text, spans);
  const mentions: ScoredMention[] = [];
  for (let first = 0; first < words.length; first++) {
    let found: { last: number; counts: ReadonlyMap<string, number> } | undefined;
    let node = root.next.get(words[first]!.toLowerCase());
    for (let last = first; node !== undefined; last++) {
      const written =
        node.exact.size > 0 ? node.exact.get(words.slice(first, last + 1).join(" ")) : undefined;
      const counts = written ?? node.anyCase;
      if (counts.size > 0) found = { last, counts };
      node = last + 1 < words.length ? node.next.get(words[last + 1]!.toLowerCase()) : undefined;
    }
    if (found === undefined) continue;
    mentions.push({ start: spans[first]!.start, end: spans[found.last]!.end, ...chooseLabel(found.counts) });
    first = found.last;
  }
  return mentions;
}

function chooseLabel(counts: ReadonlyMap<string, number>): { label: string; score: number } {
  const ranked = [...counts].sort(([a, n], [b, m]) => m - n || compare(a, b));
  const [label, count] = ranked[0]!;
  return { label, score: count / ranked.reduce((total, [, n]) => total + n, 0) };
}

function wordsOf(text: string, spans: readonly Span[]): string[] {
  return spans.map(({ start, end }) => text.slice(start, end));
}

/** By code unit, so the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
