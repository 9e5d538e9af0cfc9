/** @file Hidden states and names of weights -> the parts that encoders are made of. */
import type { Shape, Value } from "../../engine/graph.ts";
import type { EncoderContext } from "./architecture.ts";
import type { Activation } from "./config-fields.ts";

/** x W^T + b, with W stored [out, in] as PyTorch does. */
export function dense(context: EncoderContext, x: Value, outputs: number, name: string): Value {
  const inputs = x.shape.at(-1) as number;
  const weight = context.parameter(`${name}.weight`, [outputs, inputs]);
  const bias = context.parameter(`${name}.bias`, [outputs]);
  return context.graph.apply("gemm", [x, weight, bias], { transA: false, transB: true });
}

/** Over the last axis, with gain and bias. */
export function layerNorm(context: EncoderContext, x: Value, epsilon: number, name: string): Value {
  const width = x.shape.at(-1) as number;
  const gain = context.parameter(`${name}.weight`, [width]);
  const bias = context.parameter(`${name}.bias`, [width]);
  return context.graph.apply("layerNorm", [x, gain, bias], { epsilon });
}

/** Rows of a table [rows, width] by indices [...]: [..., width]. */
export function embed(
  context: EncoderContext,
  indices: Value,
  [rows, width]: readonly [number, number],
  name: string,
): Value {
  const table = context.parameter(`${name}.weight`, [rows, width]);
  return context.graph.apply("gather", [table, indices], {});
}

/** One of the functions that config.json may name. */
export function activate({ graph }: EncoderContext, x: Value, activation: Activation): Value {
  if (activation === "gelu" || activation === "relu") return graph.apply(activation, [x], {});
  // x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 (Hendrycks & Gimpel 2016, 2)
  const one = graph.constant([], [1]);
  const bent = graph.apply("scale", [graph.apply("multiply", [x, x], {})], { factor: 0.044715 });
  const inner = graph.apply("multiply", [x, graph.apply("add", [bent, one], {})], {});
  const tanh = graph.apply("tanh", [graph.apply("scale", [inner], { factor: Math.sqrt(2 / Math.PI) })], {});
  const gate = graph.apply("scale", [graph.apply("add", [tanh, one], {})], { factor: 0.5 });
  return graph.apply("multiply", [x, gate], {});
}

/** A layer as in Vaswani et al. 2017 (each LayerNorm after its sum), whatever its weights are called. */
export interface PostNormLayer {
  readonly heads: number;
  readonly intermediate: number;
  readonly activation: Activation;
  readonly epsilon: number;
  /** Of what attention gives, after its output projection. */
  readonly attendedDropout: number;
  /** Of attention's weights. */
  readonly weightsDropout: number;
  /** Of what the two products give. */
  readonly outputDropout: number;
  /** Names of the weights, without `.weight` and `.bias`. */
  readonly names: Readonly<
    Record<"query" | "key" | "value" | "attended" | "attendedNorm" | "wide" | "narrow" | "outputNorm", string>
  >;
}

/** A layer whose attention is built elsewhere. */
export interface LayerAfterAttention extends Omit<PostNormLayer, "heads" | "weightsDropout" | "names"> {
  readonly names: Omit<PostNormLayer["names"], "query" | "key" | "value">;
}

/** @param x hidden states [batch*length, hidden] */
export function buildPostNormLayer(
  context: EncoderContext,
  layer: PostNormLayer,
  x: Value,
  attentionBias: Value,
): Value {
  return finishPostNormLayer(context, layer, x, attention(context, layer, x, attentionBias));
}

/** What follows attention. @param mixed what attention gives, before its output projection [batch*length, hidden] */
export function finishPostNormLayer(
  context: EncoderContext,
  layer: LayerAfterAttention,
  x: Value,
  mixed: Value,
): Value {
  const { graph } = context;
  const { names, epsilon } = layer;
  const hidden = x.shape.at(-1) as number;
  const attended = dense(context, mixed, hidden, names.attended);
  const first = graph.apply("add", [context.dropout(attended, layer.attendedDropout), x], {});
  const middle = layerNorm(context, first, epsilon, names.attendedNorm);
  const wide = activate(context, dense(context, middle, layer.intermediate, names.wide), layer.activation);
  const narrow = dense(context, wide, hidden, names.narrow);
  const second = graph.apply("add", [context.dropout(narrow, layer.outputDropout), middle], {});
  return layerNorm(context, second, epsilon, names.outputNorm);
}

/** Scaled dot-product attention (Vaswani et al. 2017, eq. 1), before its output projection. */
function attention(context: EncoderContext, layer: PostNormLayer, x: Value, attentionBias: Value): Value {
  const { graph } = context;
  const hidden = x.shape.at(-1) as number;
  const width = hidden / layer.heads;
  const split: Shape = ["batch", "length", layer.heads, width];
  const project = (part: "query" | "key" | "value") => {
    const parted = graph.apply("reshape", [dense(context, x, hidden, layer.names[part])], { shape: split });
    return graph.apply("transpose", [parted], { permutation: [0, 2, 1, 3] }); // [batch, heads, length, width]
  };
  const [query, key, value] = [project("query"), project("key"), project("value")];
  const scores = graph.apply("matmul", [query, key], {
    transA: false,
    transB: true,
    alpha: 1 / Math.sqrt(width),
  });
  const weights = graph.apply("softmax", [graph.apply("add", [scores, attentionBias], {})], {}); // [batch, heads, length, length]
  const dropped = context.dropout(weights, layer.weightsDropout);
  const mixed = graph.apply("matmul", [dropped, value], { transA: false, transB: false, alpha: 1 });
  const together = graph.apply("transpose", [mixed], { permutation: [0, 2, 1, 3] });
  return graph.apply("reshape", [together], { shape: ["batch*length", hidden] });
}

/** Dropout and one linear layer named `classifier`: the head of most token classifiers. */
export function buildLinearHead(
  context: EncoderContext,
  hidden: Value,
  dropout: number,
  tagCount: number,
): Value {
  return dense(context, context.dropout(hidden, dropout), tagCount, "classifier");
}
