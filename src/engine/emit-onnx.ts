/** @file A graph and the values asked of it -> one ONNX model: a table of how each operation is written. */
import { POSITION_WRITERS } from "./emit-positions.ts";
import {
  type Pieces,
  type QuantizedNames,
  type QuantizedTensor,
  writeJoined,
  writeQuantized,
} from "./emit-quantized.ts";
import { foldProducts } from "./fold-products.ts";
import type { Dim, Graph, Node, Shape, Value } from "./graph.ts";
import {
  type AttributeValue,
  type NodeMessage,
  renderOnnx,
  type StoredTensor,
  type TensorMessage,
  type ValueMessage,
} from "./onnx-schema.ts";
import type { OpName } from "./ops.ts";

/** What shall be in a model, and how it is written. */
export interface EmitOptions {
  /** The results, by the name they shall have. */
  outputs: Readonly<Record<string, Value>>;
  /** Numbers for inputs that are stored in the model instead of fed, by input name. */
  initializers?: ReadonlyMap<string, Float32Array | StoredTensor>;
  /** Inputs that are stored in int8 instead, by input name: weights of `gemm`, whole or cut by `split`, and tables of `gather`. */
  quantized?: ReadonlyMap<string, QuantizedTensor>;
  /**
   * `standard` uses the operators of ONNX alone and runs everywhere; `onnxruntime` (default) also uses that
   * runtime's FusedMatMul, which transposes while it multiplies.
   */
  dialect?: "standard" | "onnxruntime";
  /** Folds factors and sums into matrix products (fold-products.ts). Default false. */
  fold?: boolean;
}

/**
 * Emits only what the outputs depend on. @returns the bytes of an ONNX model (protobuf), with opset 20.
 * @throws Error when a stored tensor has an open size, or a size is looked up that no input has
 */
export function emitOnnx(graph: Graph, options: EmitOptions): Uint8Array {
  const results = Object.values(options.outputs);
  const needed = neededNodes(graph, results);
  const nodes = options.fold ? foldProducts(needed, new Set(results)) : needed;
  const emitter = createEmitter(graph, nodes, options);
  for (const node of nodes) {
    if (!writeQuantized(emitter, node)) (WRITERS[node.op] as Writer<OpName>)(emitter, node);
  }
  const outputs: ValueMessage[] = [];
  for (const [name, value] of Object.entries(options.outputs)) {
    emitter.write("Identity", [emitter.nameOf(value)], {}, [name]);
    outputs.push({ name, type: value.type, shape: value.shape });
  }
  const inputs = graph.inputs.flatMap((value) => {
    const { source } = value;
    if (source.kind !== "input" || options.initializers?.has(source.name) || !emitter.used.has(value))
      return [];
    return [{ name: source.name, type: value.type, shape: value.shape }];
  });
  return renderOnnx({
    nodes: emitter.nodes,
    initializers: [...emitter.initializers.values()],
    inputs,
    outputs,
  });
}

function neededNodes(graph: Graph, outputs: readonly Value[]): Node[] {
  const needed: Node[] = [];
  const wanted = new Set<Value>(outputs);
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((output) => wanted.has(output))) continue;
    needed.push(node);
    for (const input of node.inputs) wanted.add(input);
  }
  return needed.reverse();
}

