/** @file Float32 weights of a graph -> int8 values and a scale for each output, as `gemm` and `gather` read them. */
import type { QuantizedTensor } from "./emit-quantized.ts";
import type { Graph, Value } from "./graph.ts";

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
 * Int8 forms of the weights of every `gemm` and of the largest `gather` table (the vocabulary; small tables save
 * nothing and stay exact).
 * @param keep true for names that shall stay float32
 */
export function quantizeInitializers(
  graph: Graph,
  initializers: ReadonlyMap<string, Float32Array>,
  keep: (name: string) => boolean = () => false,
): Map<string, QuantizedTensor> {
  const quantized = new Map<string, QuantizedTensor>();
  const stored = (value: Value | undefined) => {
    if (value?.source.kind !== "input") return undefined;
    const { name } = value.source;
    const data = initializers.get(name);
    return data === undefined || keep(name) ? undefined : { name, data, dims: value.shape as number[] };
  };
  for (const node of graph.nodes) {
    if (node.op !== "gemm" || !(node.attributes as { transB: boolean }).transB) continue;
    const weight = stored(node.inputs[1]);
    if (weight === undefined) continue;
    const [outputs, inputs] = weight.dims as [number, number];
    const { values, scales } = quantizeRows(weight.data, outputs, PRODUCT_LEVELS);
    quantized.set(weight.name, {
      values: { dims: [inputs, outputs], data: transpose(values, outputs, inputs) },
      scales: { dims: [outputs], data: scales },
    });
  }
  const tables = graph.nodes.flatMap((node) => (node.op === "gather" ? (stored(node.inputs[0]) ?? []) : []));
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

/** [rows, columns] -> [columns, rows] */
function transpose(data: Int8Array, rows: number, columns: number): Int8Array {
  const turned = new Int8Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      turned[column * rows + row] = data[row * columns + column]!;
  }
  return turned;
}
