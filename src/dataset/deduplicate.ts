/** @file Examples -> the first of each text, and what the others were. */
import type { Example } from "../task/example.ts";
import { type CorpusItem, type CorpusKind, NER_ITEMS } from "./corpus-item.ts";

/** An example that came before. */
interface Repeated<T> {
  readonly item: T;
  /** The one that is kept. */
  readonly first: T;
  /** Whether the two say different things of the same text. */
  readonly contradicts: boolean;
}

/** What {@link deduplicate} leaves. */
export interface Deduplicated<T = Example> {
  readonly examples: T[];
  readonly repeated: Repeated<T>[];
  /** Dropped with the same marks as the one kept. */
  readonly identical: number;
  /** Dropped although their marks differ from the one kept. */
  readonly conflicting: number;
}

/** Keeps the first example of each text (see `normaliseText`), across prompts. */
export function deduplicate(examples: readonly Example[]): Deduplicated {
  return deduplicateItems(examples, NER_ITEMS);
}

/** {@link deduplicate} for examples of any kind. */
export function deduplicateItems<T extends CorpusItem>(
  items: readonly T[],
  kind: CorpusKind<T>,
): Deduplicated<T> {
  const kept = new Map<string, T>();
  const repeated: Repeated<T>[] = [];
  for (const item of items) {
    const key = kind.key(item);
    const first = kept.get(key);
    if (first === undefined) kept.set(key, item);
    else repeated.push({ item, first, contradicts: kind.verdict(first) !== kind.verdict(item) });
  }
  const conflicting = repeated.filter(({ contradicts }) => contradicts).length;
  return {
    examples: [...kept.values()],
    repeated,
    identical: repeated.length - conflicting,
    conflicting,
  };
}
