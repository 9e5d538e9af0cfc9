/** @file What is written into an ONNX model, read back from its bytes, and what is left out. */
import { describe, expect, it } from "vitest";
import { emitOnnx } from "./emit-onnx.ts";
import { createGraph } from "./graph.ts";
import { createSession } from "./session.ts";

/** Names stand in protobuf as plain bytes. */
const mentions = (model: Uint8Array, name: string) => Buffer.from(model).includes(name);

function linearGraph() {
  const graph = createGraph();
  const x = graph.input("x", "float32", ["batch", 2]);
  const weight = graph.input("weight", "float32", [2, 2]);
  const aside = graph.input("aside", "float32", [2]);
  const y = graph.apply("matmul", [x, weight], { transA: false, transB: true, alpha: 0.5 });
  const dead = graph.apply("erf", [aside], {});
  return { graph, x, y, dead };
}
const x = { type: "float32", data: Float32Array.of(1, 2), dims: [1, 2] } as const;
const weight = Float32Array.of(2, 4, 6, 8);

describe("a model", () => {
  it("has only the nodes and inputs that its outputs depend on", async () => {
    const { graph, y, dead } = linearGraph();
    const lean = emitOnnx(graph, { outputs: { y } });
    expect([mentions(lean, "Erf"), mentions(lean, "aside")]).toEqual([false, false]);
    const session = await createSession(lean, { threads: 1 });
    expect(session.inputNames).toEqual(["x", "weight"]);
    await session.release();
    const whole = emitOnnx(graph, { outputs: { y, dead } });
    expect([mentions(whole, "Erf"), mentions(whole, "aside")]).toEqual([true, true]);
  });

  it("stores the inputs it is given numbers for, and asks for the others", async () => {
    const { graph, y } = linearGraph();
    const model = emitOnnx(graph, { outputs: { y }, initializers: new Map([["weight", weight]]) });
    const session = await createSession(model, { threads: 1 });
    expect(session.inputNames).toEqual(["x"]);
    const result = (await session.run({ x })).get("y")!;
    expect([result.dims, result.data]).toEqual([[1, 2], Float32Array.of(5, 11)]);
    await session.release();
  });

  it("in the standard dialect uses no operator of the runtime's own", () => {
    const { graph, y } = linearGraph();
    const standard = emitOnnx(graph, { outputs: { y }, dialect: "standard" });
    expect([mentions(standard, "com.microsoft"), mentions(standard, "FusedMatMul")]).toEqual([false, false]);
    expect(mentions(standard, "MatMul")).toBe(true);
    const own = emitOnnx(graph, { outputs: { y } });
    expect([mentions(own, "com.microsoft"), mentions(own, "FusedMatMul")]).toEqual([true, true]);
  });

  it("gives a value under several names, an input among them", async () => {
    const { graph, x: fed, y } = linearGraph();
    const session = await createSession(emitOnnx(graph, { outputs: { y, again: y, echo: fed } }), {
      threads: 1,
    });
    const results = await session.run({ x, weight: { type: "float32", data: weight, dims: [2, 2] } });
    expect(results.get("again")!.data).toEqual(results.get("y")!.data);
    expect(results.get("echo")!.data).toEqual(x.data);
    await session.release();
  });

  it("is the same bytes for the same graph", () => {
    const [a, b] = [linearGraph(), linearGraph()].map(({ graph, y }) => emitOnnx(graph, { outputs: { y } }));
    expect(Buffer.compare(a!, b!)).toBe(0);
  });
});

describe("refused is", () => {
  it("a size that no input has", () => {
    const graph = createGraph();
    const n = graph.apply("range", [], { length: "n" });
    expect(() => emitOnnx(graph, { outputs: { n } })).toThrow('No graph input has the size "n".');
  });

  it("numbers for an input of open size, and a range of known length", () => {
    const { graph, x: fed } = linearGraph();
    const options = { outputs: { fed }, initializers: new Map([["x", Float32Array.of(1, 2)]]) };
    expect(() => emitOnnx(graph, options)).toThrow('A stored tensor has the open size "batch".');
    const range = graph.apply("range", [], { length: 3 });
    expect(() => emitOnnx(graph, { outputs: { range } })).toThrow("A range of known length is a constant.");
  });
});
