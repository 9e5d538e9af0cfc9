/** @file Calls of typed operations -> a graph of values with known shapes; nothing is computed here. */
import { resultShapes } from "./operands.ts";
import type { OpAttributes, OpName } from "./ops.ts";

/** A size: a number, a symbol bound at run time (`"batch"`), or a product (`"batch*length"`, `"2*length"`). */
export type Dim = number | string;
/** Sizes from the outermost axis to the innermost; `[]` is a scalar. */
export type Shape = readonly Dim[];
/** What a tensor's elements are. Gradients flow through float32 alone. */
export type ElementType = "float32" | "int32" | "int64";

/** One tensor of a graph: what it holds, never the numbers. */
export interface Value {
  readonly id: number;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly source: Source;
}

/** Where a value comes from: fed at run time, held in the graph, or computed by a node. */
export type Source =
  | { readonly kind: "input"; readonly name: string }
  | { readonly kind: "constant"; readonly data: Float32Array }
  | { readonly kind: "node"; readonly node: Node; readonly output: number };

/** One operation. `inputs` are values of the same graph; `outputs` are its own. */
export interface Node<K extends OpName = OpName> {
  readonly op: K;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[K];
  readonly outputs: readonly Value[];
}

/** Builds a graph, node after node, so that `nodes` is in the order of computation. */
export interface Graph {
  readonly inputs: readonly Value[];
  readonly nodes: readonly Node[];
  /** A tensor fed at run time. @throws Error when the name is taken */
  input(name: string, type: ElementType, shape: Shape): Value;
  /** A float32 tensor stored in the graph: a copy of `data`, row by row. @throws Error when `data` has another size */
  constant(shape: readonly number[], data: ArrayLike<number>): Value;
  /**
   * Appends an operation and gives its first output; docs/engine.md lists operations, operands and results.
   * @throws Error when number, types or shapes of the operands do not fit: names the operation, what was found, what it takes
   */
  apply<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): Value;
  /** As {@link Graph.apply}, all outputs. */
  applyAll<K extends OpName>(op: K, inputs: readonly Value[], attributes: OpAttributes[K]): readonly Value[];
}

/**
 * An empty graph. Its calls append nodes and compute nothing: {@link gradients} adds the backward pass, `emitOnnx` makes
 * a model of it, `createSession` or `createGradientSession` runs it.
 * @example
 * const graph = createGraph();
 * const x = graph.input("x", "float32", ["batch", 2]);
 * const length = graph.apply("reduceSum", [graph.apply("multiply", [x, x], {})], { axes: [1], keepDims: false });
 */
export function createGraph(): Graph {
  const inputs: Value[] = [];
  const nodes: Node[] = [];
  const names = new Set<string>();
  let nextId = 0;

  const applyAll = <K extends OpName>(
    op: K,
    operands: readonly Value[],
    attributes: OpAttributes[K],
  ): readonly Value[] => {
    const shapes = resultShapes(op, operands, attributes);
    const type: ElementType =
      op === "reshape" ? (operands[0]?.type ?? "float32") : (OP_TYPES[op] ?? "float32");
    const outputs: Value[] = [];
    const node: Node<K> = { op, inputs: operands, attributes, outputs };
    for (const [output, shape] of shapes.entries()) {
      outputs.push({
        id: nextId++,
        type,
        shape,
        source: { kind: "node", node: node as unknown as Node, output },
      });
    }
    nodes.push(node as unknown as Node);
    return outputs;
  };

  return {
    inputs,
    nodes,
    input(name, type, shape) {
      if (names.has(name)) throw new Error(`Two graph inputs are named "${name}".`);
      names.add(name);
      const value: Value = { id: nextId++, type, shape, source: { kind: "input", name } };
      inputs.push(value);
      return value;
    },
    constant(shape, data) {
      const copy = Float32Array.from(data);
      if (copy.length !== shape.reduce((size, dim) => size * dim, 1)) {
        throw new Error(`A constant of shape [${shape}] cannot hold ${copy.length} numbers.`);
      }
      return { id: nextId++, type: "float32", shape, source: { kind: "constant", data: copy } };
    },
    apply: (op, operands, attributes) => applyAll(op, operands, attributes)[0]!,
    applyAll,
  };
}

/** The few operations whose result is not float32. */
const OP_TYPES: Partial<Record<OpName, ElementType>> = { range: "int64", middle: "int64" };
