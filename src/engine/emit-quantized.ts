/** @file A node whose weight is stored in int8 -> standard ONNX operators: dynamic quantisation (opset 11 and later). */
import type { Emitter } from "./emit-onnx.ts";
import type { Node, Value } from "./graph.ts";
import type { StoredTensor } from "./onnx-schema.ts";
import type { OpName } from "./ops.ts";

interface Part<T> {
  readonly dims: readonly number[];
  readonly data: T | StoredTensor;
}

/**
 * A matrix in int8. A weight of `gemm`, stored transposed or not: values [in, out], scales [out]; where a `split` cuts it,
 * by outputs. A table of `gather`: [rows, width], [rows, 1].
 */
export interface QuantizedTensor {
  readonly values: Part<Int8Array>;
  readonly scales: Part<Float32Array>;
}

/** Names of the two stored tensors that stand for the weight `name`. */
export const quantizedNames = (name: string): QuantizedNames => ({
  values: `${name}_quantized`,
  scales: `${name}_scale`,
});

/** What the two tensors are called in a model. */
export interface QuantizedNames {
  readonly values: string;
  readonly scales: string;
}

/** A flat value [batch*length, width] computed in two pieces: [batch, 1, width] and [batch, length-1, width]. */
export interface Pieces {
  readonly first: string;
  readonly rest: string;
}

const FLOAT = 1; // TensorProto.DataType
/** Ends a slice wherever the axis ends. */
const TO_END = 2 ** 31;

/** Writes the node in int8 if one of its operands is stored so. @returns whether it did */
export function writeQuantized(emitter: Emitter, node: Node): boolean {
  return (WRITERS[node.op] as QuantizedWriter<OpName> | undefined)?.(emitter, node) ?? false;
}

/** Joins the pieces of a value under its own name. */
export function writeJoined(emitter: Emitter, { first, rest }: Pieces, width: number, name: string): void {
  const joined = emitter.temporary();
  emitter.write("Concat", [first, rest], { axis: 1 }, [joined]);
  emitter.write("Reshape", [joined, emitter.integers([-1, width])], {}, [name]);
}

/** @returns whether it wrote the node */
type QuantizedWriter<K extends OpName> = (emitter: Emitter, node: Node<K>) => boolean;

const WRITERS: { readonly [K in OpName]?: QuantizedWriter<K> } = {
  gemm(emitter, node) {
    const [x, weight, bias] = node.inputs as [Value, Value, Value?];
    const { alpha = 1, beta = 1 } = node.attributes;
    const names = storedNames(emitter, weight);
    if (names === undefined) return false;
    if (alpha !== 1 || beta !== 1) throw new Error("A product with a factor cannot be written in int8.");
    const factors = { ...names, bias: bias === undefined ? undefined : emitter.nameOf(bias) };
    const result = node.outputs[0]!;
    if (!emitter.pieces.has(x) && !beginsFeedForward(emitter, x, result)) {
      writeProduct(emitter, emitter.nameOf(x), factors, emitter.nameOf(result));
      return true;
    }
    const operands = piecesOf(emitter, x);
    const results = { first: emitter.temporary(), rest: emitter.temporary() };
    writeProduct(emitter, operands.first, factors, results.first);
    writeProduct(emitter, operands.rest, factors, results.rest);
    emitter.pieces.set(result, results);
    return true;
  },
  gelu: inPieces("Gelu"),
  relu: inPieces("Relu"),
  split(emitter, node) {
    const names = storedNames(emitter, node.inputs[0]!);
    if (names === undefined) return false;
    const sizes = emitter.integers(node.attributes.sizes);
    const parts = (axis: number, whole: string) => {
      const results = node.outputs.map(() => emitter.temporary());
      emitter.write("Split", [whole, sizes], { axis }, results);
      return results;
    };
    const [values, scales] = [parts(1, names.values), parts(0, names.scales)];
    for (const [part, output] of node.outputs.entries())
      emitter.cutWeights.set(output, { values: values[part]!, scales: scales[part]! });
    return true;
  },
  gather(emitter, node) {
    const [table, rows] = node.inputs as [Value, Value];
    const names = storedNames(emitter, table);
    if (names === undefined) return false;
    const indices = emitter.nameOf(rows);
    const [row, float, scale] = [emitter.temporary(), emitter.temporary(), emitter.temporary()];
    emitter.write("Gather", [names.values, indices], { axis: 0 }, [row]); // [..., width]
    emitter.write("Cast", [row], { to: FLOAT }, [float]);
    emitter.write("Gather", [names.scales, indices], { axis: 0 }, [scale]); // [..., 1]
    emitter.write("Mul", [float, scale], {}, [emitter.nameOf(node.outputs[0]!)]);
    return true;
  },
};

