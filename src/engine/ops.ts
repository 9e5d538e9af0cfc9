/** @file The table of legal operations: their attributes and the shapes of their results. */
import type { Dim, Shape } from "./graph.ts";

/** Attributes an operation takes. Operands stand in the comment, `?` marks an optional one. */
export interface OpAttributes {
  /** a + b, a - b, a * b, a / b: broadcast as in NumPy. */
  add: NoAttributes;
  subtract: NoAttributes;
  multiply: NoAttributes;
  divide: NoAttributes;
  /** x * factor. */
  scale: { readonly factor: number };
  /** Element-wise. `gelu` is exact: x * Phi(x) (Hendrycks & Gimpel 2016). */
  exp: NoAttributes;
  erf: NoAttributes;
  gelu: NoAttributes;
  tanh: NoAttributes;
  relu: NoAttributes;
  /** -1, 0 or 1. It has no gradient. */
  sign: NoAttributes;
  /** int -> float32. */
  toFloat: NoAttributes;
  /** u -> u (1 + erf u), which is sqrt 2 gelu(sqrt 2 u), and 1 + erf u, which its gradient needs. */
  scaledGelu: NoAttributes;
  /** alpha op(a) op(b) + beta c?: matrices [m, k] [k, n] + [n] or [m, n]; `transA`, `transB` say which are stored transposed; alpha and beta are 1 unless given. */
  gemm: {
    readonly transA: boolean;
    readonly transB: boolean;
    readonly alpha?: number;
    readonly beta?: number;
  };
  /** alpha * op(a) op(b) over the last two axes; leading axes are equal. */
  matmul: { readonly transA: boolean; readonly transB: boolean; readonly alpha: number };
  /** Rows of table [rows, width] by indices [...]: [..., width]. */
  gather: NoAttributes;
  /** Rows [count, width], indices [count], x [rows, width] -> zeros of x's shape with each row added at its index. */
  scatterRows: NoAttributes;
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  /** Over the last axis. */
  softmax: NoAttributes;
  logSoftmax: NoAttributes;
  /** x, gain, bias -> y, mean, inverse deviation; over the last axis (Ba et al. 2016). */
  layerNorm: { readonly epsilon: number };
  reduceSum: { readonly axes: readonly number[]; readonly keepDims: boolean };
  reduceMean: { readonly axes: readonly number[]; readonly keepDims: boolean };
  /** start (0 where left out), start + 1, ... as int64; the length is a symbol. */
  range: { readonly length: Dim; readonly start?: number };
  /** Element-wise, of radians. */
  sin: NoAttributes;
  cos: NoAttributes;
  /** Parts of known sizes along an axis; `concat` lays them end to end again. */
  split: { readonly axis: number; readonly sizes: readonly number[] };
  concat: { readonly axis: number };
  /** y[t] = x[t - by] along an axis; 0 comes in at the end that was left. */
  shift: { readonly axis: number; readonly by: number };
  /** x [..., n, width], cos, sin [n, width / 2]: turns the pairs (x[i], x[i + width / 2]) (Su et al. 2021). */
  rotate: NoAttributes;
  /** x [..., n, 2 n] by distance -> y [..., n, n] by place: y[i, j] = x[i, n - 1 + j - i] (Dai et al. 2019, app. B). */
  relativeShift: NoAttributes;
  /** The way back: y [..., n, n] -> x [..., n, 2 n], 0 where no place has that distance. */
  relativeSpread: NoAttributes;
  /** The 2 * length numbers about the middle of `values`, as int64; beyond its ends, the last number again. */
  middle: { readonly values: readonly number[]; readonly length: Dim };
  /** x [m, ...] -> a row [1, m] of ones. */
  onesRow: NoAttributes;
}

export type OpName = keyof OpAttributes;
type NoAttributes = Readonly<Record<string, never>>;
type ShapeRule<K extends OpName> = (inputs: readonly Shape[], attributes: OpAttributes[K]) => Shape[];

/** NumPy broadcasting; symbols are equal by name. */
function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    return unfit("broadcast", [a, b]);
  });
}

