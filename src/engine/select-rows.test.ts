/** @file Rows selected early give the values that they have late, and what only they need is computed for them alone. */
import { describe, expect, it } from "vitest";
import { emitOnnx } from "./emit-onnx.ts";
import { createGraph } from "./graph.ts";
import { selectRows } from "./select-rows.ts";
import { createSession, type HostTensor } from "./session.ts";

const SIZE = 4;
const float = (dims: number[], from = 0): HostTensor => ({
  type: "float32",
  data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + from)),
  dims,
});

/** A layer with a residual: y = norm(gelu(h w) + h), h = x w mixed over rows. `h` is read twice. */
function layer() {
  const graph = createGraph();
  const x = graph.input("x", "float32", ["length", SIZE]);
  const weight = graph.input("weight", "float32", [SIZE, SIZE]);
  const gain = graph.input("gain", "float32", [SIZE]);
  const dense = (value: typeof x) => graph.apply("gemm", [value, weight], { transA: false, transB: true });
  const scores = graph.apply(
    "softmax",
    [graph.apply("matmul", [x, x], { transA: false, transB: true, alpha: 1 })],
    {},
  );
  const mixed = graph.apply("matmul", [scores, x], { transA: false, transB: false, alpha: 1 });
  const hidden = dense(mixed);
  const sum = graph.apply("add", [graph.apply("gelu", [dense(hidden)], {}), hidden], {});
  const y = dense(graph.apply("layerNorm", [sum, gain, gain], { epsilon: 1e-5 }));
  return { graph, x, mixed, y };
}

describe("selected rows", () => {
  it("have the values they have in the whole", async () => {
    const { graph, y } = layer();
    const selected = selectRows(graph, y, graph.input("rows", "int64", ["count"]));
    expect(selected.shape).toEqual(["count", SIZE]);
    const session = await createSession(emitOnnx(graph, { outputs: { y, selected } }), { threads: 1 });
    const rows: HostTensor = { type: "int64", data: BigInt64Array.of(4n, 0n, 4n), dims: [3] };
    const results = await session.run({
      x: float([6, SIZE]),
      weight: float([SIZE, SIZE], 3),
      gain: float([SIZE], 1),
      rows,
    });
    await session.release();
    const whole = results.get("y")!.data as Float32Array;
    const expected = [4, 0, 4].flatMap((row) => [...whole.subarray(SIZE * row, SIZE * (row + 1))]);
    const found = [...(results.get("selected")!.data as Float32Array)];
    expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-6);
  });

  it("are taken once, before the first operation that only they need", () => {
    const { graph, x, mixed, y } = layer();
    const before = graph.nodes.length;
    selectRows(graph, y, graph.input("rows", "int64", ["count"]));
    const added = graph.nodes.slice(before);
    expect(added.map(({ op }) => op)).toEqual(["gather", "gemm", "gemm", "gelu", "add", "layerNorm", "gemm"]);
    expect(added[0]!.inputs[0]).toBe(mixed);
    expect(added.flatMap(({ inputs }) => inputs)).not.toContain(x);
  });

  it("of a value that others read are taken from it as it is", () => {
    const graph = createGraph();
    const x = graph.input("x", "float32", ["length", SIZE]);
    const hidden = graph.apply("gelu", [x], {});
    const both = graph.apply("add", [hidden, graph.apply("exp", [hidden], {})], {});
    graph.apply("matmul", [hidden, hidden], { transA: true, transB: false, alpha: 1 });
    selectRows(graph, both, graph.input("rows", "int64", ["count"]));
    expect(graph.nodes.slice(4).map(({ op }) => op)).toEqual(["gather", "exp", "add"]);
  });
});
