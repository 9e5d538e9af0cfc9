/** @file Losses as they are told -> how many of each kind, and in which documents first. */
import { LOSSES, type LossKind, type ReportLoss } from "./corpus-format.ts";

/** How many documents are named for a kind. */
const NAMED = 3;

/** One kind of loss in a file. */
export interface CountedLoss {
  readonly kind: LossKind;
  readonly count: number;
  /** Ids of the first documents that have it, at most 3. */
  readonly documents: readonly string[];
  /** What the kind means, in a sentence's half. */
  readonly meaning: string;
}

/** Counts what a reader and a writer report. Memory does not grow with the corpus. */
export interface LossCounter {
  readonly onLoss: ReportLoss;
  /** In the order of {@link LOSSES}; empty: nothing was lost. */
  counted(): CountedLoss[];
}

/** @example const losses = createLossCounter(); format.read(path, { onLoss: losses.onLoss }); losses.counted() */
export function createLossCounter(): LossCounter {
  const found = new Map<LossKind, { count: number; documents: string[] }>();
  return {
    onLoss(kind, document, count = 1) {
      if (count === 0) return;
      const entry = found.get(kind) ?? { count: 0, documents: [] };
      found.set(kind, entry);
      entry.count += count;
      if (entry.documents.length < NAMED && !entry.documents.includes(document))
        entry.documents.push(document);
    },
    counted: () =>
      (Object.keys(LOSSES) as LossKind[]).flatMap((kind) => {
        const entry = found.get(kind);
        return entry === undefined ? [] : [{ kind, ...entry, meaning: LOSSES[kind] }];
      }),
  };
}
