/** @file config.json of a ModernBERT (Warner et al. 2024) -> its graph: rotary positions, local and global attention, gated layers. */
import { z } from "zod";
import type { Value } from "../../engine/graph.ts";
import { defineArchitecture, type EncoderContext, type EncoderInputs } from "./architecture.ts";
import { describeBert, hasEqualHeads, unequalHeads } from "./bert.ts";
import { activation, epsilon, initializerRange, oneOf, probability, size, tokenId } from "./config-fields.ts";
import { activate, buildLinearHead, embed } from "./layers.ts";
import { buildRotaryTable, hideDistant, type RotaryTable } from "./rotary.ts";

const layerType = oneOf("full_attention", "sliding_attention");
type LayerType = z.infer<typeof layerType>;
const theta = z.number().positive();
const rope = z
  .object({ rope_type: oneOf("default").default("default"), rope_theta: theta.optional() })
  .nullish();

const schema = z
  .object({
    vocab_size: size,
    hidden_size: size,
    num_hidden_layers: size,
    num_attention_heads: size,
    intermediate_size: size,
    max_position_embeddings: size.default(8192),
    norm_eps: epsilon.default(1e-5),
    norm_bias: z.boolean().default(false),
    attention_bias: z.boolean().default(false),
    mlp_bias: z.boolean().default(false),
    classifier_bias: z.boolean().default(false),
    hidden_activation: activation.default("gelu"),
    classifier_activation: activation.default("gelu"),
    embedding_dropout: probability.default(0),
    attention_dropout: probability.default(0),
    mlp_dropout: probability.default(0),
    classifier_dropout: probability.default(0),
    initializer_range: initializerRange,
    pad_token_id: tokenId.nullish(),
    /** Tokens that local attention sees: half of them on each side. */
    local_attention: size.default(128),
    global_attn_every_n_layers: size.default(3),
    /** Said by newer files instead of `global_attn_every_n_layers`. */
    layer_types: z.array(layerType).nullish(),
    global_rope_theta: theta.default(160_000),
    local_rope_theta: theta.nullable().default(10_000),
    /** Said by newer files instead of the two above. */
    rope_parameters: z.object({ full_attention: rope, sliding_attention: rope }).nullish(),
    rope_scaling: z.null({ error: () => "only null is supported" }).optional(),
  })
  .refine(hasEqualHeads, unequalHeads)
  .refine(({ layer_types, num_hidden_layers }) => !layer_types || layer_types.length === num_hidden_layers, {
    message: "must name the type of every layer",
    path: ["layer_types"],
  })
  .refine(({ hidden_size, num_attention_heads }) => (hidden_size / num_attention_heads) % 2 === 0, {
    message: "hidden_size / num_attention_heads must be even",
  });
type ModernBertConfig = z.infer<typeof schema>;

const PREFIX = "model.";

export const MODERNBERT = defineArchitecture<ModernBertConfig>({
  prefix: PREFIX,
  className: "ModernBertForTokenClassification",
  schema,
  describe: describeBert,
  build(context, config, inputs) {
    const { graph } = context;
    const { hidden_size: hidden } = config;
    const words = embed(
      context,
      inputs.ids,
      [config.vocab_size, hidden],
      `${PREFIX}embeddings.tok_embeddings`,
    );
    const flat = graph.apply("reshape", [words], { shape: ["batch*length", hidden] });
    const normed = norm(context, config, flat, `${PREFIX}embeddings.norm`);
    let x = context.dropout(normed, config.embedding_dropout);
    const attentions = new Map<LayerType, LayerAttention>();
    for (let index = 0; index < config.num_hidden_layers; index++) {
      const name = `${PREFIX}layers.${index}`;
      const type = typeOfLayer(config, index);
      const attention = attentions.get(type) ?? prepareAttention(context, config, inputs, type);
      attentions.set(type, attention);
      // the embeddings are normed already
      const before = index === 0 ? x : norm(context, config, x, `${name}.attn_norm`);
      x = graph.apply("add", [x, attend(context, config, before, attention, `${name}.attn`)], {});
      const middle = norm(context, config, x, `${name}.mlp_norm`);
      x = graph.apply("add", [x, gate(context, config, middle, `${name}.mlp`)], {});
    }
    return norm(context, config, x, `${PREFIX}final_norm`);
  },
  buildHead(context, config, hidden, tagCount) {
    const [dense] = project(context, hidden, [config.hidden_size], config.classifier_bias, "head.dense");
    const bent = activate(context, dense!, config.classifier_activation);
    const normed = norm(context, config, bent, "head.norm");
    return buildLinearHead(context, normed, config.classifier_dropout, tagCount);
  },
});

