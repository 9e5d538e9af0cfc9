/** @file Weights in int8: how far off they are, how their products come out, and what a file of them holds. */

import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom, nextNormal } from "../util/random.ts";
import { emitOnnx } from "./emit-onnx.ts";
import { createGraph } from "./graph.ts";
import { readOnnxTensors } from "./onnx-tensors.ts";
import { quantizeInitializers, quantizeRows } from "./quantize.ts";
import { createSession } from "./session.ts";

const random = createRandom(1, "quantize");
const normals = (size: number) => Float32Array.from({ length: size }, () => nextNormal(random));

describe("a row in int8", () => {
  it("is off by half a step at most, whatever the numbers", () => {
    const numbers = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(numbers, fc.constantFrom(63, 127), (row, levels) => {
        const data = Float32Array.from([...row, ...row.map((x) => x / 3)]);
        const { values, scales } = quantizeRows(data, 2, levels);
        for (const [i, x] of data.entries()) {
          const scale = scales[i < row.length ? 0 : 1]!;
          expect(Math.abs(values[i]!)).toBeLessThanOrEqual(levels);
          expect(Math.abs(x - values[i]! * scale)).toBeLessThanOrEqual(0.5 * scale * (1 + 1e-4));
        }
      }),
    );
  });

  it("takes its scale from its largest magnitude; zeros stay zeros", () => {
    const { values, scales } = quantizeRows(Float32Array.of(1, -126, 63, 0, 0, 0), 2, 63);
    expect([...values]).toEqual([1, -63, 32, 0, 0, 0]);
    expect([...scales]).toEqual([2, 1]);
  });
});

/** ids -> a table's rows, a product that widens, gelu, one that narrows: [batch*length, 3] */
function feedForward() {
  const graph = createGraph();
  const ids = graph.input("ids", "int64", ["batch", "length"]);
  const table = graph.input("table", "float32", [40, 8]);
  const rows = graph.apply("reshape", [graph.apply("gather", [table, ids], {})], {
    shape: ["batch*length", 8],
  });
  const dense = (x: typeof rows, name: string, outputs: number) =>
    graph.apply(
      "gemm",
      [
        x,
        graph.input(`${name}.weight`, "float32", [outputs, x.shape[1] as number]),
        graph.input(`${name}.bias`, "float32", [outputs]),
      ],
      { transA: false, transB: true },
    );
  const y = dense(graph.apply("gelu", [dense(rows, "wide", 32)], {}), "narrow", 3);
  const initializers = new Map([
    ["table", normals(320)],
    ["wide.weight", normals(256)],
    ["wide.bias", normals(32)],
    ["narrow.weight", normals(96)],
    ["narrow.bias", normals(3)],
  ]);
  return { graph, y, initializers };
}

const feeds = {
  ids: { type: "int64", data: BigInt64Array.from({ length: 12 }, (_, i) => BigInt(i * 3)), dims: [3, 4] },
} as const;

async function run(model: Uint8Array | string, tensorFolder?: string): Promise<Float32Array> {
  const session = await createSession(model, {
    threads: 1,
    ...(tensorFolder === undefined ? {} : { tensorFolder }),
  });
  const { data } = (await session.run(feeds)).get("y")!;
  await session.release();
  return data as Float32Array;
}

const largest = (a: Float32Array, b: Float32Array) => Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));

describe("a graph whose weights are in int8", () => {
  it("computes nearly what it computes in float32, with the runtime's fusions and without", async () => {
    const { graph, y, initializers } = feedForward();
    const quantized = quantizeInitializers(graph, initializers);
    const emit = { outputs: { y }, initializers, dialect: "standard" } as const;
    const exact = await run(emitOnnx(graph, emit));
    const model = emitOnnx(graph, { ...emit, quantized });
    const near = await run(model);
    expect(largest(exact, new Float32Array(exact.length))).toBeGreaterThan(10);
    expect(largest(near, exact)).toBeLessThan(0.6);
    expect(largest(near, exact)).toBeGreaterThan(0);
    const plain = await createSession(model, { threads: 1, optimization: "disabled" });
    const unfused = (await plain.run(feeds)).get("y")!.data as Float32Array;
    await plain.release();
    expect(largest(near, unfused)).toBeLessThan(0.2); // one step of an activation, where rounding tips
  });

  it("keeps the names it is told to, and small tables, in float32", () => {
    const { graph, initializers } = feedForward();
    const quantized = quantizeInitializers(graph, initializers, (name) => name.startsWith("narrow."));
    expect([...quantized.keys()]).toEqual(["wide.weight", "table"]);
    expect(quantized.get("wide.weight")!.values.dims).toEqual([8, 32]);
  });
});

