/** @file Examples and second readings of some of them -> those that were read, each with its reading. */
import type { DoubtsApplied } from "./apply-doubts.ts";

/** What a second reading came to, beside how far the two agree. */
export interface ReadingOutcome<E, D> extends DoubtsApplied<E> {
  /** All of score 1: a reading has no probabilities. */
  readonly doubts: readonly D[];
  /** Examples without a second reading: they stay as they are. */
  readonly unread: number;
}

/** @param readings of these examples; others are passed over, and of two for one example the first counts */
export function matchReadings<E extends { readonly id: string }, R extends { readonly id: string }>(
  examples: readonly E[],
  readings: readonly R[],
): readonly { readonly example: E; readonly reading: R }[] {
  const byId = new Map<string, R>();
  for (const reading of readings) if (!byId.has(reading.id)) byId.set(reading.id, reading);
  return examples.flatMap((example) => {
    const reading = byId.get(example.id);
    return reading === undefined ? [] : [{ example, reading }];
  });
}
