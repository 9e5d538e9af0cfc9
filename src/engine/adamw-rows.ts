/** @file Rows of tables that some steps read and some do not -> rows brought up to date when they are next read. */
import { HISTORY_STEPS, type Place } from "./adamw-places.ts";

/** What every step without a gradient has in common: beta1, beta2, epsilon. */
export type IdleRates = readonly [beta1: number, beta2: number, epsilon: number];

/** Adds a step to the history of a table; where that is full, all rows take their steps first. */
export function noteStep(
  place: Place,
  idle: IdleRates,
  ...rates: [keep: number, size: number, correction: number]
): void {
  const rows = place.rows!;
  if (rows.count === HISTORY_STEPS) catchUpTable(place, idle);
  rows.rates.set(rates, 3 * rows.count);
  rows.count += 1;
}

/** Brings every row up to date that ever had a gradient, and empties the history. */
export function catchUpTable(place: Place, idle: IdleRates): void {
  const rows = place.rows!;
  for (const [row, touched] of place.state.touched!.entries())
    if (touched === 1) catchUpRow(place, row, idle);
  rows.count = 0;
  rows.taken.fill(0);
}

/** Takes the steps that a row has missed. */
export function catchUpRow({ parameter, memory, state, rows }: Place, row: number, idle: IdleRates): void {
  const { width, rates, count, taken } = rows!;
  const missed = count - taken[row]!;
  if (missed === 0) return;
  const at = (array: Float32Array) => array.byteOffset + 4 * row * width;
  const places = [at(parameter.data), at(state.first), at(state.second)] as const;
  memory.kernels.adamw_idle(4 * width, ...places, rates.byteOffset + 12 * taken[row]!, missed, ...idle);
  taken[row] = count;
}

/** Gradients of the rows that one step read, each row once. */
export interface RowSums {
  /** Table row -> its place in `values`. */
  readonly slots: ReadonlyMap<number, number>;
  readonly values: Float32Array; // [slots.size, width]
  readonly memory: Float32Array;
}

/** @param memory of an earlier call, used again where it is large enough */
export function sumRows(
  parts: readonly { indices: Int32Array; rows: Float32Array }[],
  width: number,
  memory: Float32Array | undefined,
): RowSums {
  const slots = new Map<number, number>();
  for (const { indices } of parts) for (const row of indices) if (!slots.has(row)) slots.set(row, slots.size);
  const length = slots.size * width;
  const whole = memory !== undefined && memory.length >= length ? memory : new Float32Array(length);
  const values = whole.subarray(0, length).fill(0);
  for (const { indices, rows } of parts) {
    for (let i = 0; i < indices.length; i++) {
      const to = slots.get(indices[i]!)! * width;
      for (let j = 0; j < width; j++) values[to + j] = values[to + j]! + rows[i * width + j]!;
    }
  }
  return { slots, values, memory: whole };
}

/** Four running sums: additions need not wait for each other. */
export function sumOfSquares(values: Float32Array): number {
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += values[i]! * values[i]!;
    b += values[i + 1]! * values[i + 1]!;
    c += values[i + 2]! * values[i + 2]!;
    d += values[i + 3]! * values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) a += values[i]! * values[i]!;
  return a + b + c + d;
}
