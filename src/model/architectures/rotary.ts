/** @file Positions -> the angles by which queries and keys are turned, and which tokens are near (Su et al. 2021). */
import type { Value } from "../../engine/graph.ts";
import type { EncoderContext } from "./architecture.ts";

/** Cosines and sines of each position's angles. */
export interface RotaryTable {
  readonly cos: Value; // [length, width / 2]
  readonly sin: Value;
}

/** @param positions [length] @param width of one head @param theta base of the wave lengths: pair i turns by theta^(-2 i / width) a token */
export function buildRotaryTable(
  { graph }: EncoderContext,
  positions: Value,
  width: number,
  theta: number,
): RotaryTable {
  const speeds = Array.from({ length: width / 2 }, (_, pair) => theta ** ((-2 * pair) / width));
  const column = graph.apply("reshape", [graph.apply("toFloat", [positions], {})], { shape: ["length", 1] });
  const angles = graph.apply("multiply", [column, graph.constant([1, width / 2], speeds)], {});
  return { cos: graph.apply("cos", [angles], {}), sin: graph.apply("sin", [angles], {}) };
}

/** Adds a large negative number where two tokens are more than `reach` apart. @returns [batch, 1, length, length] */
export function hideDistant(
  { graph }: EncoderContext,
  attentionBias: Value,
  positions: Value,
  reach: number,
): Value {
  const places = graph.apply("toFloat", [positions], {});
  const [rows, columns] = [
    graph.apply("reshape", [places], { shape: ["length", 1] }),
    graph.apply("reshape", [places], { shape: [1, "length"] }),
  ];
  const distance = graph.apply("subtract", [rows, columns], {});
  const square = graph.apply("multiply", [distance, distance], {});
  const beyond = graph.apply("subtract", [square, graph.constant([], [reach * reach])], {});
  const isBeyond = graph.apply("sign", [graph.apply("relu", [beyond], {})], {}); // 1 or 0
  return graph.apply("add", [attentionBias, graph.apply("scale", [isBeyond], { factor: -10_000 })], {});
}
