/** @file Shapes that fit, shapes that do not, and what a graph refuses. */
import { describe, expect, it } from "vitest";
import { createGraph, type Graph, type Shape, type Value } from "./graph.ts";
import { sizeName } from "./ops.ts";

function withInputs(...shapes: Shape[]): { graph: Graph; inputs: Value[] } {
  const graph = createGraph();
  return { graph, inputs: shapes.map((shape, i) => graph.input(`x${i}`, "float32", shape)) };
}

describe("shapes", () => {
  it("are worked out as nodes are added, open sizes and all", () => {
    const { graph, inputs } = withInputs(["batch", "length", 4], [4], [6, 4]);
    const [x, gain, weight] = inputs as [Value, Value, Value];
    const flat = graph.apply("reshape", [x], { shape: ["batch*length", 4] });
    expect(graph.apply("gemm", [flat, weight], { transA: false, transB: true }).shape).toEqual([
      "batch*length",
      6,
    ]);
    expect(graph.apply("multiply", [x, gain], {}).shape).toEqual(["batch", "length", 4]);
    const outputs = graph.applyAll("layerNorm", [x, gain, gain], { epsilon: 1 });
    expect(outputs.map(({ shape }) => shape)).toEqual([
      x.shape,
      ["batch", "length", 1],
      ["batch", "length", 1],
    ]);
    expect(graph.nodes.map(({ op }) => op)).toEqual(["reshape", "gemm", "multiply", "layerNorm"]);
  });

  it("hold equally many elements whatever the order of their symbols", () => {
    expect(sizeName(["length", 2, "batch", 3])).toBe("6*batch*length");
    expect(sizeName(["batch*length", 6])).toBe(sizeName([6, "length*batch"]));
    expect(sizeName([])).toBe("1");
  });

  it.each<[string, (graph: Graph, inputs: Value[]) => unknown, Shape[], string]>([
    [
      "add of other sizes",
      (g, x) => g.apply("add", x, {}),
      [
        [2, 3],
        [2, 4],
      ],
      "add cannot take shapes [2, 3], [2, 4]. It takes two tensors whose sizes, counted from the last axis, are equal or 1.",
    ],
    [
      "add of a symbol and a number",
      (g, x) => g.apply("add", x, {}),
      [["batch"], [2]],
      "add cannot take shapes [batch], [2]. It takes",
    ],
    [
      "gemm of other inner sizes",
      (g, x) => g.apply("gemm", x, { transA: true, transB: false }),
      [
        [2, 3],
        [3, 2],
      ],
      "gemm cannot take shapes [2, 3], [3, 2] with transA true, transB false. It takes [m, k] ([k, m] with transA), [k, n] ([n, k] with transB) and, if any, a bias [n].",
    ],
    [
      "gemm with a bias too long",
      (g, x) => g.apply("gemm", x, { transA: false, transB: false }),
      [[2, 3], [3, 2], [3]],
      "gemm cannot take shapes [2, 3], [3, 2], [3] with",
    ],
    [
      "gemm of three axes",
      (g, x) => g.apply("gemm", x, { transA: false, transB: false }),
      [
        [1, 2, 3],
        [3, 2],
      ],
      "gemm cannot take shapes [1, 2, 3], [3, 2] with",
    ],
    [
      "matmul of other leading axes",
      (g, x) => g.apply("matmul", x, { transA: false, transB: false, alpha: 1 }),
      [
        ["a", 2, 3],
        ["b", 3, 2],
      ],
      "matmul cannot take shapes [a, 2, 3], [b, 3, 2] with transA false, transB false, alpha 1. It takes [..., m, k]",
    ],
    [
      "matmul of vectors",
      (g, x) => g.apply("matmul", x, { transA: false, transB: false, alpha: 1 }),
      [[3], [3]],
      "matmul cannot take shapes [3], [3] with",
    ],
    [
      "reshape to another size",
      (g, x) => g.apply("reshape", x, { shape: ["batch", 5] }),
      [["batch", 4]],
      'reshape cannot take shapes [batch, 4] with shape ["batch",5]. It takes one tensor, and a shape of as many elements.',
    ],
    [
      "gather from a table of three axes",
      (g, [table]) => g.apply("gather", [table!, g.input("at", "int32", [2])], {}),
      [[4, 3, 2]],
      "gather cannot take shapes [4, 3, 2], [2]. It takes a table [rows, width] and indices [...].",
    ],
    [
      "transpose that forgets an axis",
      (g, x) => g.apply("transpose", x, { permutation: [1, 1] }),
      [[4, 3]],
      "transpose cannot take shapes [4, 3] with permutation [1,1]. It takes one tensor, and a permutation",
    ],
    [
      "layerNorm with a gain too short",
      (g, x) => g.apply("layerNorm", x, { epsilon: 1 }),
      [[2, 4], [3], [4]],
      "layerNorm cannot take shapes [2, 4], [3], [4] with epsilon 1. It takes x [..., width], gain [width] and bias [width].",
    ],
    [
      "reduceSum over an axis that is not there",
      (g, x) => g.apply("reduceSum", x, { axes: [-1], keepDims: false }),
      [[2, 4]],
      "reduceSum cannot take shapes [2, 4] with axes [-1], keepDims false. It takes one tensor, and axes that it has, counted from 0.",
    ],
    [
      "split into parts that do not make the whole",
      (g, x) => g.apply("split", x, { axis: 1, sizes: [1, 2] }),
      [[2, 4]],
      "split cannot take shapes [2, 4] with axis 1, sizes [1,2].",
    ],
    [
      "concat along an open size",
      (g, x) => g.apply("concat", x, { axis: 0 }),
      [["batch"], ["batch"]],
      "concat cannot take shapes [batch], [batch] with axis 0.",
    ],
    [
      "rotate with a table of the whole width",
      (g, x) => g.apply("rotate", x, {}),
      [
        ["length", 4],
        ["length", 4],
        ["length", 4],
      ],
      "rotate cannot take shapes [length, 4], [length, 4], [length, 4].",
    ],
    [
      "relativeShift of a square",
      (g, x) => g.apply("relativeShift", x, {}),
      [["length", "length"]],
      "relativeShift cannot take shapes [length, length].",
    ],
  ])("do not fit: %s", (_, apply, shapes, message) => {
    const { graph, inputs } = withInputs(...shapes);
    expect(() => apply(graph, inputs)).toThrow(message);
    expect(graph.nodes).toEqual([]);
  });
});

