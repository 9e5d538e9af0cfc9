/** @file Every operation: what ONNX computes equals plain TypeScript, its gradient equals central differences. */
import { describe, expect, it } from "vitest";
import { type Float64Tensor, interpretGraph } from "../testing/interpret-graph.ts";
import { runGraph } from "../testing/run-graph.ts";
import { createRandom } from "../util/random.ts";
import { type Gradient, gradients } from "./gradients.ts";
import { createGraph, type ElementType, type Shape, type Value } from "./graph.ts";
import type { OpAttributes, OpName } from "./ops.ts";

/** An operand: a shape, or a shape of whole numbers below 3. */
type Operand = Shape | { readonly type: "int32" | "int64"; readonly shape: Shape };
type Case<K extends OpName> = readonly [attributes: OpAttributes[K], ...operands: Operand[]];
const int32 = (...shape: Shape): Operand => ({ type: "int32", shape });
const int64 = (...shape: Shape): Operand => ({ type: "int64", shape });
/** All ways to store the operands of a product of [3, 4] and [4, 2], with what stands before the last two axes. */
const products = (...lead: Shape) =>
  [false, true].flatMap((transA) =>
    [false, true].map((transB) => {
      const a: Operand = [...lead, ...(transA ? [4, 3] : [3, 4])];
      const b: Operand = [...lead, ...(transB ? [2, 4] : [4, 2])];
      return { transA, transB, a, b };
    }),
  );
/** A product, batch*length or 2*length, is 6. */
const SIZES: Readonly<Record<string, number>> = { batch: 2, length: 3 };