/** Resulting shapes of every operation. A missing entry does not compile. */
export const OP_SHAPES: { [K in OpName]: ShapeRule<K> } = {
  add: ([a, b]) => [broadcastShapes(a!, b!)],
  subtract: ([a, b]) => [broadcastShapes(a!, b!)],
  multiply: ([a, b]) => [broadcastShapes(a!, b!)],
  divide: ([a, b]) => [broadcastShapes(a!, b!)],
  scale: same,
  exp: same,
  erf: same,
  gelu: same,
  scaledGelu: (inputs) => [inputs[0]!, inputs[0]!],
  tanh: same,
  relu: same,
  sign: same,
  toFloat: same,
  gemm: (inputs, { transA, transB }) => {
    const [a, b, c] = inputs;
    if (a?.length !== 2 || b?.length !== 2) return unfit("gemm", inputs);
    const [m, inner] = transA ? [a[1]!, a[0]!] : [a[0]!, a[1]!];
    const [k, n] = transB ? [b[1]!, b[0]!] : [b[0]!, b[1]!];
    if (inner !== k || (c && ![`${n}`, `${m},${n}`].includes(c.join()))) return unfit("gemm", inputs);
    return [[m, n]];
  },
  matmul: (inputs, { transA, transB }) => {
    const [a, b] = inputs as [Shape, Shape];
    const lead = a.slice(0, -2);
    if (a.length !== b.length || a.length < 2 || lead.some((dim, axis) => dim !== b[axis]))
      return unfit("matmul", inputs);
    const [m, inner] = transA ? [a.at(-1)!, a.at(-2)!] : [a.at(-2)!, a.at(-1)!];
    const [k, n] = transB ? [b.at(-1)!, b.at(-2)!] : [b.at(-2)!, b.at(-1)!];
    return inner === k ? [[...lead, m, n]] : unfit("matmul", inputs);
  },
  gather: (inputs) => {
    const [table, indices] = inputs as [Shape, Shape];
    return table.length === 2 ? [[...indices, table[1]!]] : unfit("gather", inputs);
  },
  scatterRows: (inputs) => {
    const [rows, indices, x] = inputs as [Shape, Shape, Shape];
    const fits = rows.length === 2 && indices.length === 1 && rows[0] === indices[0] && rows[1] === x[1];
    return fits && x.length === 2 ? [x] : unfit("scatterRows", inputs);
  },
  reshape: (inputs, { shape }) =>
    sizeName(inputs[0]!) === sizeName(shape) ? [shape] : unfit("reshape", [...inputs, shape]),
  transpose: (inputs, { permutation }) => {
    const [x] = inputs as [Shape];
    const isPermutation = permutation.length === x.length && x.every((_, axis) => permutation.includes(axis));
    return isPermutation ? [permutation.map((axis) => x[axis]!)] : unfit("transpose", inputs);
  },
  softmax: same,
  logSoftmax: same,
  layerNorm: (inputs) => {
    const [x, ...affine] = inputs as [Shape, Shape, Shape];
    const statistics = [...x.slice(0, -1), 1];
    const fits = x.length > 0 && affine.every((shape) => shape.length === 1 && shape[0] === x.at(-1));
    return fits ? [x, statistics, statistics] : unfit("layerNorm", inputs);
  },
  reduceSum: reduced,
  reduceMean: reduced,
  range: (_, { length }) => [[length]],
  onesRow: (inputs) => (inputs[0]!.length > 0 ? [[1, inputs[0]![0]!]] : unfit("onesRow", inputs)),
  sin: same,
  cos: same,
  split: (inputs, { axis, sizes }) => {
    const [x] = inputs as [Shape];
    const whole = sizes.reduce((sum, size) => sum + size, 0);
    if (x[axis] !== whole) return unfit("split", inputs);
    return sizes.map((size) => x.with(axis, size));
  },
  concat: (inputs, { axis }) => {
    const [first] = inputs as [Shape];
    const sizes = inputs.map((shape) => shape[axis]);
    const fits = inputs.every((shape) => shape.with(axis, 0).join() === first.with(axis, 0).join());
    if (!fits || !sizes.every((size) => typeof size === "number")) return unfit("concat", inputs);
    return [
      first.with(
        axis,
        (sizes as number[]).reduce((sum, size) => sum + size, 0),
      ),
    ];
  },
  shift: (inputs, { axis }) => (inputs[0]![axis] === undefined ? unfit("shift", inputs) : [inputs[0]!]),
  rotate: (inputs) => {
    const [x, ...tables] = inputs as [Shape, Shape, Shape];
    const fits = tables.every(([n, half]) => n === x.at(-2) && 2 * (half as number) === x.at(-1));
    return fits ? [x] : unfit("rotate", inputs);
  },
  relativeShift: (inputs) => {
    const [x] = inputs as [Shape];
    const n = x.at(-2)!;
    return x.length >= 2 && x.at(-1) === twice(n) ? [[...x.slice(0, -1), n]] : unfit("relativeShift", inputs);
  },
  relativeSpread: (inputs) => {
    const [y] = inputs as [Shape];
    const n = y.at(-2)!;
    return y.length >= 2 && y.at(-1) === n
      ? [[...y.slice(0, -1), twice(n)]]
      : unfit("relativeSpread", inputs);
  },
  middle: (_, { length }) => [[twice(length)]],
};

/** 2 n: a number, or `"2*length"`. */
function twice(n: Dim): Dim {
  return typeof n === "number" ? 2 * n : `2*${n}`;
}

function same(inputs: readonly Shape[]): Shape[] {
  return [inputs[0]!];
}

function reduced(
  inputs: readonly Shape[],
  { axes, keepDims }: { axes: readonly number[]; keepDims: boolean },
): Shape[] {
  if (axes.some((axis) => inputs[0]![axis] === undefined)) return unfit("reduce", inputs);
  const shape = inputs[0]!.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return [keepDims ? shape : shape.filter((_, axis) => !axes.includes(axis))];
}

/** The number of elements in normal form, "6*batch*length": equal for shapes that hold equally many. */
export function sizeName(shape: Shape): string {
  const parts = shape.flatMap((dim) => `${dim}`.split("*"));
  const factor = parts.reduce((size, part) => (/^\d+$/.test(part) ? size * Number(part) : size), 1);
  return [factor, ...parts.filter((part) => !/^\d+$/.test(part)).sort()].join("*");
}

function unfit(op: string, shapes: readonly Shape[]): never {
  throw new Error(`${op} cannot take shapes ${shapes.map((shape) => `[${shape.join(", ")}]`).join(", ")}.`);
}
