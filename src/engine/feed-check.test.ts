/** @file What a run is fed, right and wrong in every way, and what is said of it before the runtime sees it. */
import { describe, expect, it } from "vitest";
import { createFeedCheck } from "./feed-check.ts";
import { createGradientSession } from "./gradient-session.ts";
import { createGraph } from "./graph.ts";
import type { HostTensor } from "./session.ts";

const floats = (...dims: number[]): HostTensor => ({
  type: "float32",
  dims,
  data: new Float32Array(dims.reduce((size, dim) => size * dim, 1)),
});
const ids = (...dims: number[]): HostTensor => ({
  type: "int32",
  dims,
  data: new Int32Array(dims.reduce((size, dim) => size * dim, 1)),
});

const graph = createGraph();
const check = createFeedCheck(
  [
    graph.input("targets", "float32", ["batch*length", 3]),
    graph.input("ids", "int32", ["batch", "length"]),
    graph.input("bias", "float32", ["batch", 1]),
    graph.input("scale", "float32", []),
  ],
  ["idle"],
);
const right = { targets: floats(6, 3), ids: ids(2, 3), bias: floats(2, 1), scale: floats() };

describe("feeds", () => {
  it("that fit pass, with one that is allowed and not read", () => {
    expect(() => check({ ...right, idle: floats(1) })).not.toThrow();
  });

  it.each<[string, Record<string, HostTensor>, string]>([
    [
      "an unknown name",
      { ids_: ids(2, 3) },
      'The graph has no input "ids_". Did you mean "ids"? It is fed: targets, ids, bias, scale.',
    ],
    [
      "another type",
      { ids: floats(2, 3) },
      'The input "ids" takes int32 [batch, length], and is fed float32 [2, 3].',
    ],
    ["another rank", { scale: floats(1) }, 'The input "scale" takes float32 [], and is fed float32 [1].'],
    [
      "another fixed size",
      { bias: floats(2, 2) },
      'The input "bias" takes float32 [batch, 1], and is fed float32 [2, 2].',
    ],
    [
      "a symbol of two sizes",
      { bias: floats(4, 1) },
      'The size "batch" is 4 in the input "bias", and 2 by "ids".',
    ],
    [
      "a product that is none",
      { targets: floats(5, 3) },
      'The size "batch*length" is 5 in the input "targets", and 6 by "ids".',
    ],
    [
      "data that the dims do not hold",
      { bias: { type: "float32", dims: [2, 1], data: new Float32Array(3) } },
      'The input "bias" is fed 3 numbers; its dims [2, 1] hold 2.',
    ],
  ])("are refused: %s", (_, wrong, message) => {
    expect(() => check({ ...right, ...wrong })).toThrow(message);
  });

  it("are refused where one is missing", () => {
    const { ids: _, ...rest } = right;
    expect(() => check(rest)).toThrow('The input "ids" (int32 [batch, length]) is not fed.');
  });
});

describe("a gradient session", () => {
  const line = () => {
    const line = createGraph();
    const x = line.input("x", "float32", ["n", 2]);
    const weight = line.input("weight", "float32", [1, 2]);
    const product = line.apply("gemm", [x, weight], { transA: false, transB: true });
    const loss = line.apply("reduceSum", [product], { axes: [0, 1], keepDims: false });
    return { line, weight, loss };
  };

  it("checks what it is fed, parameters aside", async () => {
    const { line: graph, weight, loss } = line();
    const parameter = { name: "weight", shape: [1, 2], data: Float32Array.of(1, 2) };
    const session = await createGradientSession(graph, loss, new Map([[weight, parameter]]), { threads: 1 });
    await expect(session.run({})).rejects.toThrow('The input "x" (float32 [n, 2]) is not fed.');
    await expect(session.run({ x: floats(2, 3) })).rejects.toThrow(
      "takes float32 [n, 2], and is fed float32 [2, 3].",
    );
    expect((await session.run({ x: floats(4, 2) })).loss).toBe(0);
    await session.release();
  });

  it.each([
    [[1, 2], 3, 'The parameter "weight" holds 3 numbers; its shape [1, 2] needs 2.'],
    [[2, 1], 2, 'The parameter "weight" has the shape [2, 1]; its graph input has [1, 2].'],
  ])("refuses a parameter of shape %j with %i numbers", async (shape, count, message) => {
    const { line: graph, weight, loss } = line();
    const parameter = { name: "weight", shape, data: new Float32Array(count) };
    const made = createGradientSession(graph, loss, new Map([[weight, parameter]]), { threads: 1 });
    await expect(made).rejects.toThrow(message);
  });
});