/** A line a case: attributes, then operands. A missing operation does not compile. */
const CASES: { [K in OpName]: readonly Case<K>[] } = {
  add: [
    [{}, [2, 3], [2, 3]],
    [{}, [2, 3], [3]],
    [{}, [2, 1], [1, 3]],
    [{}, [], [2, 2]],
    [{}, ["batch", 4], [4]],
  ],
  subtract: [
    [{}, [2, 3], [2, 3]],
    [{}, [3], [2, 3]],
    [{}, [2, 3], [2, 1]],
    [{}, ["batch", "length"], ["batch", 1]],
  ],
  multiply: [
    [{}, [2, 3], [2, 3]],
    [{}, [2, 3], [3]],
    [{}, [2, 1, 2], [3, 1]],
    [{}, [2, 2], []],
    [{}, ["batch", 4], [1, 4]],
  ],
  divide: [
    [{}, [2, 3], [2, 3]],
    [{}, ["batch", 4], [4]],
    [{}, [3], [2, 1]],
  ],
  scale: [
    [{ factor: -2.5 }, [2, 3]],
    [{ factor: 0 }, [2]],
  ],
  exp: [
    [{}, [2, 3]],
    [{}, []],
  ],
  erf: [[{}, [3, 4]]],
  gelu: [
    [{}, [3, 4]],
    [{}, ["batch", "length"]],
  ],
  scaledGelu: [
    [{}, [3, 4]],
    [{}, ["batch", "length"]],
  ],
  tanh: [[{}, [3, 4]]],
  relu: [[{}, [3, 4]]],
  sign: [[{}, [3, 4]]],
  toFloat: [
    [{}, int32(2, 3)],
    [{}, int64("batch", 2)],
  ],
  gemm: products().flatMap(({ transA, transB, a, b }) => [
    [{ transA, transB }, a, b],
    [{ transA, transB }, a, b, [2]],
    [{ transA, transB, alpha: 0.5, beta: -2 }, a, b, [3, 2]],
  ]),
  matmul: [
    ...products(2, 2).map(({ transA, transB, a, b }) => [{ transA, transB, alpha: 0.5 }, a, b] as const),
    ...products("batch").map(({ transA, transB, a, b }) => [{ transA, transB, alpha: 1 }, a, b] as const),
  ],
  gather: [
    [{}, [4, 3], int32(2, 5)],
    [{}, [4, 3], int64(7)],
    [{}, [4, 3], int32("batch", "length")],
  ],
  scatterRows: [
    [{}, [4, 2], int32(4), [3, 2]],
    [{}, ["batch", 5], int64("batch"), ["length", 5]],
  ],
  reshape: [
    [{ shape: [3, 4] }, [2, 6]],
    [{ shape: [] }, [1, 1]],
    [{ shape: ["batch*length", 4] }, ["batch", "length", 4]],
    [{ shape: ["batch", "length", 2, 2] }, ["batch", "length", 4]],
    [{ shape: ["length", 4, "batch"] }, ["batch", "length", 4]],
  ],
  transpose: [
    [{ permutation: [1, 0] }, [2, 3]],
    [{ permutation: [2, 0, 3, 1] }, ["batch", 3, 2, "length"]],
  ],
  softmax: [
    [{}, [2, 3, 4]],
    [{}, ["batch", "length"]],
  ],
  logSoftmax: [
    [{}, [2, 3, 4]],
    [{}, ["batch", "length"]],
  ],
  layerNorm: [
    [{ epsilon: 1e-5 }, [2, 3, 4], [4], [4]],
    [{ epsilon: 0.1 }, ["batch", 5], [5], [5]],
  ],
  reduceSum: [
    [{ axes: [0, 1], keepDims: false }, ["batch", "length"]],
    [{ axes: [1], keepDims: true }, [2, 3, 2]],
    [{ axes: [0, 2], keepDims: false }, [2, 3, 2]],
    [{ axes: [], keepDims: false }, [2, 3]],
  ],
  reduceMean: [
    [{ axes: [1], keepDims: true }, ["batch", 3]],
    [{ axes: [0, 2], keepDims: false }, [2, 3, 2]],
    [{ axes: [], keepDims: false }, [2, 3]],
  ],
  range: [[{ length: "length" }], [{ length: "length", start: 2 }]],
  sin: [[{}, [3, 4]]],
  cos: [[{}, ["batch", "length"]]],
  split: [
    [{ axis: 0, sizes: [2, 1, 3] }, [6, 2]],
    [{ axis: 2, sizes: [1, 4] }, ["batch", "length", 5]],
  ],
  concat: [
    [{ axis: 0 }, [2, 3], [1, 3]],
    [{ axis: 1 }, ["batch", 2], ["batch", 1], ["batch", 3]],
  ],
  shift: [
    [{ axis: 1, by: 1 }, ["batch", "length", 2]],
    [{ axis: 0, by: -2 }, ["length", 4]],
    [{ axis: 0, by: 3 }, [2, 2]],
  ],
  rotate: [
    [{}, ["batch", 2, "length", 8], ["length", 4], ["length", 4]],
    [{}, [3, 4], [3, 2], [3, 2]],
  ],
  relativeShift: [
    [{}, [2, 4]],
    [{}, [1, 2]],
    [{}, [2, "batch", "length", "2*length"]],
  ],
  relativeSpread: [
    [{}, [2, 2]],
    [{}, [1, 1]],
    [{}, [2, "batch", "length", "length"]],
  ],
  middle: [
    [{ values: [10, 11, 12, 13, 14, 15, 16, 17], length: "length" }],
    [{ values: [5, 6, 7, 8], length: "length" }],
  ],
  onesRow: [
    [{}, [3, 2]],
    [{}, ["batch", 4]],
  ],
};

type Feeds = Record<string, Float64Tensor>;

/** A graph of one operation, numbers for it, and the sum of its first result weighted at random, a loss. */
function setUp<K extends OpName>(op: K, [attributes, ...operands]: Case<K>) {
  const graph = createGraph();
  const random = createRandom(1, op);
  const feeds: Feeds = {};
  const feed = (name: string, type: ElementType, shape: Shape, draw: () => number): Value => {
    const dims = shape.map((dim) => (typeof dim === "number" ? dim : (SIZES[dim] ?? 6)));
    const length = dims.reduce((size, dim) => size * dim, 1);
    feeds[name] = { shape: dims, data: Float64Array.from({ length }, draw) };
    return graph.input(name, type, shape);
  };
  const uniform = () => Math.fround(4 * random.next() - 2);
  const inputs = operands.map((operand, i) =>
    "shape" in operand
      ? feed(`x${i}`, operand.type, operand.shape, () => random.nextInt(3))
      : feed(`x${i}`, "float32", operand, uniform),
  );
  if (op === "range" || op === "middle") feed("holder", "float32", ["length"], uniform);
  const outputs = graph.applyAll(op, inputs, attributes);
  const loss = () => {
    const y = outputs[0]!;
    const weighted = graph.apply("multiply", [y, feed("weights", "float32", y.shape, uniform)], {});
    return graph.apply("reduceSum", [weighted], { axes: y.shape.map((_, axis) => axis), keepDims: false });
  };
  return { graph, feeds, inputs, outputs, loss };
}

