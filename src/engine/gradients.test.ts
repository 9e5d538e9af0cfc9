/** @file The reverse walk: values used twice, values the loss does not see, and what has no gradient. */
import { describe, expect, it } from "vitest";
import { interpretGraph } from "../testing/interpret-graph.ts";
import { type Gradient, gradients } from "./gradients.ts";
import { createGraph, type Graph, type Value } from "./graph.ts";

const tensor = (shape: number[], ...data: number[]) => ({ shape, data: Float64Array.from(data) });
const sum = (graph: Graph, x: Value) =>
  graph.apply("reduceSum", [x], { axes: x.shape.map((_, axis) => axis), keepDims: false });
function denseOf(gradient: Gradient | undefined): Value {
  if (gradient?.kind !== "dense") throw new Error("no dense gradient");
  return gradient.value;
}

describe("gradients add up", () => {
  it("where one node reads a value twice", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", [2]);
    const loss = sum(graph, graph.apply("multiply", [x, x], {}));
    const dX = denseOf(gradients(graph, loss, [x]).get(x)); // 2 x
    expect([...interpretGraph(graph, { x: tensor([2], 3, -4) }).get(dX)!.data]).toEqual([6, -8]);
  });

  it("where several nodes read it, as in a residual connection", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", [2]);
    const cube = graph.apply("multiply", [graph.apply("multiply", [x, x], {}), x], {});
    const loss = sum(
      graph,
      graph.apply(
        "subtract",
        [graph.apply("add", [cube, x], {}), graph.apply("scale", [x], { factor: 5 })],
        {},
      ),
    );
    const dX = denseOf(gradients(graph, loss, [x]).get(x)); // 3 x^2 + 1 - 5
    expect([...interpretGraph(graph, { x: tensor([2], 1, -2) }).get(dX)!.data]).toEqual([-1, 8]);
  });

  it("where a table is read by two lists of rows: one part each", () => {
    const graph = createGraph();
    const table = graph.input("table", "float32", [3, 1]);
    const rows = ["a", "b"].map((name) =>
      graph.apply("gather", [table, graph.input(name, "int32", [2])], {}),
    );
    const loss = sum(graph, graph.apply("multiply", [rows[0]!, rows[1]!], {}));
    const gradient = gradients(graph, loss, [table]).get(table)!;
    if (gradient.kind !== "rows") throw new Error("a table has row gradients");
    const values = interpretGraph(graph, {
      table: tensor([3, 1], 5, 7, 9),
      a: tensor([2], 0, 2),
      b: tensor([2], 2, 1),
    });
    const found = gradient.parts.map((part) =>
      [part.indices, part.rows].map((value) => [...values.get(value)!.data]),
    );
    expect(found).toContainEqual([
      [0, 2],
      [9, 7],
    ]);
    expect(found).toContainEqual([
      [2, 1],
      [5, 9],
    ]);
    expect(found).toHaveLength(2);
  });
});

describe("a split", () => {
  it("gives every part's gradient to its place, and 0 to a part that the loss does not see", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", [4]);
    const parts = graph.applyAll("split", [x], { axis: 0, sizes: [1, 2, 1] });
    const loss = graph.apply(
      "add",
      [sum(graph, graph.apply("scale", [parts[0]!], { factor: 3 })), sum(graph, parts[2]!)],
      {},
    );
    const dX = denseOf(gradients(graph, loss, [x]).get(x));
    expect([...interpretGraph(graph, { x: tensor([4], 1, 2, 3, 4) }).get(dX)!.data]).toEqual([3, 0, 0, 1]);
  });
});

describe("what is asked for", () => {
  it("is absent where the loss does not depend on it", () => {
    const graph = createGraph();
    const [used, unread, aside] = ["used", "unread", "aside"].map((name) =>
      graph.input(name, "float32", [2]),
    );
    graph.apply("exp", [aside!], {});
    const found = gradients(graph, sum(graph, used!), [used!, unread!, aside!]);
    expect([...found.keys()]).toEqual([used]);
  });

  it("may be a value in the middle, or the loss itself", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", [2]);
    const middle = graph.apply("scale", [x], { factor: 3 });
    const loss = sum(graph, graph.apply("multiply", [middle, middle], {}));
    const found = gradients(graph, loss, [middle, loss, x]);
    const values = interpretGraph(graph, { x: tensor([2], 1, 2) });
    expect([...values.get(denseOf(found.get(middle)))!.data]).toEqual([6, 12]);
    expect([...values.get(denseOf(found.get(x)))!.data]).toEqual([18, 36]);
    expect(denseOf(found.get(loss)).source).toEqual({ kind: "constant", data: Float32Array.of(1) });
  });

  it("adds no nodes for inputs that nobody asked about", () => {
    const graph = createGraph();
    const [x, w] = ["x", "w"].map((name) => graph.input(name, "float32", [2, 2])) as [Value, Value];
    const loss = sum(graph, graph.apply("gemm", [x, w], { transA: false, transB: false }));
    gradients(graph, loss, [w]);
    expect(graph.nodes.filter(({ op }) => op === "gemm")).toHaveLength(2);
  });
});

describe("refused is", () => {
  it("a loss that is no scalar", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", ["batch", 2]);
    expect(() => gradients(graph, x, [x])).toThrow("The loss must be a scalar, not [batch, 2].");
  });

  it("a loss that depends on a second result, which has no rule", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", [2]);
    const [y, mean] = graph.applyAll("layerNorm", [x, x, x], { epsilon: 1 }) as [Value, Value, Value];
    const loss = sum(graph, graph.apply("add", [y, mean], {}));
    expect(() => gradients(graph, loss, [x])).toThrow(
      "Only the first result of layerNorm has a gradient rule.",
    );
  });

  it("a table that is read both by rows and whole", () => {
    const graph = createGraph();
    const table = graph.input("table", "float32", [3, 2]);
    const rows = graph.apply("gather", [table, graph.input("at", "int32", [3])], {});
    const loss = sum(graph, graph.apply("add", [rows, table], {}));
    expect(() => gradients(graph, loss, [table])).toThrow("A table is read both by rows and whole");
  });

  it("a mean over an open size", () => {
    const graph = createGraph();
    const open = graph.input("open", "float32", ["batch"]);
    const mean = graph.apply("reduceMean", [open], { axes: [0], keepDims: false });
    expect(() => gradients(graph, mean, [open])).toThrow(
      "reduceMean over a symbolic axis has no gradient rule.",
    );
  });
});
