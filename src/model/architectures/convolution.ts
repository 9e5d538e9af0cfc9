/** @file Embeddings -> their convolution along the tokens, added to the first layer's result (DeBERTa-v2 xlarge). */
import type { Value } from "../../engine/graph.ts";
import type { EncoderContext } from "./architecture.ts";
import { type Activation, oneOf } from "./config-fields.ts";
import { activate, layerNorm } from "./layers.ts";

/** What may follow the convolution. */
export const convolutionActivation = oneOf("tanh", "gelu", "gelu_new", "gelu_pytorch_tanh", "relu");

export interface Convolution {
  /** Tokens that one result sees; odd. */
  readonly kernel: number;
  readonly activation: Activation | "tanh";
  readonly dropout: number;
  readonly epsilon: number;
  readonly name: string;
}

/**
 * One matrix product for each place of the kernel, on tokens moved by as many places.
 * @param embeddings what is convolved [batch*length, hidden]
 * @param x the first layer's result [batch*length, hidden]
 */
export function buildConvolution(
  context: EncoderContext,
  { kernel, activation, dropout, epsilon, name }: Convolution,
  embeddings: Value,
  x: Value,
  attentionBias: Value,
): Value {
  const { graph } = context;
  const hidden = x.shape.at(-1) as number;
  // 1 for a token, 0 for padding: exp of 0 and of a large negative number
  const present = graph.apply("reshape", [graph.apply("exp", [attentionBias], {})], {
    shape: ["batch*length", 1],
  });
  const clean = graph.apply("multiply", [embeddings, present], {});
  const tokens = graph.apply("reshape", [clean], { shape: ["batch", "length", hidden] });
  const weight = context.parameter(`${name}.conv.weight`, [hidden, hidden, kernel]);
  const bias = context.parameter(`${name}.conv.bias`, [hidden]);
  const byPlace = graph.applyAll(
    "split",
    [graph.apply("transpose", [weight], { permutation: [2, 0, 1] })], // [kernel, hidden, hidden]
    { axis: 0, sizes: Array.from({ length: kernel }, () => 1) },
  );
  const terms = byPlace.map((part, place) => {
    const by = (kernel - 1) / 2 - place; // result t sees token t - by
    const moved = by === 0 ? tokens : graph.apply("shift", [tokens], { axis: 1, by });
    const flat = graph.apply("reshape", [moved], { shape: ["batch*length", hidden] });
    const matrix = graph.apply("reshape", [part], { shape: [hidden, hidden] });
    const operands = place === 0 ? [flat, matrix, bias] : [flat, matrix];
    return graph.apply("gemm", operands, { transA: false, transB: true });
  });
  const sum = terms.reduce((left, right) => graph.apply("add", [left, right], {}));
  const dropped = context.dropout(graph.apply("multiply", [sum, present], {}), dropout);
  const bent =
    activation === "tanh" ? graph.apply("tanh", [dropped], {}) : activate(context, dropped, activation);
  const normed = layerNorm(context, graph.apply("add", [x, bent], {}), epsilon, `${name}.LayerNorm`);
  return graph.apply("multiply", [normed, present], {});
}
