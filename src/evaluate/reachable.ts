/** @file Gold and predictions -> how much of the gold is beyond a flat predictor, and the scores of the rest. */
import type { Mention } from "../task/example.ts";
import type { Evaluation } from "./evaluation.ts";
import { splitByMatch } from "./mention-sets.ts";
import { toRates } from "./scores.ts";

/** One text; both lists in reading order, nothing twice. */
export interface ReachablePair {
  readonly gold: readonly Mention[];
  readonly predicted: readonly Mention[];
  /** Gold mentions of several spans, in no list. */
  readonly discontinuous: number;
}

/** Of mentions that overlap, the longest can be reached; of two as long, the earlier one. Linear. */
export function splitReachable(mentions: readonly Mention[]): {
  reachable: Mention[];
  overlapped: Mention[];
} {
  const reachable: Mention[] = [];
  const overlapped: Mention[] = [];
  for (const mention of mentions) {
    const last = reachable.at(-1);
    if (last === undefined || mention.start >= last.end) reachable.push(mention);
    else if (mention.end - mention.start > last.end - last.start) {
      reachable[reachable.length - 1] = mention;
      overlapped.push(last);
    } else overlapped.push(mention);
  }
  return { reachable, overlapped: overlapped.sort((a, b) => a.start - b.start || a.end - b.end) };
}

/** See `Evaluation.reachable` and `Evaluation.unreachable`. */
export function scoreReachable(
  pairs: readonly ReachablePair[],
): Pick<Evaluation, "reachable" | "unreachable"> {
  let [tp, found, support, discontinuous, overlapping, total] = [0, 0, 0, 0, 0, 0];
  for (const pair of pairs) {
    const { reachable, overlapped } = splitReachable(pair.gold);
    const isOverlapped = new Set(overlapped.map(keyOf));
    const predicted = pair.predicted.filter((mention) => !isOverlapped.has(keyOf(mention)));
    tp += splitByMatch(reachable, predicted).matched.length;
    found += predicted.length;
    support += reachable.length;
    discontinuous += pair.discontinuous;
    overlapping += overlapped.length;
    total += pair.gold.length + pair.discontinuous;
  }
  const share = total > 0 ? (discontinuous + overlapping) / total : 0;
  return {
    unreachable: { discontinuous, overlapping, share },
    reachable: { ...toRates(tp, found, support), support, tp, fp: found - tp, fn: support - tp },
  };
}

function keyOf({ start, end, label }: Mention): string {
  return `${start} ${end} ${label}`;
}
