/** @file A value of flat rows and the rows wanted of it -> the same rows, with as little computed for the others as can be. */
import type { Graph, Node, Value } from "./graph.ts";
import type { OpAttributes, OpName } from "./ops.ts";

/**
 * Appends to the graph what computes `value[rows]`. Where an operation treats rows apart (products with a weight, sums,
 * normalisation) and nothing else reads its result, the rows are selected before it: most of the last layer of an
 * encoder then works on these rows alone.
 * @param value [length, width], computed in `graph`
 * @param rows whole numbers [count]
 * @returns [count, width]
 */
export function selectRows(graph: Graph, value: Value, rows: Value): Value {
  const length = value.shape[0];
  const isFlat = (x: Value) => x.shape.length === 2 && x.shape[0] === length;
  const narrowed = findNarrowed(graph, value);
  const selected = new Map<Value, Value>();
  const select = (x: Value): Value => {
    const found = selected.get(x) ?? graph.apply("gather", [x, rows], {});
    selected.set(x, found);
    return found;
  };
  for (const node of [...graph.nodes]) {
    if (!narrowed.has(node)) continue;
    // weights, gains and biases are the same for all rows
    const operands = node.inputs.map((x) => (isFlat(x) ? select(x) : x));
    selected.set(node.outputs[0]!, graph.apply(node.op, operands, node.attributes as OpAttributes[OpName]));
  }
  return select(value);
}

/** Nodes that need to be computed for the selected rows alone: those that only `value` or one another read. */
function findNarrowed(graph: Graph, value: Value): Set<Node> {
  const readers = new Map<Value, Node[]>();
  for (const node of graph.nodes) {
    for (const x of node.inputs) readers.set(x, [...(readers.get(x) ?? []), node]);
  }
  const narrowed = new Set<Node>();
  for (const node of [...graph.nodes].reverse()) {
    const result = node.outputs[0]!;
    if (result.shape.length !== 2 || result.shape[0] !== value.shape[0] || !treatsRowsApart(node)) continue;
    const read = node.outputs.flatMap((output) => readers.get(output) ?? []);
    const isOurs = read.length > 0 && read.every((reader) => narrowed.has(reader));
    if (result === value || isOurs) narrowed.add(node);
  }
  return narrowed;
}

const ROW_WISE: ReadonlySet<OpName> = new Set([
  "add",
  "subtract",
  "multiply",
  "divide",
  "scale",
  "exp",
  "erf",
  "gelu",
  "tanh",
  "relu",
]);

function treatsRowsApart(node: Node): boolean {
  if (node.op === "gemm") return !(node as Node<"gemm">).attributes.transA;
  return node.op === "layerNorm" || node.op === "softmax" || ROW_WISE.has(node.op);
}
