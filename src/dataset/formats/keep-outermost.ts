/** @file Mentions that may overlap -> those of a reading without overlaps. */
import type { CorpusMention } from "../../task/corpus-document.ts";
import { countBefore } from "../../util/count-before.ts";
import type { Span } from "../../util/span.ts";

/** From the first character of a mention to its last, what is between its spans included. */
export const hullOf = ({ spans }: CorpusMention): Span => ({
  start: spans[0]!.start,
  end: spans.at(-1)!.end,
});

/**
 * Of items that overlap, keeps the longest; of those of one length the one that stands first. The order stays.
 * @param toSpan what an item covers. Default: from the first character of a mention to its last
 */
export function keepOutermost<T>(
  items: readonly T[],
  toSpan: (item: T) => Span = (item) => hullOf(item as CorpusMention),
): T[] {
  const spans = items.map(toSpan);
  const order = spans.map((_, index) => index);
  order.sort(
    (a, b) => lengthOf(spans[b]!) - lengthOf(spans[a]!) || spans[a]!.start - spans[b]!.start || a - b,
  );
  const kept: number[] = []; // by start: those kept so far are disjoint
  for (const index of order) {
    const { start, end } = spans[index]!;
    const place = countBefore(kept, (other) => spans[other]!.start < start);
    const [before, after] = [kept[place - 1], kept[place]];
    const isFree =
      (before === undefined || spans[before]!.end <= start) &&
      (after === undefined || spans[after]!.start >= end);
    if (isFree) kept.splice(place, 0, index);
  }
  return kept.sort((a, b) => a - b).map((index) => items[index]!);
}

const lengthOf = ({ start, end }: Span) => end - start;
