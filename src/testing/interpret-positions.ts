/** @file Operations on positions, in float64: part of the table in interpret-graph.ts. */
import type { Float64Tensor, Interpreter } from "./interpret-graph.ts";

/** What they mean, element by element. */
export const POSITION_INTERPRETERS: {
  [K in "shift" | "rotate" | "relativeShift" | "relativeSpread" | "middle"]: Interpreter<K>;
} = {
  shift: ([x], { axis, by }) => {
    const inner = x!.shape.slice(axis + 1).reduce((size, dim) => size * dim, 1);
    const length = x!.shape[axis]!;
    const moved = x!.data.map((_, offset) => {
      const from = (Math.floor(offset / inner) % length) - by;
      return from >= 0 && from < length ? x!.data[offset - by * inner]! : 0;
    });
    return [{ shape: x!.shape, data: moved }];
  },
  rotate: ([x, cos, sin]) => {
    const half = cos!.shape[1]!;
    const turned = x!.data.map((own, offset) => {
      const column = offset % (2 * half);
      const row = Math.floor(offset / (2 * half)) % cos!.shape[0]!;
      const angle = row * half + (column % half);
      const other = column < half ? -x!.data[offset + half]! : x!.data[offset - half]!;
      return own * cos!.data[angle]! + other * sin!.data[angle]!;
    });
    return [{ shape: x!.shape, data: turned }];
  },
  relativeShift: ([x]) => {
    const n = x!.shape.at(-2)!;
    const data = new Float64Array(x!.data.length / 2);
    forEachPlace(data, n, (place, distance) => {
      data[place] = x!.data[distance]!;
    });
    return [{ shape: [...x!.shape.slice(0, -1), n], data }];
  },
  relativeSpread: ([y]) => {
    const n = y!.shape.at(-2)!;
    const data = new Float64Array(2 * y!.data.length);
    forEachPlace(y!.data, n, (place, distance) => {
      data[distance] = y!.data[place]!;
    });
    return [{ shape: [...y!.shape.slice(0, -1), 2 * n], data }];
  },
  middle: (_, { values, length }, sizeOf): Float64Tensor[] => {
    const n = sizeOf(length);
    const start = values.length / 2 - n;
    const at = (i: number) => values[Math.min(Math.max(start + i, 0), values.length - 1)]!;
    return [{ shape: [2 * n], data: Float64Array.from({ length: 2 * n }, (_, i) => at(i)) }];
  },
};

/** Pairs of offsets: of (i, j) in matrices [n, n], and of (i, n - 1 + j - i) in matrices [n, 2 n]. */
function forEachPlace(
  matrices: Float64Array,
  n: number,
  visit: (place: number, distance: number) => void,
): void {
  for (let place = 0; place < matrices.length; place++) {
    const j = place % n;
    const row = (place - j) / n;
    visit(place, row * 2 * n + n - 1 + j - (row % n));
  }
}
