/** @file Examples and how somebody else marks their texts -> agreement of the two, doubts, and the corpus after an action. */
import type { DoubtAction } from "../task/curation-spec.ts";
import type { Example, Mention } from "../task/example.ts";
import type { LabelDoubt, SecondReading } from "../task/label-doubt.ts";
import { applyDoubts } from "./apply-doubts.ts";
import { compareReadings } from "./compare-readings.ts";
import { matchReadings, type ReadingOutcome } from "./match-readings.ts";

/** Mentions of two readings, by place and label, or classes of pairs; the second is taken as the reference. */
export interface Agreement {
  /** Mentions (or pairs) of the first reading, of the second, of both. */
  readonly first: number;
  readonly second: number;
  readonly both: number;
  /** both / first, both / second and their harmonic mean, in [0, 1]; 0 where nothing is divided. */
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** What a second reading came to. */
export interface Verification extends ReadingOutcome<Example, LabelDoubt> {
  /** Over the examples that were read a second time. */
  readonly agreement: Agreement & { readonly byLabel: Readonly<Record<string, Agreement>> };
}

/**
 * Compares the marks of each example with its second reading and does with the examples that differ what is asked.
 * With `relabel` the second reading takes the place of the first.
 * @param readings of these examples; others are passed over, and of two for one example the first counts
 * @example verifyExamples(examples, readings, "drop").agreement.f1
 */
export function verifyExamples(
  examples: readonly Example[],
  readings: readonly SecondReading[],
  action: DoubtAction,
): Verification {
  const read = matchReadings(examples, readings);
  const first: Mention[] = [];
  const second: Mention[] = [];
  const both: Mention[] = [];
  const doubts: LabelDoubt[] = [];
  for (const { example, reading } of read) {
    const { id, mentions } = example;
    const { agreed, differences } = compareReadings(mentions, reading.mentions);
    first.push(...mentions);
    second.push(...reading.mentions);
    both.push(...agreed);
    for (const difference of differences) doubts.push({ id, ...difference, score: 1 });
  }
  const labels = [...new Set([...first, ...second].map(({ label }) => label))].sort();
  const count = (label?: string) => {
    const size = (list: readonly Mention[]) =>
      label === undefined ? list.length : list.filter((mention) => mention.label === label).length;
    return toAgreement(size(first), size(second), size(both));
  };
  const byLabel = Object.fromEntries(labels.map((label) => [label, count(label)]));
  return {
    ...applyDoubts(examples, doubts, action),
    agreement: { ...count(), byLabel },
    doubts,
    unread: examples.length - read.length,
  };
}

/** Rates of two readings from their counts. */
export function toAgreement(first: number, second: number, both: number): Agreement {
  const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    first,
    second,
    both,
    precision: ratio(both, first),
    recall: ratio(both, second),
    f1: ratio(2 * both, first + second),
  };
}