/** What all layers of one type share. */
interface LayerAttention {
  readonly table: RotaryTable;
  readonly bias: Value; // [batch, 1, 1 or length, length]
}

function typeOfLayer(config: ModernBertConfig, index: number): LayerType {
  const isGlobal = index % config.global_attn_every_n_layers === 0;
  return config.layer_types?.[index] ?? (isGlobal ? "full_attention" : "sliding_attention");
}

function prepareAttention(
  context: EncoderContext,
  config: ModernBertConfig,
  { positions, attentionBias }: EncoderInputs,
  type: LayerType,
): LayerAttention {
  const width = config.hidden_size / config.num_attention_heads;
  const { global_rope_theta, local_rope_theta, rope_parameters } = config;
  const old = type === "full_attention" ? global_rope_theta : (local_rope_theta ?? global_rope_theta);
  const base = rope_parameters?.[type]?.rope_theta ?? old;
  const reach = Math.floor(config.local_attention / 2);
  return {
    table: buildRotaryTable(context, positions, width, base),
    bias: type === "full_attention" ? attentionBias : hideDistant(context, attentionBias, positions, reach),
  };
}

/** Attention with its output projection. */
function attend(
  context: EncoderContext,
  config: ModernBertConfig,
  x: Value,
  { table, bias }: LayerAttention,
  name: string,
): Value {
  const { graph } = context;
  const { hidden_size: hidden, num_attention_heads: heads, attention_bias, attention_dropout } = config;
  const width = hidden / heads;
  const parts = project(context, x, [hidden, hidden, hidden], attention_bias, `${name}.Wqkv`).map((flat) => {
    const parted = graph.apply("reshape", [flat], { shape: ["batch", "length", heads, width] });
    return graph.apply("transpose", [parted], { permutation: [0, 2, 1, 3] }); // [batch, heads, length, width]
  });
  const [query, key] = parts.map((part) => graph.apply("rotate", [part, table.cos, table.sin], {}));
  const alpha = 1 / Math.sqrt(width);
  const scores = graph.apply("matmul", [query!, key!], { transA: false, transB: true, alpha });
  const weights = graph.apply("softmax", [graph.apply("add", [scores, bias], {})], {}); // [batch, heads, length, length]
  const dropped = context.dropout(weights, attention_dropout);
  const mixed = graph.apply("matmul", [dropped, parts[2]!], { transA: false, transB: false, alpha: 1 });
  const together = graph.apply("transpose", [mixed], { permutation: [0, 2, 1, 3] });
  const flat = graph.apply("reshape", [together], { shape: ["batch*length", hidden] });
  const [output] = project(context, flat, [hidden], attention_bias, `${name}.Wo`);
  return context.dropout(output!, attention_dropout);
}

/** GeGLU (Shazeer 2020): one half of the wide layer, bent, times the other. */
function gate(context: EncoderContext, config: ModernBertConfig, x: Value, name: string): Value {
  const { intermediate_size: wide, mlp_bias } = config;
  const [input, factor] = project(context, x, [wide, wide], mlp_bias, `${name}.Wi`);
  const bent = activate(context, input!, config.hidden_activation);
  const product = context.graph.apply("multiply", [bent, factor!], {});
  const [output] = project(
    context,
    context.dropout(product, config.mlp_dropout),
    [config.hidden_size],
    mlp_bias,
    `${name}.Wo`,
  );
  return output!;
}

/** x W^T + b?, in parts: cutting the weight is cheaper than cutting what it gives, and free in a saved model. */
function project(
  context: EncoderContext,
  x: Value,
  sizes: readonly number[],
  hasBias: boolean,
  name: string,
): Value[] {
  const { graph } = context;
  const outputs = sizes.reduce((sum, part) => sum + part, 0);
  const cut = (whole: Value) =>
    sizes.length === 1 ? [whole] : graph.applyAll("split", [whole], { axis: 0, sizes });
  const weights = cut(context.parameter(`${name}.weight`, [outputs, x.shape.at(-1) as number]));
  const biases = hasBias ? cut(context.parameter(`${name}.bias`, [outputs])) : [];
  return weights.map((weight, part) => {
    const bias = biases[part];
    const operands = bias === undefined ? [x, weight] : [x, weight, bias];
    return graph.apply("gemm", operands, { transA: false, transB: true });
  });
}

function norm(context: EncoderContext, config: ModernBertConfig, x: Value, name: string): Value {
  const { graph } = context;
  const width = config.hidden_size;
  const gain = context.parameter(`${name}.weight`, [width]);
  const zeros = Array.from({ length: width }, () => 0);
  const bias = config.norm_bias ? context.parameter(`${name}.bias`, [width]) : graph.constant([width], zeros);
  return graph.apply("layerNorm", [x, gain, bias], { epsilon: config.norm_eps });
}
