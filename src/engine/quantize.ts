/** @file Float32 weights of a graph -> int8 values and a scale for each output, as `gemm` and `gather` read them. */
import type { QuantizedTensor } from "./emit-quantized.ts";
import type { Graph, Node, Value } from "./graph.ts";

/**
 * Largest magnitude of a weight in a product: 7 bits. Without VNNI, processors multiply u8 by s8 in pairs and add two
 * products in 16 bits, which 2 * 255 * 127 would overflow; 2 * 255 * 63 does not.
 */
const PRODUCT_LEVELS = 63;
const TABLE_LEVELS = 127;

/** A row-major matrix in int8; row i is `scales[i] * values`, each value off by half a scale at most. */
export interface QuantizedRows {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}

/** Symmetric, one scale a row: the largest magnitude becomes `levels`. A row of nothing but zeros has scale 1. */
export function quantizeRows(data: Float32Array, rows: number, levels: number): QuantizedRows {
  const width = data.length / rows;
  const values = new Int8Array(data.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const start = row * width;
    let largest = 0;
    for (let i = start; i < start + width; i++) largest = Math.max(largest, Math.abs(data[i]!));
    // a scale below float32's normal numbers would be 0 or nearly so
    const scale = largest / levels < 2 ** -126 ? 1 : Math.fround(largest / levels);
    scales[row] = scale;
    for (let i = start; i < start + width; i++) {
      values[i] = Math.max(-levels, Math.min(levels, Math.round(data[i]! / scale)));
    }
  }
  return { values, scales };
}

/**
 * Int8 forms of the weights that products read, and of the table that is read by what is fed (the vocabulary; small tables
 * save nothing and stay exact). What anything else reads too stays float32.
 * @param keep true for names that shall stay float32
 */
export function quantizeInitializers(
  graph: Graph,
  initializers: ReadonlyMap<string, Float32Array>,
  keep: (name: string) => boolean = () => false,
): Map<string, QuantizedTensor> {
  const quantized = new Map<string, QuantizedTensor>();
  const tables: StoredMatrix[] = [];
  for (const value of graph.inputs) {
    const name = value.source.kind === "input" ? value.source.name : "";
    const data = initializers.get(name);
    if (data === undefined || keep(name)) continue;
    const stored = { name, data, dims: value.shape as readonly number[] };
    const layout = weightLayout(graph, value);
    if (layout !== undefined) quantized.set(name, quantizeWeight(stored, layout));
    else if (isTable(graph, value)) tables.push(stored);
  }
  const table = tables.sort((a, b) => b.data.length - a.data.length)[0];
  if (table !== undefined) {
    const rows = table.dims[0]!;
    const { values, scales } = quantizeRows(table.data, rows, TABLE_LEVELS);
    quantized.set(table.name, {
      values: { dims: table.dims, data: values },
      scales: { dims: [rows, 1], data: scales },
    });
  }
  return quantized;
}

interface StoredMatrix {
  readonly name: string;
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

type Layout = "out-in" | "in-out";

/** How products read a weight, whole or cut by outputs; undefined where anything else reads it. */
function weightLayout(graph: Graph, weight: Value): Layout | undefined {
  const layouts = readersOf(graph, weight).flatMap((node) => {
    if (node.op === "split") {
      const cut = (node as Node<"split">).attributes.axis === 0 ? "out-in" : "in-out";
      return node.outputs.map((part) => (weightLayout(graph, part) === cut ? cut : undefined));
    }
    if (node.op !== "gemm") return undefined;
    const { transA, transB, alpha = 1, beta = 1 } = (node as Node<"gemm">).attributes;
    const isItsWeight = node.inputs.every((input, place) => (input === weight) === (place === 1));
    return isItsWeight && !transA && alpha === 1 && beta === 1 ? (transB ? "out-in" : "in-out") : undefined;
  });
  return layouts.every((layout) => layout === layouts[0]) ? layouts[0] : undefined;
}

function isTable(graph: Graph, value: Value): boolean {
  const readers = readersOf(graph, value);
  const reads = ({ op, inputs: [table, rows] }: Node) =>
    op === "gather" && table === value && rows?.source.kind === "input";
  return readers.length > 0 && readers.every(reads);
}

function readersOf(graph: Graph, value: Value): Node[] {
  return graph.nodes.filter(({ inputs }) => inputs.includes(value));
}

function quantizeWeight({ data, dims }: StoredMatrix, layout: Layout): QuantizedTensor {
  const [rows, columns] = dims as [number, number];
  const [outputs, inputs] = layout === "out-in" ? [rows, columns] : [columns, rows];
  const byOutput = layout === "out-in" ? data : transpose(data, new Float32Array(data.length), rows);
  const { values, scales } = quantizeRows(byOutput, outputs, PRODUCT_LEVELS);
  return {
    values: { dims: [inputs, outputs], data: transpose(values, new Int8Array(values.length), outputs) },
    scales: { dims: [outputs], data: scales },
  };
}

/** [rows, columns] -> [columns, rows], written into `turned`. */
function transpose<T extends Float32Array | Int8Array>(data: T, turned: T, rows: number): T {
  const columns = data.length / rows;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  }
  return turned;
}
