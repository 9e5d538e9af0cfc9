/** @file A graph -> the same graph in operations whose gradients take fewer passes over memory. */
import { createGraph, type Graph, type Node, type Value } from "./graph.ts";

/** The new graph, and what each value of the old one is in it. */
export interface LoweredGraph {
  readonly graph: Graph;
  translate(value: Value): Value;
}

/**
 * gelu(x) = u (1 + erf u) / sqrt 2 with u = x / sqrt 2. Both factors are folded into the matrix products around it
 * (fold-products.ts), and the gradient finds 1 + erf u already computed.
 */
export function lowerForTraining(graph: Graph): LoweredGraph {
  return copyGraph(graph, (lowered, node, inputs) =>
    node.op === "gelu" ? [lowerGelu(lowered, inputs[0]!)] : undefined,
  );
}

/** @param replace gives the results of a node in another way; undefined: it is copied. */
export function copyGraph(
  graph: Graph,
  replace: (copy: Graph, node: Node, inputs: readonly Value[]) => readonly Value[] | undefined = () =>
    undefined,
): LoweredGraph {
  const lowered = createGraph();
  const values = new Map<Value, Value>();
  const translate = (value: Value) => values.get(value) ?? value; // constants belong to no graph
  for (const value of graph.inputs) {
    const { name } = value.source as { name: string };
    values.set(value, lowered.input(name, value.type, value.shape));
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map(translate);
    const outputs = replace(lowered, node, inputs) ?? lowered.applyAll(node.op, inputs, node.attributes);
    for (const [index, output] of node.outputs.entries()) values.set(output, outputs[index]!);
  }
  return { graph: lowered, translate };
}

function lowerGelu(graph: Graph, x: Value): Value {
  const u = graph.apply("scale", [x], { factor: Math.SQRT1_2 });
  return graph.apply("scale", [graph.apply("scaledGelu", [u], {})], { factor: Math.SQRT1_2 });
}