describe("operands", () => {
  it.each<[string, (graph: Graph, x: Value, whole: Value) => unknown, string]>([
    ["too few", (g, x) => g.apply("add", [x], {}), "add got 1 operands, not 2. It takes two tensors"],
    [
      "too many",
      (g, x) => g.apply("gemm", [x, x, x, x], { transA: false, transB: false }),
      "gemm got 4 operands, not 2 or 3. It takes [m, k]",
    ],
    [
      "whole numbers where floats must be",
      (g, x, whole) => g.apply("multiply", [x, whole], {}),
      "multiply cannot take int32 [2] as operand 2: it must be float32. It takes two tensors",
    ],
    [
      "floats where indices must be",
      (g, x) => g.apply("gather", [x, x], {}),
      "gather cannot take float32 [2, 2] as operand 2: it must be int32 or int64. It takes a table",
    ],
  ])("are refused: %s", (_, apply, message) => {
    const { graph, inputs } = withInputs([2, 2]);
    const whole = graph.input("whole", "int32", [2]);
    expect(() => apply(graph, inputs[0]!, whole)).toThrow(message);
  });
});

describe("a graph", () => {
  it("refuses a second input of one name", () => {
    const { graph } = withInputs([1]);
    expect(() => graph.input("x0", "int32", [2])).toThrow('Two graph inputs are named "x0".');
  });

  it("keeps a copy of its constants, of the right size", () => {
    const graph = createGraph();
    const numbers = [1, 2];
    const { source } = graph.constant([2], numbers);
    numbers[0] = 9;
    expect(source).toEqual({ kind: "constant", data: Float32Array.of(1, 2) });
    expect(() => graph.constant([3], numbers)).toThrow("A constant of shape [3] cannot hold 2 numbers.");
  });

  it("carries whole numbers through reshape and range only", () => {
    const graph = createGraph();
    const x = graph.input("x", "int64", ["n"]);
    expect(graph.apply("reshape", [x], { shape: [1, "n"] }).type).toBe("int64");
    expect(graph.apply("range", [], { length: "n" }).type).toBe("int64");
    expect(graph.apply("toFloat", [x], {}).type).toBe("float32");
  });
});
