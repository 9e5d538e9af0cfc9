/** @file Mentions in the order of a file -> in reading order, and where each has gone. */
import type { CorpusMention } from "../../task/corpus-document.ts";

/** By start of the first span, then the shorter first; what is equal there stays in the order of the file. */
export const compareMentions = (a: CorpusMention, b: CorpusMention): number =>
  a.spans[0]!.start - b.spans[0]!.start || a.spans[0]!.end - b.spans[0]!.end;

/** @returns the mentions in reading order; `placeOf[i]` is where mention `i` of the file stands now */
export function orderMentions(mentions: readonly CorpusMention[]): {
  readonly mentions: CorpusMention[];
  readonly placeOf: readonly number[];
} {
  const order = mentions.map((_, index) => index);
  order.sort((a, b) => compareMentions(mentions[a]!, mentions[b]!) || a - b);
  const placeOf = new Array<number>(order.length);
  for (const [place, index] of order.entries()) placeOf[index] = place;
  return { mentions: order.map((index) => mentions[index]!), placeOf };
}