/** Collects what is written; one for each model. */
export interface Emitter {
  readonly nodes: NodeMessage[];
  readonly initializers: Map<string, TensorMessage>;
  /** Graph inputs that something read. */
  readonly used: Set<Value>;
  readonly dialect: "standard" | "onnxruntime";
  /** The int8 form of a graph input, where it has one. */
  quantizedOf(value: Value): QuantizedTensor | undefined;
  /** Names of weights in int8 that were cut from stored ones. */
  readonly cutWeights: Map<Value, QuantizedNames>;
  /** The nodes that read a value, of those that are written. */
  readersOf(value: Value): readonly Node[];
  /** Values computed in two pieces; {@link Emitter.nameOf} joins them where the whole is read. */
  readonly pieces: Map<Value, Pieces>;
  nameOf(value: Value): string;
  write(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    outputs: readonly string[],
    domain?: string,
  ): void;
  /** A name nothing else has. */
  temporary(): string;
  /** An int64 tensor known now, stored once. */
  integers(values: readonly number[], scalar?: boolean): string;
  /** A float32 scalar, stored once. */
  scalar(value: number): string;
  /** An int64 tensor of one element that holds the size a symbol has at run time. */
  sizeOf(symbol: string): string;
}

function createEmitter(graph: Graph, written: readonly Node[], options: EmitOptions): Emitter {
  const nodes: NodeMessage[] = [];
  const initializers = new Map<string, TensorMessage>();
  const used = new Set<Value>();
  const sizes = new Map<string, string>();
  let counter = 0;

  const emitter: Emitter = {
    nodes,
    initializers,
    used,
    dialect: options.dialect ?? "onnxruntime",
    quantizedOf: ({ source }) => (source.kind === "input" ? options.quantized?.get(source.name) : undefined),
    cutWeights: new Map(),
    readersOf: (value) => written.filter(({ inputs }) => inputs.includes(value)),
    pieces: new Map(),
    nameOf(value) {
      const { source } = value;
      if (source.kind === "node") {
        const name = `v${value.id}`;
        const pieces = emitter.pieces.get(value);
        emitter.pieces.delete(value);
        if (pieces !== undefined) writeJoined(emitter, pieces, value.shape[1] as number, name);
        return name;
      }
      const name = source.kind === "input" ? source.name : `c${value.id}`;
      const data = source.kind === "constant" ? source.data : options.initializers?.get(source.name);
      if (data === undefined) used.add(value);
      else if (!initializers.has(name))
        initializers.set(name, { name, dims: value.shape.map(knownDim), data });
      return name;
    },
    write(op, inputs, attributes, outputs, domain) {
      nodes.push({ op, inputs, attributes, outputs, ...(domain === undefined ? {} : { domain }) });
    },
    temporary: () => `t${counter++}`,
    integers(values, scalar = false) {
      const name = `${scalar ? "int" : "ints"}_${values.join("_")}`;
      initializers.set(name, {
        name,
        dims: scalar ? [] : [values.length],
        data: BigInt64Array.from(values, BigInt),
      });
      return name;
    },
    scalar(value) {
      const name = `float_${value}`;
      initializers.set(name, { name, dims: [], data: Float32Array.of(value) });
      return name;
    },
    sizeOf(symbol) {
      const cached = sizes.get(symbol);
      if (cached !== undefined) return cached;
      const holder = graph.inputs.find((input) => input.shape.includes(symbol));
      const name = emitter.temporary();
      if (holder === undefined) {
        const [first, ...rest] = symbol.split("*");
        if (rest.length === 0) throw new Error(`No graph input has the size "${symbol}".`);
        const sizeOf = (part: string) =>
          /^\d+$/.test(part) ? emitter.integers([Number(part)]) : emitter.sizeOf(part);
        emitter.write("Mul", [sizeOf(first!), sizeOf(rest.join("*"))], {}, [name]);
        sizes.set(symbol, name);
        return name;
      }
      const axis = holder.shape.indexOf(symbol);
      emitter.write("Shape", [emitter.nameOf(holder)], { start: axis, end: axis + 1 }, [name]);
      sizes.set(symbol, name);
      return name;
    },
  };
  return emitter;
}

/** Writes one node as operators of ONNX. */
export type Writer<K extends OpName> = (emitter: Emitter, node: Node<K>) => void;

