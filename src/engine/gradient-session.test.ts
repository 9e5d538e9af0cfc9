/** @file Loss and gradients land in standing memory, parameters are read where they live, tables give rows. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createGradientSession,
  type GradientSession,
  knownShape,
  type Parameter,
} from "./gradient-session.ts";
import { createGraph, type Value } from "./graph.ts";
import type { HostTensor } from "./session.ts";

const int32 = (...data: number[]): HostTensor => ({
  type: "int32",
  data: Int32Array.from(data),
  dims: [data.length],
});

/** loss = sum of table[at] * gain; `idle` is read by nothing. */
function setUp() {
  const graph = createGraph();
  const parameter = (name: string, shape: number[], ...data: number[]): Parameter => ({
    name,
    shape,
    data: Float32Array.from(data),
  });
  const table = parameter("table", [4, 2], 1, 2, 3, 4, 5, 6, 7, 8);
  const gain = parameter("gain", [2], 10, 1);
  const idle = parameter("idle", [1], 5);
  const values = new Map<Value, Parameter>(
    [table, gain, idle].map((p) => [graph.input(p.name, "float32", p.shape), p]),
  );
  const [tableValue, gainValue] = [...values.keys()] as [Value, Value, Value];
  const rows = graph.apply("gather", [tableValue, graph.input("at", "int32", ["n"])], {});
  const scaled = graph.apply("multiply", [rows, gainValue], {});
  const loss = graph.apply("reduceSum", [scaled], { axes: [0, 1], keepDims: false });
  return { graph, loss, values, table, gain, idle };
}

describe("a gradient session", () => {
  let parts: ReturnType<typeof setUp>;
  let session: GradientSession;
  beforeEach(async () => {
    parts = setUp();
    session = await createGradientSession(parts.graph, parts.loss, parts.values, { threads: 1 });
  });
  afterEach(() => session.release());

  it("gives the loss, dense gradients, and rows of tables with their indices", async () => {
    const { loss, gradients } = await session.run({ at: int32(0, 2, 0) });
    expect(loss).toBe(12 + 56 + 12);
    expect(gradients.get("gain")).toEqual({ kind: "dense", data: Float32Array.of(1 + 5 + 1, 2 + 6 + 2) });
    const table = { indices: Int32Array.of(0, 2, 0), rows: Float32Array.of(10, 1, 10, 1, 10, 1) };
    expect(gradients.get("table")).toEqual({ kind: "rows", parts: [table] });
  });

  it("sees a parameter that was changed in place, without being told", async () => {
    await session.run({ at: int32(1) });
    parts.gain.data[0] = 100;
    parts.table.data[2] = -1;
    expect((await session.run({ at: int32(1) })).loss).toBe(-100 + 4);
  });

  it("writes dense gradients into the same memory each time", async () => {
    const first = (await session.run({ at: int32(0) })).gradients.get("gain");
    const second = (await session.run({ at: int32(3) })).gradients.get("gain");
    if (first?.kind !== "dense" || second?.kind !== "dense") throw new Error("gain has a dense gradient");
    expect(second.data).toBe(first.data);
    expect([...first.data]).toEqual([7, 8]);
  });

  it("takes another length from run to run", async () => {
    expect((await session.run({ at: int32(3, 3, 3, 3) })).loss).toBe(4 * 78);
    expect((await session.run({ at: int32(3) })).loss).toBe(78);
  });
});

it("gives what is watched beside the loss, one part after the other, and leaves loss and gradients as they are", async () => {
  const { graph, loss, values } = setUp();
  const [rows] = graph.nodes[1]!.outputs as [Value];
  const sums = graph.apply("reduceSum", [rows], { axes: [1], keepDims: false });
  const curved = graph.apply("gelu", [sums], {}); // rewritten on the way
  const watch = new Map([
    ["sums", sums],
    ["curved", curved],
  ]);
  const session = await createGradientSession(graph, loss, values, { threads: 1, watch });
  const plain = await createGradientSession(graph, loss, values, { threads: 1 });
  const one = await session.run({ at: int32(0, 2) });
  expect(one.watched.get("sums")).toEqual(Float32Array.of(12, 56));
  expect(one.watched.get("curved")![0]).toBeCloseTo(12, 5);
  expect(one.watched.get("curved")![1]).toBeCloseTo(56, 5);
  const parts = [() => ({ at: int32(0, 2) }), () => ({ at: int32(3) })];
  const { watched, ...rest } = await session.runParts(parts);
  expect(watched.get("sums")).toEqual(Float32Array.of(12, 56, 78));
  const { watched: none, ...expected } = await plain.runParts(parts);
  expect(none.size).toBe(0);
  expect(rest).toEqual(expected);
  await session.release();
  await plain.release();
});

it("leaves out a parameter that the loss does not depend on", async () => {
  const { graph, loss, values } = setUp();
  const session = await createGradientSession(graph, loss, values, { threads: 1 });
  const { gradients } = await session.run({ at: int32(0) });
  expect([...gradients.keys()]).toEqual(["table", "gain"]);
  await session.release();
});

it("feeds a frozen parameter from its own memory and leaves its gradient out", async () => {
  const { graph, loss, values, table, gain } = setUp();
  const [tableValue, gainValue] = [...values.keys()] as [Value, Value];
  const session = await createGradientSession(graph, loss, new Map([[gainValue, gain]]), {
    threads: 1,
    frozen: new Map([[tableValue, table]]),
  });
  const first = await session.run({ at: int32(0) });
  expect(first.loss).toBe(12);
  expect([...first.gradients]).toEqual([["gain", { kind: "dense", data: Float32Array.of(1, 2) }]]);
  table.data[0] = 2;
  expect((await session.run({ at: int32(0) })).loss).toBe(22);
  await session.release();
});

it("asks for int32 indices of a trained table", async () => {
  const { graph, loss, values } = setUp();
  const session = await createGradientSession(graph, loss, values, { threads: 1 });
  const at: HostTensor = { type: "int64", data: BigInt64Array.of(0n), dims: [1] };
  await expect(session.run({ at })).rejects.toThrow();
  await session.release();
});

it("knows a shape without symbols", () => {
  expect(knownShape([2, 3])).toEqual([2, 3]);
  expect(() => knownShape(["batch", 3])).toThrow('The open size "batch" stands where a number must.');
});