function expectClose(ours: ArrayLike<number | bigint>, theirs: ArrayLike<number>, tolerance: number): void {
  expect(ours.length).toBe(theirs.length);
  const errors = Array.from(theirs, (x, i) => Math.abs(Number(ours[i]) - x) / (1 + Math.abs(x)));
  expect(Math.max(0, ...errors)).toBeLessThan(tolerance);
}

/** dL/dx of each element by central differences; `step` balances rounding (1e-16 / h) and curvature (h^2). */
function differences(evaluate: () => number, { data }: Float64Tensor, step = 1e-5): number[] {
  return Array.from(data, (x, i) => {
    const at = (moved: number) => {
      data[i] = moved;
      return evaluate();
    };
    const slope = (at(x + step) - at(x - step)) / (2 * step);
    data[i] = x;
    return slope;
  });
}

/** Rows added up by index. */
function toDense(
  gradient: Gradient,
  read: (value: Value) => ArrayLike<number>,
  table: Float64Tensor,
): Float64Array {
  if (gradient.kind === "dense") return Float64Array.from(read(gradient.value));
  const width = table.shape.at(-1)!;
  const sum = new Float64Array(table.data.length);
  for (const { indices, rows } of gradient.parts) {
    const [at, values] = [read(indices), read(rows)];
    for (let i = 0; i < values.length; i++)
      sum[at[Math.floor(i / width)]! * width + (i % width)]! += values[i]!;
  }
  return sum;
}

const all = Object.entries(CASES).flatMap(([op, cases]) =>
  (cases as readonly Case<OpName>[]).map((value) => ({
    op: op as OpName,
    value,
    title: JSON.stringify(value),
  })),
);
const differentiable = all.filter(
  ({ op }) => !["toFloat", "range", "middle", "sign", "onesRow"].includes(op),
);

describe("forward equals plain TypeScript", () => {
  it.each(all)("$op $title", async ({ op, value }) => {
    const { graph, feeds, outputs } = setUp(op, value);
    const expected = interpretGraph(graph, feeds);
    const named = Object.fromEntries(outputs.map((output, i) => [`y${i}`, output]));
    for (const dialect of ["standard", "onnxruntime"] as const) {
      for (const optimization of ["disabled", "all"] as const) {
        const results = await runGraph(graph, named, feeds, { dialect, optimization });
        for (const [name, output] of Object.entries(named)) {
          expect(results.get(name)!.dims).toEqual(expected.get(output)!.shape);
          expectClose(results.get(name)!.data, expected.get(output)!.data, 2e-6);
        }
      }
    }
  });
});

describe("gradient equals central differences", () => {
  it.each(differentiable)("$op $title", async ({ op, value }) => {
    const { graph, feeds, inputs, loss: createLoss } = setUp(op, value);
    const loss = createLoss();
    const isShapeAlone = (i: number) => op === "scatterRows" && i === 2; // its numbers are not read
    const wrt = inputs.filter(({ type }, i) => type === "float32" && !isShapeAlone(i));
    const forward = { ...graph, inputs: [...graph.inputs], nodes: [...graph.nodes] };
    const found = gradients(graph, loss, wrt);
    const exact = interpretGraph(graph, feeds);
    const parts = [...found.values()].flatMap((gradient) =>
      gradient.kind === "dense" ? [gradient.value] : gradient.parts.map(({ rows }) => rows),
    );
    const results = await runGraph(
      graph,
      Object.fromEntries(parts.map((part) => [`d${part.id}`, part])),
      feeds,
    );
    expect([...found.keys()]).toEqual(wrt);
    for (const [input, gradient] of found) {
      const table = feeds[(input.source as { name: string }).name]!;
      const slopes = differences(() => interpretGraph(forward, feeds).get(loss)!.data[0]!, table);
      if (gradient.kind === "dense") expect(gradient.value.shape).toEqual(input.shape);
      const computed = (part: Value) =>
        (results.get(`d${part.id}`)?.data as Float32Array | undefined) ?? exact.get(part)!.data;
      // in float64 the rule alone is judged; in float32 what the runtime makes of it
      expectClose(
        toDense(gradient, (part) => exact.get(part)!.data, table),
        slopes,
        1e-7,
      );
      expectClose(toDense(gradient, computed, table), slopes, 1e-5);
    }
  });
});