/** How each operation is written. A missing entry does not compile. */
const WRITERS: { [K in OpName]: Writer<K> } = {
  add: plain("Add"),
  subtract: plain("Sub"),
  multiply: plain("Mul"),
  divide: plain("Div"),
  scale: (emitter, node) => {
    const [x, y] = names(emitter, node);
    emitter.write("Mul", [x!, emitter.scalar(node.attributes.factor)], {}, [y!]);
  },
  exp: plain("Exp"),
  erf: plain("Erf"),
  gelu: plain("Gelu"),
  scaledGelu: (emitter, node) => {
    const [u, y, gate] = names(emitter, node);
    const erf = emitter.temporary();
    emitter.write("Erf", [u!], {}, [erf]);
    emitter.write("Add", [erf, emitter.scalar(1)], {}, [gate!]);
    emitter.write("Mul", [u!, gate!], {}, [y!]);
  },
  tanh: plain("Tanh"),
  relu: plain("Relu"),
  sign: plain("Sign"),
  toFloat: plain("Cast", { to: 1 }),
  gemm: (emitter, node) => {
    const { transA, transB, alpha = 1, beta = 1 } = node.attributes;
    emitter.write(
      "Gemm",
      inputNames(emitter, node),
      { transA: Number(transA), transB: Number(transB), alpha: { float: alpha }, beta: { float: beta } },
      outputNames(emitter, node),
    );
  },
  matmul: (emitter, node) => {
    const { transA, transB, alpha } = node.attributes;
    const [a, b] = inputNames(emitter, node) as [string, string];
    const y = outputNames(emitter, node);
    if (emitter.dialect === "onnxruntime") {
      const attributes = { transA: Number(transA), transB: Number(transB), alpha: { float: alpha } };
      emitter.write("FusedMatMul", [a, b], attributes, y, "com.microsoft");
      return;
    }
    const rank = node.inputs[0]!.shape.length;
    const turned = (name: string) => {
      const result = emitter.temporary();
      const perm = Array.from({ length: rank }, (_, axis) =>
        axis === rank - 2 ? rank - 1 : axis === rank - 1 ? rank - 2 : axis,
      );
      emitter.write("Transpose", [name], { perm }, [result]);
      return result;
    };
    const product = alpha === 1 ? y : [emitter.temporary()];
    emitter.write("MatMul", [transA ? turned(a) : a, transB ? turned(b) : b], {}, product);
    if (alpha !== 1) emitter.write("Mul", [product[0]!, emitter.scalar(alpha)], {}, y);
  },
  gather: plain("Gather", { axis: 0 }),
  scatterRows: (emitter, node) => {
    const [rows, indices, x, y] = names(emitter, node) as [string, string, string, string];
    const [shape, zeros, wide, places] = Array.from({ length: 4 }, () => emitter.temporary()) as [
      string,
      string,
      string,
      string,
    ];
    emitter.write("Shape", [x], {}, [shape]);
    emitter.write("Expand", [emitter.scalar(0), shape], {}, [zeros]);
    emitter.write("Cast", [indices], { to: 7 }, [wide]);
    emitter.write("Unsqueeze", [wide, emitter.integers([-1])], {}, [places]);
    emitter.write("ScatterND", [zeros, places, rows], { reduction: { text: "add" } }, [y]);
  },
  reshape: (emitter, node) => {
    const target = shapeTensor(emitter, node.attributes.shape);
    emitter.write("Reshape", [...inputNames(emitter, node), target], {}, outputNames(emitter, node));
  },
  transpose: (emitter, node) =>
    emitter.write(
      "Transpose",
      inputNames(emitter, node),
      { perm: node.attributes.permutation },
      outputNames(emitter, node),
    ),
  softmax: plain("Softmax", { axis: -1 }),
  logSoftmax: plain("LogSoftmax", { axis: -1 }),
  layerNorm: (emitter, node) => {
    const attributes = { axis: -1, epsilon: { float: node.attributes.epsilon } };
    emitter.write("LayerNormalization", inputNames(emitter, node), attributes, outputNames(emitter, node));
  },
  reduceSum: reduction("ReduceSum"),
  reduceMean: reduction("ReduceMean"),
  range: (emitter, node) => {
    const { length, start = 0 } = node.attributes;
    if (typeof length === "number") throw new Error("A range of known length is a constant.");
    const size = emitter.temporary();
    emitter.write("Squeeze", [emitter.sizeOf(length)], {}, [size]);
    let end = size;
    if (start !== 0) {
      end = emitter.temporary();
      emitter.write("Add", [size, emitter.integers([start], true)], {}, [end]);
    }
    emitter.write(
      "Range",
      [emitter.integers([start], true), end, emitter.integers([1], true)],
      {},
      outputNames(emitter, node),
    );
  },
  onesRow: (emitter, node) => {
    const [x, y] = names(emitter, node) as [string, string];
    const [size, shape] = [emitter.temporary(), emitter.temporary()];
    emitter.write("Shape", [x], { start: 0, end: 1 }, [size]);
    emitter.write("Concat", [emitter.integers([1]), size], { axis: 0 }, [shape]);
    emitter.write("Expand", [emitter.scalar(1), shape], {}, [y]);
  },
  sin: plain("Sin"),
  cos: plain("Cos"),
  split: (emitter, node) => {
    const { axis, sizes } = node.attributes;
    emitter.write(
      "Split",
      [...inputNames(emitter, node), emitter.integers(sizes)],
      { axis },
      outputNames(emitter, node),
    );
  },
  concat: (emitter, node) =>
    emitter.write(
      "Concat",
      inputNames(emitter, node),
      { axis: node.attributes.axis },
      outputNames(emitter, node),
    ),
  ...POSITION_WRITERS,
};

