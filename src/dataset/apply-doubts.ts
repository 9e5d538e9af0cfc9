/** @file Examples, doubts about their marks and an action -> the examples that are left, and which were touched. */
import type { DoubtAction } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import type { LabelDoubt } from "../task/label-doubt.ts";

/** What an action did. `kept` and `dropped` add up to the examples, each in their order. */
export interface DoubtsApplied<E = Example> {
  readonly kept: readonly E[];
  /** Ids among `kept` whose marks, or class, are others than before. */
  readonly changed: readonly string[];
  readonly dropped: readonly E[];
}

/**
 * `keep` leaves every example as it is; `drop` takes away those with a doubt; `relabel` makes each suggestion true: it
 * takes the place of what is doubted and of any other mention that it overlaps.
 */
export function applyDoubts(
  examples: readonly Example[],
  doubts: readonly LabelDoubt[],
  action: DoubtAction,
): DoubtsApplied {
  return applyDoubtsBy(examples, doubts, action, relabel);
}

/** {@link applyDoubts} for examples of any kind; `relabelled` makes the suggestions of an example's doubts true. */
export function applyDoubtsBy<E extends { readonly id: string }, D extends { readonly id: string }>(
  examples: readonly E[],
  doubts: readonly D[],
  action: DoubtAction,
  relabelled: (example: E, doubts: readonly D[]) => E,
): DoubtsApplied<E> {
  if (action === "keep") return { kept: [...examples], changed: [], dropped: [] };
  const byId = new Map<string, D[]>();
  for (const doubt of doubts) {
    const known = byId.get(doubt.id);
    if (known === undefined) byId.set(doubt.id, [doubt]);
    else known.push(doubt);
  }
  const kept: E[] = [];
  const changed: string[] = [];
  const dropped: E[] = [];
  for (const example of examples) {
    const own = byId.get(example.id);
    if (own === undefined) kept.push(example);
    else if (action === "drop") dropped.push(example);
    else {
      kept.push(relabelled(example, own));
      changed.push(example.id);
    }
  }
  return { kept, changed, dropped };
}

function relabel(example: Example, doubts: readonly LabelDoubt[]): Example {
  const suggestions = doubts.flatMap(({ suggested }) => suggested ?? []);
  const isDoubted = ({ start, end, label }: Example["mentions"][number]) =>
    doubts.some(({ given }) => given?.start === start && given.end === end && given.label === label) ||
    suggestions.some((other) => start < other.end && other.start < end);
  const mentions = [...example.mentions.filter((mention) => !isDoubted(mention)), ...suggestions];
  return { ...example, mentions: mentions.sort((a, b) => a.start - b.start) };
}
