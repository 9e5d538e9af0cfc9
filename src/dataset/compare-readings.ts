/** @file Two readings of a text -> where they agree, and one difference for each place where they do not. */
import type { Mention } from "../task/example.ts";
import type { LabelDoubt } from "../task/label-doubt.ts";

/** A doubt without its example and its weight. */
export type Difference = Pick<LabelDoubt, "kind" | "given" | "suggested">;

/** What {@link compareReadings} finds. Every mention of either side is in one of its parts, once. */
export interface Comparison {
  /** Mentions that both have: same place, same label. */
  readonly agreed: readonly Mention[];
  /** In reading order. */
  readonly differences: readonly Difference[];
}

/**
 * Equal mentions agree. Of the others, those that overlap are paired, the largest overlap first (then the first in
 * reading order): another label is `type`, wherever it begins and ends, the same label `boundary`. What is left has no
 * counterpart: `added` or `missed`.
 * @param given the marks that are doubted; not overlapping, as `suggested`
 */
export function compareReadings(given: readonly Mention[], suggested: readonly Mention[]): Comparison {
  const key = ({ start, end, label }: Mention) => `${start} ${end} ${label}`;
  const [ours, theirs] = [new Set(given.map(key)), new Set(suggested.map(key))];
  const left = new Set(given.filter((mention) => !theirs.has(key(mention))));
  const right = new Set(suggested.filter((mention) => !ours.has(key(mention))));
  const pairs = [...left].flatMap((one) =>
    [...right].map((other) => ({
      given: one,
      suggested: other,
      overlap: Math.min(one.end, other.end) - Math.max(one.start, other.start),
    })),
  );
  pairs.sort((a, b) => b.overlap - a.overlap); // stable: ties stay in reading order
  const differences: Difference[] = [];
  for (const { overlap, ...pair } of pairs) {
    if (overlap <= 0 || !left.has(pair.given) || !right.has(pair.suggested)) continue;
    left.delete(pair.given);
    right.delete(pair.suggested);
    differences.push({ kind: pair.given.label === pair.suggested.label ? "boundary" : "type", ...pair });
  }
  for (const mention of left) differences.push({ kind: "added", given: mention });
  for (const mention of right) differences.push({ kind: "missed", suggested: mention });
  const startOf = (difference: Difference) => (difference.given ?? difference.suggested)!.start;
  differences.sort((a, b) => startOf(a) - startOf(b));
  return { agreed: given.filter((mention) => theirs.has(key(mention))), differences };
}
