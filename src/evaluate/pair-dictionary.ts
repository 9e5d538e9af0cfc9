/** @file Labelled pairs -> a dictionary of their names -> a RelationPredictor that looks pairs up: a baseline to beat. */

import type { MarkedPair, PairCount, RelationPredictor } from "../task/relation-example.ts";
import { normaliseText } from "../util/normalise-text.ts";

export type { PairCount };

/** How a relation is looked up. */
export interface PairDictionaryOptions {
  readonly classes: readonly string[];
  readonly negative: string;
  /** False: a pair counts in both orders. Default: true. */
  readonly directed?: boolean;
}

const nameOf = ({ text }: MarkedPair, { start, end }: { start: number; end: number }): string =>
  normaliseText(text.slice(start, end));

/** The pairs of names in labelled examples, most frequent first; among equals in the order of their names. */
export function collectPairs(examples: readonly (MarkedPair & { readonly relation: string })[]): PairCount[] {
  const counts = new Map<string, { head: string; tail: string; relation: string; count: number }>();
  for (const example of examples) {
    const [head, tail] = [nameOf(example, example.head), nameOf(example, example.tail)];
    const { relation } = example;
    const key = JSON.stringify([head, tail, relation]);
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { head, tail, relation, count: 1 });
    else known.count++;
  }
  const keys = ({ head, tail, relation }: PairCount) => [head, tail, relation];
  return [...counts.values()].sort((a, b) => {
    const index = keys(a).findIndex((key, i) => key !== keys(b)[i]);
    return b.count - a.count || (index < 0 ? 0 : keys(a)[index]! < keys(b)[index]! ? -1 : 1);
  });
}

/** A pair dictionary that says whether it knows a pair. */
export interface PairDictionaryPredictor extends RelationPredictor {
  knows(pair: MarkedPair): boolean;
}

/**
 * Gives a pair the class that its two names have most often, with their share as score; of equals the negative one, then
 * the first of `classes`. Unknown pairs are negative, with score 0: nothing is known of them.
 */
export function createPairDictionaryPredictor(
  entries: readonly PairCount[],
  { classes, negative, directed = true }: PairDictionaryOptions,
): PairDictionaryPredictor {
  const known = new Map<string, Map<string, number>>();
  const keyOf = (head: string, tail: string) =>
    JSON.stringify(directed || head <= tail ? [head, tail] : [tail, head]);
  for (const { head, tail, relation, count } of entries) {
    if (!classes.includes(relation)) continue;
    const counts = known.get(keyOf(head, tail)) ?? new Map<string, number>();
    counts.set(relation, (counts.get(relation) ?? 0) + count);
    known.set(keyOf(head, tail), counts);
  }
  const look = (pair: MarkedPair) => known.get(keyOf(nameOf(pair, pair.head), nameOf(pair, pair.tail)));
  const order = [negative, ...classes];
  const choose = (counts: ReadonlyMap<string, number>) => {
    const ranked = [...counts].sort(([a, n], [b, m]) => m - n || order.indexOf(a) - order.indexOf(b));
    const total = ranked.reduce((sum, [, n]) => sum + n, 0);
    return { relation: ranked[0]![0], score: ranked[0]![1] / total };
  };
  return {
    classes,
    knows: (pair) => look(pair) !== undefined,
    predict: async (pairs) =>
      pairs.map((pair) => {
        const counts = look(pair);
        return counts === undefined ? { relation: negative, score: 0 } : choose(counts);
      }),
  };
}
