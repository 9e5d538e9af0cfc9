/** @file Angles and near tokens of three positions, number by number. */
import { expect, it } from "vitest";
import { createGraph } from "../../engine/graph.ts";
import { interpretGraph } from "../../testing/interpret-graph.ts";
import type { EncoderContext } from "./architecture.ts";
import { buildRotaryTable, hideDistant } from "./rotary.ts";

function setUp() {
  const graph = createGraph();
  const positions = graph.input("positions", "int64", ["length"]);
  const context: EncoderContext = {
    graph,
    parameter: (name, shape) => graph.input(name, "float32", shape),
    dropout: (value) => value,
  };
  const feeds = { positions: { shape: [3], data: Float64Array.of(0, 1, 2) } };
  return { graph, positions, context, feeds };
}

it("turns pair i by position * theta^(-2 i / width)", () => {
  const { graph, positions, context, feeds } = setUp();
  const { cos, sin } = buildRotaryTable(context, positions, 4, 100);
  const values = interpretGraph(graph, feeds);
  const angles = [0, 0, 1, 0.1, 2, 0.2];
  expect(values.get(cos)!.shape).toEqual([3, 2]);
  for (const [i, angle] of angles.entries()) {
    expect(values.get(cos)!.data[i]).toBeCloseTo(Math.cos(angle), 7);
    expect(values.get(sin)!.data[i]).toBeCloseTo(Math.sin(angle), 7);
  }
});

it("hides tokens that are farther than the reach, and padding still", () => {
  const { graph, positions, context, feeds } = setUp();
  const bias = graph.input("bias", "float32", ["batch", 1, 1, "length"]);
  const hidden = hideDistant(context, bias, positions, 1);
  const padded = { shape: [1, 1, 1, 3], data: Float64Array.of(0, 0, -10_000) };
  const { shape, data } = interpretGraph(graph, { ...feeds, bias: padded }).get(hidden)!;
  expect(shape).toEqual([1, 1, 3, 3]);
  expect(Array.from(data, (x) => x / -10_000 + 0)).toEqual([0, 0, 2, 0, 0, 1, 1, 0, 1]);
});