/** A gated part: the two halves of one stored weight, then a product whose weight is stored [in, out]. */
function gated() {
  const graph = createGraph();
  const ids = graph.input("ids", "int64", ["batch", "length"]);
  const table = graph.input("table", "float32", [40, 8]);
  const rows = graph.apply("reshape", [graph.apply("gather", [table, ids], {})], {
    shape: ["batch*length", 8],
  });
  const cut = (name: string, shape: number[]) =>
    graph.applyAll("split", [graph.input(name, "float32", shape)], { axis: 0, sizes: [12, 12] });
  const [weights, biases] = [cut("both.weight", [24, 8]), cut("both.bias", [24])];
  const [left, right] = weights.map((weight, part) =>
    graph.apply("gemm", [rows, weight, biases[part]!], { transA: false, transB: true }),
  );
  const product = graph.apply("multiply", [graph.apply("gelu", [left!], {}), right!], {});
  const back = graph.input("back", "float32", [12, 8]);
  const y = graph.apply("gemm", [product, back], { transA: false, transB: false });
  const sizes = { table: 320, "both.weight": 192, "both.bias": 24, back: 96 };
  const initializers = new Map(Object.entries(sizes).map(([name, size]) => [name, normals(size)]));
  return { graph, y, initializers, weight: weights[0]! };
}

describe("a weight that is cut, and one that is stored [in, out]", () => {
  it("are multiplied in int8, each whole in the file, the parts of a gate not in two pieces", async () => {
    const { graph, y, initializers } = gated();
    const quantized = quantizeInitializers(graph, initializers);
    expect([...quantized].map(([name, { values, scales }]) => [name, values.dims, scales.dims])).toEqual([
      ["both.weight", [8, 24], [24]],
      ["back", [12, 8], [8]],
      ["table", [40, 8], [40, 1]],
    ]);
    const emit = { outputs: { y }, initializers, dialect: "standard" } as const;
    const [exact, near] = [
      await run(emitOnnx(graph, emit)),
      await run(emitOnnx(graph, { ...emit, quantized })),
    ];
    expect(largest(near, exact)).toBeGreaterThan(0);
    expect(largest(near, exact)).toBeLessThan(0.05 * Math.max(...exact));
    const text = Buffer.from(emitOnnx(graph, { ...emit, quantized })).toString("latin1");
    expect(text.match(/MatMulInteger/g)).toHaveLength(3);
    expect(text).not.toContain("Slice");
  });

  it("stay in float32 where something else reads them too", () => {
    const { graph, initializers, weight } = gated();
    graph.apply("exp", [weight], {});
    expect([...quantizeInitializers(graph, initializers).keys()]).toEqual(["back", "table"]);
  });
});

describe("the tensors of an ONNX file", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "textphantom-tensors-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("are found where they lie, and run from there give the same bits", async () => {
    const { graph, y, initializers } = feedForward();
    const quantized = quantizeInitializers(graph, initializers);
    const emit = { outputs: { y }, dialect: "standard" } as const;
    const whole = emitOnnx(graph, { ...emit, initializers, quantized });
    const path = join(folder, "model.onnx");
    await writeFile(path, whole);
    const stored = await readOnnxTensors(path, "model.onnx");
    expect(stored.get("wide.weight_quantized")).toMatchObject({
      type: "int8",
      dims: [8, 32],
      sizeBytes: 256,
    });
    expect(stored.get("wide.bias")).toMatchObject({ type: "float32", dims: [32], sizeBytes: 128 });
    const bytes = Buffer.from(whole);
    const { offset } = stored.get("wide.bias")!;
    expect(bytes.readFloatLE(offset)).toBe(initializers.get("wide.bias")![0]);
    const part = (name: string) => ({ dims: stored.get(name)!.dims, data: stored.get(name)! });
    const small = emitOnnx(graph, {
      ...emit,
      initializers: new Map([...stored].filter(([name]) => initializers.has(name))),
      quantized: new Map(
        [...quantized.keys()].map((name) => [
          name,
          { values: part(`${name}_quantized`), scales: part(`${name}_scale`) },
        ]),
      ),
    });
    expect(small.length).toBeLessThan(whole.length);
    expect([...(await run(small, folder))]).toEqual([...(await run(whole))]);
  });

  it("are not found in a file that is cut or is none", async () => {
    const { graph, y, initializers } = feedForward();
    const path = join(folder, "cut.onnx");
    const bytes = emitOnnx(graph, { outputs: { y }, initializers });
    await writeFile(path, bytes);
    await truncate(path, bytes.length - 1);
    await expect(readOnnxTensors(path, "cut.onnx")).rejects.toThrow("The file is cut.");
    await writeFile(path, "no model");
    await expect(readOnnxTensors(path, "cut.onnx")).rejects.toThrow("no model that we write");
  });
});
