/** @file Doubts about a corpus with known faults -> how many faults they find, and how many doubts are right. */
import type { DoubtKind, LabelDoubt } from "../src/task/label-doubt.ts";

/** Examples that are doubted. */
export interface Flagged {
  readonly flagged: number;
  /** Of the corpus. */
  readonly share: number;
}

/** The same where faults are known. */
export interface Detection extends Flagged {
  /** How many of them are planted. */
  readonly right: number;
  readonly precision: number;
  readonly recall: number;
  /** Recall by kind of fault. */
  readonly recallByKind: Readonly<Partial<Record<DoubtKind, number>>>;
}

/** What was planted, in which corpus. */
export interface Truth {
  readonly examples: number;
  readonly planted: ReadonlyMap<string, DoubtKind>;
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;

/** The highest score of each example's doubts. */
export function scoreExamples(doubts: readonly LabelDoubt[]): Map<string, number> {
  const scores = new Map<string, number>();
  for (const { id, score } of doubts) scores.set(id, Math.max(score, scores.get(id) ?? 0));
  return scores;
}

export function countFlagged(flagged: ReadonlySet<string>, examples: number): Flagged {
  return { flagged: flagged.size, share: round(flagged.size / examples) };
}

export function detect(flagged: ReadonlySet<string>, { examples, planted }: Truth): Detection {
  const right = [...planted].filter(([id]) => flagged.has(id));
  const kinds = [...new Set(planted.values())].sort();
  const recallOf = (kind: DoubtKind) => {
    const size = (list: readonly (readonly [string, DoubtKind])[]) =>
      list.filter((one) => one[1] === kind).length;
    return round(size(right) / size([...planted]));
  };
  return {
    ...countFlagged(flagged, examples),
    right: right.length,
    precision: round(right.length / Math.max(1, flagged.size)),
    recall: round(right.length / Math.max(1, planted.size)),
    recallByKind: Object.fromEntries(kinds.map((kind) => [kind, recallOf(kind)])),
  };
}

/** Precision and recall at each share of the corpus that is looked at, the most doubted first; and their area. */
export function rank(scores: ReadonlyMap<string, number>, truth: Truth) {
  const order = [...scores].sort((a, b) => b[1] - a[1]).map(([id]) => id);
  let right = 0;
  let sum = 0;
  let bestRecall = 0;
  for (const [place, id] of order.entries()) {
    if (!truth.planted.has(id)) continue;
    right++;
    const precision = right / (place + 1);
    sum += precision / truth.planted.size;
    if (precision >= 0.5) bestRecall = right / truth.planted.size;
  }
  const shares = [0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.25, 0.3];
  const curve = shares.flatMap((share) => {
    const count = Math.round(share * truth.examples);
    if (count > order.length) return [];
    const { precision, recall } = detect(new Set(order.slice(0, count)), truth);
    return [{ share, precision, recall, score: round(scores.get(order[count - 1]!)!) }];
  });
  return { averagePrecision: round(sum), recallAtPrecisionHalf: round(bestRecall), curve };
}
