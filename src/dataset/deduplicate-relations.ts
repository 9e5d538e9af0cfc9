/** @file Labelled pairs -> one of each text and pair, none of those that contradict each other, and how many were dropped. */
import type { RelationExample } from "../task/relation-example.ts";
import { RELATION_ITEMS } from "./corpus-item.ts";

/** What {@link deduplicateRelations} leaves. */
export interface DeduplicatedRelations {
  readonly examples: RelationExample[];
  /** Dropped with the same class as the one kept. */
  readonly identical: number;
  /** Dropped with all their twins, because the classes differ: which is right cannot be told. */
  readonly contradictory: number;
}

/** Keeps the first example of each text and pair, across prompts; the same text with another pair is another example. */
export function deduplicateRelations(examples: readonly RelationExample[]): DeduplicatedRelations {
  const groups = new Map<string, { first: RelationExample; size: number; agrees: boolean }>();
  for (const example of examples) {
    const key = RELATION_ITEMS.key(example);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: example, size: 1, agrees: true });
    else {
      group.size++;
      group.agrees &&= group.first.relation === example.relation;
    }
  }
  const kept: RelationExample[] = [];
  let contradictory = 0;
  for (const { first, size, agrees } of groups.values()) {
    if (agrees) kept.push(first);
    else contradictory += size;
  }
  return { examples: kept, identical: examples.length - contradictory - kept.length, contradictory };
}
