/** @file How a DeBERTa sees distances -> the row of each in its table: near ones exactly, far ones in buckets. */
import type { DistanceRows } from "./architecture.ts";

/** Sizes that decide about rows. */
export interface DistanceSettings {
  /** From here on, distances are not told apart. */
  readonly farthest: number;
  /** Rows for each direction; 0 where every distance has its own. */
  readonly buckets: number;
}

/** Rows of the table of distances. */
export function countDistanceRows({ buckets, farthest }: DistanceSettings): number {
  return 2 * (buckets > 0 ? buckets : farthest);
}

/** The lists are long enough for their ends to stand for everything beyond. */
export function listDistanceRows(settings: DistanceSettings): DistanceRows {
  const rows = countDistanceRows(settings);
  const half = settings.farthest + 2;
  const row = (distance: number) => Math.min(Math.max(bucketOf(distance, settings) + rows / 2, 0), rows - 1);
  return {
    descending: Array.from({ length: 2 * half }, (_, i) => row(half - 1 - i)),
    ascending: Array.from({ length: 2 * half }, (_, i) => row(i - half + 1)),
  };
}

/** He et al. 2021, v2: exact up to half of the buckets, then logarithmic. In float32, since the ceiling is taken of it. */
function bucketOf(distance: number, { buckets, farthest }: DistanceSettings): number {
  const middle = Math.floor(buckets / 2);
  const size = Math.abs(distance);
  if (buckets <= 0 || size <= middle) return distance;
  const log = (x: number) => Math.fround(Math.log(Math.fround(x)));
  const share = Math.fround(log(size / middle) / log((farthest - 1) / middle));
  return Math.sign(distance) * (Math.ceil(Math.fround(share * (middle - 1))) + middle);
}
