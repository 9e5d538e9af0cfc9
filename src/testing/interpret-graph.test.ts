/** @file The oracle itself, against numbers worked out by hand or taken from tables. */
import { expect, it } from "vitest";
import { createGraph } from "../engine/graph.ts";
import { interpretGraph } from "./interpret-graph.ts";

const tensor = (shape: number[], ...data: number[]) => ({ shape, data: Float64Array.from(data) });

it("knows erf to 15 digits (Abramowitz & Stegun 1964, table 7.1)", () => {
  const graph = createGraph();
  const y = graph.apply("erf", [graph.input("x", "float32", [5])], {});
  const { data } = interpretGraph(graph, { x: tensor([5], 0, 0.5, -1, 2, 7) }).get(y)!;
  const expected = [0, 0.520499877813047, -0.842700792949715, 0.995322265018953, 1];
  for (const [i, value] of expected.entries()) expect(data[i]).toBeCloseTo(value, 14);
});

it("multiplies, transposes and broadcasts as on paper", () => {
  const graph = createGraph();
  const a = graph.input("a", "float32", [2, 3]);
  const bias = graph.constant([2], [10, 20]);
  const product = graph.apply("gemm", [a, a, bias], { transA: false, transB: true });
  const turned = graph.apply("transpose", [a], { permutation: [1, 0] });
  const values = interpretGraph(graph, { a: tensor([2, 3], 1, 2, 3, 4, 5, 6) });
  expect([...values.get(product)!.data]).toEqual([14 + 10, 32 + 20, 32 + 10, 77 + 20]);
  expect([...values.get(turned)!.data]).toEqual([1, 4, 2, 5, 3, 6]);
});

it("binds open sizes, and refuses one that is bound twice", () => {
  const graph = createGraph();
  graph.input("a", "float32", ["n"]);
  const range = graph.apply("range", [], { length: "n" });
  const b = graph.input("b", "float32", ["n"]);
  const values = interpretGraph(graph, { a: tensor([2], 5, 6), b: tensor([2], 7, 8) });
  expect([...values.get(range)!.data]).toEqual([0, 1]);
  expect([...values.get(b)!.data]).toEqual([7, 8]);
  expect(() => interpretGraph(graph, { a: tensor([2], 5, 6), b: tensor([1], 7) })).toThrow(
    'The size "n" is 2 and 1.',
  );
  expect(() => interpretGraph(graph, { a: tensor([2], 5, 6) })).toThrow('Input "b" is missing or misfed.');
});