function plain<K extends OpName>(op: string, attributes: Record<string, AttributeValue> = {}): Writer<K> {
  return (emitter, node) =>
    emitter.write(op, inputNames(emitter, node), attributes, outputNames(emitter, node));
}

function reduction<K extends "reduceSum" | "reduceMean">(op: string): Writer<K> {
  return (emitter, node) => {
    const { axes, keepDims } = node.attributes;
    const inputs = [...inputNames(emitter, node), emitter.integers(axes)];
    // without the flag ONNX reads "no axes" as "all axes"
    const attributes = { keepdims: Number(keepDims), noop_with_empty_axes: 1 };
    emitter.write(op, inputs, attributes, outputNames(emitter, node));
  };
}

function inputNames(emitter: Emitter, node: Pick<Node, "inputs" | "outputs">): string[] {
  return node.inputs.map(emitter.nameOf);
}

function outputNames(emitter: Emitter, node: Pick<Node, "inputs" | "outputs">): string[] {
  return node.outputs.map(emitter.nameOf);
}

function names(emitter: Emitter, node: Pick<Node, "inputs" | "outputs">): string[] {
  return [...inputNames(emitter, node), ...outputNames(emitter, node)];
}

/** A shape as an int64 tensor: the last size known only at run time is -1 (the runtime divides), others are looked up. */
function shapeTensor(emitter: Emitter, shape: Shape): string {
  const lastOpen = shape.findLastIndex((dim) => typeof dim === "string");
  const open = shape.filter((dim) => typeof dim === "string").length;
  if (open <= 1) return emitter.integers(shape.map((dim) => (typeof dim === "string" ? -1 : dim)));
  const parts = shape.map((dim, axis) => {
    if (typeof dim === "number") return emitter.integers([dim]);
    return axis === lastOpen ? emitter.integers([-1]) : emitter.sizeOf(dim);
  });
  const name = emitter.temporary();
  emitter.write("Concat", parts, { axis: 0 }, [name]);
  return name;
}

function knownDim(dim: Dim): number {
  if (typeof dim === "number") return dim;
  throw new Error(`A stored tensor has the open size "${dim}".`);
}
