/** @file Token ids -> hidden states: the encoder of Devlin et al. 2019, in the layout and the names of Hugging Face. */
import type { Graph, Shape, Value } from "../engine/graph.ts";
import type { EncoderConfig } from "./encoder-config.ts";

/** What the encoder reads. */
export interface EncoderInputs {
  readonly ids: Value; // [batch, length]
  readonly positions: Value; // [length]
  readonly types: Value; // [batch, length], or [1] where all are equal
  /** Added to attention scores: 0 for a token, a large negative number for padding. */
  readonly attentionBias: Value; // [batch, 1, 1, length]
}

/** How the builder asks for what changes between training and inference. */
export interface EncoderContext {
  readonly graph: Graph;
  /** The weight of that name, an input of the graph. */
  parameter(name: string, shape: readonly number[]): Value;
  /** Zeroes a random part while training; the identity otherwise. */
  dropout(value: Value, rate: number): Value;
}

/** The name that Hugging Face gives the encoder inside a model with a head. */
export const BERT_PREFIX = "bert.";

/** @returns hidden states [batch*length, hidden]: flat, so that every product with a weight is one matrix product. */
export function buildBert(context: EncoderContext, config: EncoderConfig, inputs: EncoderInputs): Value {
  const { graph } = context;
  const hidden = config.hidden_size;
  const embedding = (name: string, rows: number, indices: Value) => {
    const table = context.parameter(`${BERT_PREFIX}embeddings.${name}.weight`, [rows, hidden]);
    return graph.apply("gather", [table, indices], {}); // [..., hidden]
  };
  const words = embedding("word_embeddings", config.vocab_size, inputs.ids);
  const types = embedding("token_type_embeddings", config.type_vocab_size, inputs.types);
  const positions = embedding("position_embeddings", config.max_position_embeddings, inputs.positions);
  const sum = graph.apply("add", [graph.apply("add", [words, types], {}), positions], {});
  const flat = graph.apply("reshape", [sum], { shape: ["batch*length", hidden] });
  let x = layerNorm(context, config, flat, `${BERT_PREFIX}embeddings.LayerNorm`);
  x = context.dropout(x, config.hidden_dropout_prob);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    x = buildLayer(context, config, x, inputs.attentionBias, `${BERT_PREFIX}encoder.layer.${layer}`);
  }
  return x;
}

function buildLayer(
  context: EncoderContext,
  config: EncoderConfig,
  x: Value,
  attentionBias: Value,
  name: string,
): Value {
  const { graph } = context;
  const hidden = config.hidden_size;
  const attended = attention(context, config, x, attentionBias, `${name}.attention`);
  const projected = dense(context, attended, hidden, `${name}.attention.output.dense`);
  const first = graph.apply("add", [context.dropout(projected, config.hidden_dropout_prob), x], {});
  const middle = layerNorm(context, config, first, `${name}.attention.output.LayerNorm`);
  const wide = dense(context, middle, config.intermediate_size, `${name}.intermediate.dense`);
  const narrow = dense(context, graph.apply("gelu", [wide], {}), hidden, `${name}.output.dense`);
  const second = graph.apply("add", [context.dropout(narrow, config.hidden_dropout_prob), middle], {});
  return layerNorm(context, config, second, `${name}.output.LayerNorm`);
}

/** Scaled dot-product attention (Vaswani et al. 2017, eq. 1), before its output projection. */
function attention(
  context: EncoderContext,
  config: EncoderConfig,
  x: Value,
  attentionBias: Value,
  name: string,
): Value {
  const { graph } = context;
  const heads = config.num_attention_heads;
  const width = config.hidden_size / heads;
  const split: Shape = ["batch", "length", heads, width];
  const project = (part: "query" | "key" | "value") => {
    const flat = dense(context, x, config.hidden_size, `${name}.self.${part}`);
    const parted = graph.apply("reshape", [flat], { shape: split });
    return graph.apply("transpose", [parted], { permutation: [0, 2, 1, 3] }); // [batch, heads, length, width]
  };
  const [query, key, value] = [project("query"), project("key"), project("value")];
  const scores = graph.apply("matmul", [query, key], {
    transA: false,
    transB: true,
    alpha: 1 / Math.sqrt(width),
  });
  const weights = graph.apply("softmax", [graph.apply("add", [scores, attentionBias], {})], {}); // [batch, heads, length, length]
  const dropped = context.dropout(weights, config.attention_probs_dropout_prob);
  const mixed = graph.apply("matmul", [dropped, value], { transA: false, transB: false, alpha: 1 });
  const together = graph.apply("transpose", [mixed], { permutation: [0, 2, 1, 3] });
  return graph.apply("reshape", [together], { shape: ["batch*length", config.hidden_size] });
}

/** x W^T + b, with W stored [out, in] as PyTorch does. */
export function dense(context: EncoderContext, x: Value, outputs: number, name: string): Value {
  const inputs = x.shape.at(-1) as number;
  const weight = context.parameter(`${name}.weight`, [outputs, inputs]);
  const bias = context.parameter(`${name}.bias`, [outputs]);
  return context.graph.apply("gemm", [x, weight, bias], { transA: false, transB: true });
}

function layerNorm(context: EncoderContext, config: EncoderConfig, x: Value, name: string): Value {
  const gain = context.parameter(`${name}.weight`, [config.hidden_size]);
  const bias = context.parameter(`${name}.bias`, [config.hidden_size]);
  return context.graph.apply("layerNorm", [x, gain, bias], { epsilon: config.layer_norm_eps });
}