/** An element-wise operation on what was computed in two pieces. */
function inPieces<K extends OpName>(op: string): QuantizedWriter<K> {
  return (emitter, node) => {
    const operands = emitter.pieces.get(node.inputs[0]!);
    if (operands === undefined) return false;
    const results = { first: emitter.temporary(), rest: emitter.temporary() };
    emitter.write(op, [operands.first], {}, [results.first]);
    emitter.write(op, [operands.rest], {}, [results.rest]);
    emitter.pieces.set(node.outputs[0]!, results);
    return true;
  };
}

/** Stores the int8 form of an operand, where it has one. */
function storedNames(emitter: Emitter, operand: Value): QuantizedNames | undefined {
  const cut = emitter.cutWeights.get(operand);
  if (cut !== undefined) return cut;
  const tensor = emitter.quantizedOf(operand);
  if (tensor === undefined || operand.source.kind !== "input") return undefined;
  const names = quantizedNames(operand.source.name);
  emitter.initializers.set(names.values, { name: names.values, ...tensor.values });
  emitter.initializers.set(names.scales, { name: names.scales, ...tensor.scales });
  return names;
}

/**
 * y = scale_x * scale_w * ((x_q - zero_x) w_q) + bias; onnxruntime fuses the chain into one kernel. The operand gets one
 * scale and zero point for all of it, written once, however many products read it.
 */
function writeProduct(
  emitter: Emitter,
  x: string,
  { values, scales, bias }: { values: string; scales: string; bias: string | undefined },
  y: string,
): void {
  const u8 = { values: `${x}_u8`, scale: `${x}_u8_scale`, zero: `${x}_u8_zero` };
  const isWritten = emitter.nodes.some(({ outputs }) => outputs[0] === u8.values);
  if (!isWritten) emitter.write("DynamicQuantizeLinear", [x], {}, Object.values(u8));
  const [product, float, factor] = [emitter.temporary(), emitter.temporary(), emitter.temporary()];
  const scaled = bias === undefined ? y : emitter.temporary();
  emitter.write("MatMulInteger", [u8.values, values, u8.zero], {}, [product]);
  emitter.write("Cast", [product], { to: FLOAT }, [float]);
  emitter.write("Mul", [u8.scale, scales], {}, [factor]);
  emitter.write("Mul", [float, factor], {}, [scaled]);
  if (bias !== undefined) emitter.write("Add", [scaled, bias], {}, [y]);
}

/**
 * Whether a product is the first of a feed-forward part: product, GELU or ReLU, product. There the first token of a
 * sequence ([CLS]) holds a few values several times as large as all others ("massive activations", Sun et al. 2024): under one
 * scale they would cost every token two bits. So these products are computed in two pieces, each with its own scale.
 * Where more lies between the two products (a gate, GELU by tanh), the pieces would have to be joined and cut again: such a
 * part is computed whole.
 */
function beginsFeedForward(emitter: Emitter, x: Value, result: Value): boolean {
  const isBatchOfSequences = /^[a-z]+\*[a-z]+$/.test(String(x.shape[0]));
  const isReadBy = (value: Value, ...ops: OpName[]) => {
    const readers = emitter.readersOf(value);
    return readers.length > 0 && readers.every(({ op }) => ops.includes(op));
  };
  const bends = emitter.readersOf(result).map(({ outputs }) => outputs[0]!);
  return (
    isBatchOfSequences && isReadBy(result, "gelu", "relu") && bends.every((bent) => isReadBy(bent, "gemm"))
  );
}

function piecesOf(emitter: Emitter, x: Value): Pieces {
  const known = emitter.pieces.get(x);
  if (known !== undefined) return known;
  const [rows, width] = x.shape as [string, number];
  const [shape, deep] = [emitter.temporary(), emitter.temporary()];
  const sizes = [emitter.sizeOf(rows.split("*")[0]!), emitter.integers([-1]), emitter.integers([width])];
  emitter.write("Concat", sizes, { axis: 0 }, [shape]);
  emitter.write("Reshape", [emitter.nameOf(x), shape], {}, [deep]); // [batch, length, width]
  const slice = (from: number, to: number) => {
    const piece = emitter.temporary();
    const [start, end, axis] = [emitter.integers([from]), emitter.integers([to]), emitter.integers([1])];
    emitter.write("Slice", [deep, start, end, axis], {}, [piece]);
    return piece;
  };
  return { first: slice(0, 1), rest: slice(1, TO_END) };
}
