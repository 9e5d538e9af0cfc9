/** @file Counts of each document -> 95 % percentile intervals of F1, drawing documents with replacement. */
import { createRandom } from "../util/random.ts";
import { toF1 } from "./scores.ts";

export interface BootstrapOptions {
  /** Times the documents are drawn. */
  readonly samples: number;
  readonly seed: number;
}

/** The 2.5th and 97.5th percentile. */
export type Interval = readonly [low: number, high: number];

/**
 * One interval for each column of counts (Efron 1979; percentile method, numpy's linear interpolation). The columns
 * share their draws. A document's row is `[matched, found, sought]` a column. Rows are sorted first, so the order of
 * the documents changes nothing. No document, no draw: `[0, 0]`.
 */
export function bootstrapF1(
  documents: readonly (readonly number[])[],
  columns: number,
  { samples, seed }: BootstrapOptions,
): Interval[] {
  const width = 3 * columns;
  const rows = Float64Array.from([...documents].sort(compareRows).flat()); // [documents, columns, 3]
  const random = createRandom(seed, "bootstrap");
  const drawn = Array.from({ length: columns }, () => new Float64Array(documents.length > 0 ? samples : 0));
  const sums = new Float64Array(width);
  for (let sample = 0; documents.length > 0 && sample < samples; sample++) {
    sums.fill(0);
    for (let draw = 0; draw < documents.length; draw++) {
      const row = random.nextInt(documents.length) * width;
      for (let i = 0; i < width; i++) sums[i]! += rows[row + i]!;
    }
    for (let column = 0; column < columns; column++) {
      const [matched, found, sought] = sums.subarray(3 * column);
      drawn[column]![sample] = toF1(matched!, found!, sought!);
    }
  }
  return drawn.map((values) => toInterval(values, 0));
}

/** @param otherwise both ends where nothing was drawn */
export function toInterval(values: ArrayLike<number>, otherwise: number): Interval {
  if (values.length === 0) return [otherwise, otherwise];
  const sorted = Float64Array.from(values).sort();
  return [quantile(sorted, 0.025), quantile(sorted, 0.975)];
}

function compareRows(a: readonly number[], b: readonly number[]): number {
  const index = a.findIndex((value, i) => value !== b[i]);
  return index < 0 ? 0 : a[index]! - b[index]!;
}

function quantile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const low = sorted[Math.floor(position)]!;
  const high = sorted[Math.ceil(position)]!;
  return low + (high - low) * (position - Math.floor(position));
}
