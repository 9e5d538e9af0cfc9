/** @file Gold mentions not found and predictions not gold -> errors that say what went wrong. */
import type { Mention, Span } from "../task/example.ts";
import { forEachOverlapping, overlapOf } from "./schemes.ts";

export const errorKinds = ["missed", "spurious", "boundary", "type", "boundary+type"] as const;
export type ErrorKind = (typeof errorKinds)[number];

/** What went wrong with one gold mention, one prediction, or a pair that overlaps. */
export interface MentionError {
  readonly kind: ErrorKind;
  /** All but `spurious`. With `spans` it is discontinuous, and `start` and `end` hold them all. */
  readonly gold?: Mention & { readonly spans?: readonly Span[] };
  /** All but `missed`. */
  readonly predicted?: Mention;
}

/**
 * Pairs each unmatched gold mention with at most one unmatched prediction that overlaps it: same span first (`type`),
 * then same label (`boundary`), then the rest (`boundary+type`); among equals the largest overlap, then reading order.
 * What stays alone is `missed` or `spurious`. So fn = missed + pairs and fp = spurious + pairs.
 * Both lists are in reading order.
 */
export function listErrors(gold: readonly Mention[], predicted: readonly Mention[]): MentionError[] {
  const pairs: { gold: number; predicted: number; kind: ErrorKind; rank: number; overlap: number }[] = [];
  forEachOverlapping(gold, predicted, (prediction, candidates, index) => {
    for (const candidate of candidates) {
      const kind = kindOf(gold[candidate]!, prediction);
      const overlap = overlapOf(gold[candidate]!, prediction);
      pairs.push({ gold: candidate, predicted: index, kind, rank: ranks[kind], overlap });
    }
  });
  pairs.sort(
    (a, b) => a.rank - b.rank || b.overlap - a.overlap || a.gold - b.gold || a.predicted - b.predicted,
  );
  const goldTaken = new Set<number>();
  const predictedTaken = new Set<number>();
  const errors: MentionError[] = [];
  for (const pair of pairs) {
    if (goldTaken.has(pair.gold) || predictedTaken.has(pair.predicted)) continue;
    goldTaken.add(pair.gold);
    predictedTaken.add(pair.predicted);
    errors.push({ kind: pair.kind, gold: gold[pair.gold]!, predicted: predicted[pair.predicted]! });
  }
  for (const [i, mention] of gold.entries())
    if (!goldTaken.has(i)) errors.push({ kind: "missed", gold: mention });
  for (const [i, mention] of predicted.entries()) {
    if (!predictedTaken.has(i)) errors.push({ kind: "spurious", predicted: mention });
  }
  const position = ({ gold: a, predicted: b }: MentionError) => (a ?? b)!.start;
  return errors.sort((a, b) => position(a) - position(b));
}

const ranks: { readonly [K in ErrorKind]: number } = {
  type: 0,
  boundary: 1,
  "boundary+type": 2,
  missed: 3,
  spurious: 3,
};

function kindOf(gold: Mention, predicted: Mention): ErrorKind {
  if (gold.start === predicted.start && gold.end === predicted.end) return "type";
  return gold.label === predicted.label ? "boundary" : "boundary+type";
}
