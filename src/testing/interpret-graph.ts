/** @file A graph and what it is fed -> its values in float64: slow, clear, and the oracle of the engine's tests. */
import type { Dim, Graph, Node, Shape, Value } from "../engine/graph.ts";
import type { OpAttributes, OpName } from "../engine/ops.ts";
import { POSITION_INTERPRETERS } from "./interpret-positions.ts";

/** A tensor in row-major order; whole numbers are float64 too. */
export interface Float64Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

type SizeOf = (dim: Dim) => number;
/** What one operation computes. */
export type Interpreter<K extends OpName> = (
  inputs: readonly Float64Tensor[],
  attributes: OpAttributes[K],
  sizeOf: SizeOf,
) => Float64Tensor[];

/**
 * Computes every value of the graph.
 * @param feeds by input name; open sizes are bound by them.
 * @throws Error when an input is missing or two inputs give one symbol two sizes
 * @example interpretGraph(graph, { x: { shape: [2], data: Float64Array.of(1, 2) } }).get(y)
 */
export function interpretGraph(
  graph: Graph,
  feeds: Readonly<Record<string, Float64Tensor>>,
): Map<Value, Float64Tensor> {
  const results = new Map<Value, Float64Tensor>();
  const sizes = new Map<string, number>();
  for (const value of graph.inputs) {
    const name = value.source.kind === "input" ? value.source.name : "";
    const fed = feeds[name];
    if (fed?.shape.length !== value.shape.length) throw new Error(`Input "${name}" is missing or misfed.`);
    for (const [axis, dim] of value.shape.entries()) bindSize(sizes, dim, fed.shape[axis]!);
    results.set(value, fed);
  }
  const sizeOf: SizeOf = (dim) => {
    if (typeof dim === "number") return dim;
    const size =
      sizes.get(dim) ?? dim.split("*").reduce((all, part) => all * (sizes.get(part) ?? Number(part)), 1);
    if (Number.isNaN(size)) throw new Error(`Nothing binds the size "${dim}".`);
    return size;
  };
  const read = (value: Value): Float64Tensor => {
    const { source } = value;
    if (source.kind === "constant")
      return { shape: value.shape.map(sizeOf), data: Float64Array.from(source.data) };
    return results.get(value)!;
  };
  for (const { op, inputs, attributes, outputs } of graph.nodes as readonly Node[]) {
    const interpret = INTERPRETERS[op] as Interpreter<OpName>;
    const found = interpret(inputs.map(read), attributes, sizeOf);
    for (const [index, value] of outputs.entries()) {
      const { shape } = found[index]!;
      if (value.shape.map(sizeOf).join() !== shape.join())
        throw new Error(`${op} gave [${shape}] where its shape rule says [${value.shape}].`);
      results.set(value, found[index]!);
    }
  }
  return results;
}

function bindSize(sizes: Map<string, number>, dim: Dim, size: number): void {
  const known = typeof dim === "number" ? dim : sizes.get(dim);
  if (known !== undefined && known !== size) throw new Error(`The size "${dim}" is ${known} and ${size}.`);
  if (typeof dim === "string") sizes.set(dim, size);
}

/** What every operation means. A missing entry does not compile. */
const INTERPRETERS: { [K in OpName]: Interpreter<K> } = {
  add: ([a, b]) => [broadcast(a!, b!, (x, y) => x + y)],
  subtract: ([a, b]) => [broadcast(a!, b!, (x, y) => x - y)],
  multiply: ([a, b]) => [broadcast(a!, b!, (x, y) => x * y)],
  divide: ([a, b]) => [broadcast(a!, b!, (x, y) => x / y)],
  scale: ([x], { factor }) => [each(x!, (element) => element * factor)],
  exp: ([x]) => [each(x!, Math.exp)],
  erf: ([x]) => [each(x!, erf)],
  gelu: ([x]) => [each(x!, (element) => (element * (1 + erf(element * Math.SQRT1_2))) / 2)],
  scaledGelu: ([x]) => [each(x!, (u) => u * (1 + erf(u))), each(x!, (u) => 1 + erf(u))],
  tanh: ([x]) => [each(x!, Math.tanh)],
  relu: ([x]) => [each(x!, (element) => Math.max(0, element))],
  sign: ([x]) => [each(x!, Math.sign)],
  toFloat: ([x]) => [x!],
  gemm: ([a, b, c], { transA, transB, alpha = 1, beta = 1 }) => {
    const product = matmul(a!, b!, transA, transB, alpha);
    return [c ? broadcast(product, c, (x, y) => x + beta * y) : product];
  },
  matmul: ([a, b], { transA, transB, alpha }) => [matmul(a!, b!, transA, transB, alpha)],
  gather: ([table, indices]) => {
    const width = table!.shape[1]!;
    return [
      build(
        [...indices!.shape, width],
        (at, i) => table!.data[indices!.data[Math.floor(i / width)]! * width + at.at(-1)!]!,
      ),
    ];
  },
  scatterRows: ([rows, indices, x]) => {
    const sums = new Float64Array(x!.data.length);
    const width = x!.shape[1]!;
    for (const [i, row] of rows!.data.entries())
      sums[indices!.data[Math.floor(i / width)]! * width + (i % width)]! += row;
    return [{ shape: x!.shape, data: sums }];
  },
  reshape: ([x], { shape }, sizeOf) => [{ shape: shape.map(sizeOf), data: x!.data }],
  transpose: ([x], { permutation }) => [
    build(
      permutation.map((axis) => x!.shape[axis]!),
      (at) =>
        element(
          x!,
          x!.shape.map((_, axis) => at[permutation.indexOf(axis)]!),
        ),
    ),
  ],
  softmax: ([x]) => [byRow(x!, softmax)],
  logSoftmax: ([x]) => [byRow(x!, (row) => softmax(row).map(Math.log))],
  layerNorm: ([x, gain, bias], { epsilon }) => {
    const mean = byRow(x!, (row) => [average(row)]);
    const centred = broadcast(x!, mean, (element, m) => element - m);
    const inverse = byRow(centred, (row) => [1 / Math.sqrt(average(row.map((d) => d * d)) + epsilon)]);
    const normal = broadcast(centred, inverse, (d, factor) => d * factor);
    const scaled = broadcast(normal, gain!, (n, g) => n * g);
    return [broadcast(scaled, bias!, (element, b) => element + b), mean, inverse];
  },
  reduceSum: ([x], { axes, keepDims }) => [reduce(x!, axes, keepDims)],
  reduceMean: ([x], { axes, keepDims }) => {
    const count = axes.reduce((product, axis) => product * x!.shape[axis]!, 1);
    return [each(reduce(x!, axes, keepDims), (sum) => sum / count)];
  },
  range: (_, { length, start = 0 }, sizeOf) => [build([sizeOf(length)], ([i]) => start + i!)],
  sin: ([x]) => [each(x!, Math.sin)],
  cos: ([x]) => [each(x!, Math.cos)],
  split: ([x], { axis, sizes }) =>
    sizes.map((size, part) => {
      const start = sizes.slice(0, part).reduce((sum, before) => sum + before, 0);
      return build(x!.shape.with(axis, size), (at) => element(x!, at.with(axis, at[axis]! + start)));
    }),
  concat: (parts, { axis }) => {
    const owners = parts.flatMap((part) =>
      Array.from({ length: part.shape[axis]! }, (_, at) => ({ part, at })),
    );
    return [
      build(parts[0]!.shape.with(axis, owners.length), (at) => {
        const owner = owners[at[axis]!]!;
        return element(owner.part, at.with(axis, owner.at));
      }),
    ];
  },
  ...POSITION_INTERPRETERS,
  onesRow: ([x]) => [build([1, x!.shape[0]!], () => 1)],
};

/** A tensor whose element at an index (and at its place in memory) is given by a function. */
function build(
  shape: readonly number[],
  fill: (at: readonly number[], offset: number) => number,
): Float64Tensor {
  const data = new Float64Array(sizeOfShape(shape));
  for (let offset = 0; offset < data.length; offset++) {
    let rest = offset;
    const at = shape.toReversed().map((dim) => {
      const index = rest % dim;
      rest = (rest - index) / dim;
      return index;
    });
    data[offset] = fill(at.reverse(), offset);
  }
  return { shape, data };
}

/** The element at an index; axes of size 1 repeat, and leading axes that the tensor lacks are passed over. */
function element({ shape, data }: Float64Tensor, at: readonly number[]): number {
  const own = at.slice(at.length - shape.length);
  return data[shape.reduce((offset, dim, axis) => offset * dim + (dim === 1 ? 0 : own[axis]!), 0)]!;
}

function broadcast(
  a: Float64Tensor,
  b: Float64Tensor,
  combine: (x: number, y: number) => number,
): Float64Tensor {
  const rank = Math.max(a.shape.length, b.shape.length);
  const sizeAt = (shape: Shape, axis: number) => Number(shape[axis - rank + shape.length] ?? 1);
  const shape = Array.from({ length: rank }, (_, axis) =>
    Math.max(sizeAt(a.shape, axis), sizeAt(b.shape, axis)),
  );
  return build(shape, (at) => combine(element(a, at), element(b, at)));
}

function each({ shape, data }: Float64Tensor, change: (x: number) => number): Float64Tensor {
  return { shape, data: data.map((x) => change(x)) };
}

/** Applies a function to every row of the last axis; all its results are equally long. */
function byRow({ shape, data }: Float64Tensor, change: (row: number[]) => number[]): Float64Tensor {
  const width = shape.at(-1)!;
  const rows = Array.from({ length: data.length / width }, (_, i) =>
    change([...data.subarray(i * width, (i + 1) * width)]),
  );
  return { shape: [...shape.slice(0, -1), rows[0]!.length], data: Float64Array.from(rows.flat()) };
}

function matmul(
  a: Float64Tensor,
  b: Float64Tensor,
  transA: boolean,
  transB: boolean,
  alpha: number,
): Float64Tensor {
  const inner = a.shape.at(transA ? -2 : -1)!;
  const shape = [...a.shape.slice(0, -2), a.shape.at(transA ? -1 : -2)!, b.shape.at(transB ? -2 : -1)!];
  return build(shape, (at) => {
    const [m, n] = at.slice(-2) as [number, number];
    const lead = at.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      const left = element(a, [...lead, ...(transA ? [k, m] : [m, k])]);
      sum += left * element(b, [...lead, ...(transB ? [n, k] : [k, n])]);
    }
    return alpha * sum;
  });
}

function reduce(x: Float64Tensor, axes: readonly number[], keepDims: boolean): Float64Tensor {
  const kept = x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  const sums = new Float64Array(sizeOfShape(kept));
  build(x.shape, (at, offset) => {
    const to = kept.reduce((place, dim, axis) => place * dim + (dim === 1 ? 0 : at[axis]!), 0);
    sums[to]! += x.data[offset]!;
    return 0;
  });
  return { shape: keepDims ? kept : kept.filter((_, axis) => !axes.includes(axis)), data: sums };
}

function softmax(row: readonly number[]): number[] {
  const highest = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function average(row: readonly number[]): number {
  return row.reduce((sum, x) => sum + x, 0) / row.length;
}

function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

/** erf x = 2 / sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (2n+1)!!: no term is negative, so nothing cancels. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x); // 1 - erf 6 is 2e-17
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) sum += term *= (2 * x * x) / (2 * n + 1);
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
