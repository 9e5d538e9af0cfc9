/** @file config.json of a DeBERTa-v2 or v3 (He et al. 2021) -> its graph: BERT whose attention looks at distances. */
import { z } from "zod";
import type { Value } from "../../engine/graph.ts";
import { defineArchitecture, type EncoderContext, type EncoderInputs } from "./architecture.ts";
import { describeBert, hasEqualHeads, unequalHeads } from "./bert.ts";
import { activation, epsilon, initializerRange, oneOf, probability, size, tokenId } from "./config-fields.ts";
import { buildConvolution, convolutionActivation } from "./convolution.ts";
import { attendDisentangled, type DistanceEmbeddings } from "./disentangled-attention.ts";
import { countDistanceRows, listDistanceRows } from "./distances.ts";
import {
  buildLinearHead,
  embed,
  finishPostNormLayer,
  type LayerAfterAttention,
  layerNorm,
} from "./layers.ts";

/** A size, or nothing: 0 or below. */
const optionalSize = z.int().max(1_000_000).default(-1);

const schema = z
  .object({
    vocab_size: size,
    hidden_size: size,
    /** Width of the embeddings, where it is another. */
    embedding_size: size.optional(),
    num_hidden_layers: size,
    num_attention_heads: size,
    attention_head_size: size.optional(),
    intermediate_size: size,
    max_position_embeddings: size.default(512),
    type_vocab_size: z.int().nonnegative().max(1_000_000).default(0),
    layer_norm_eps: epsilon.default(1e-7),
    hidden_act: activation.default("gelu"),
    hidden_dropout_prob: probability.default(0.1),
    attention_probs_dropout_prob: probability.default(0.1),
    initializer_range: initializerRange,
    pad_token_id: tokenId.nullish(),
    position_biased_input: z.boolean().default(true),
    relative_attention: z.boolean().default(false),
    /** A list, or words with | between them. */
    pos_att_type: z
      .union([z.array(z.string()), z.string().transform((words) => words.split("|"))])
      .nullish()
      .transform((words) => (words ?? []).map((word) => word.trim().toLowerCase()))
      .pipe(z.array(oneOf("c2p", "p2c"))),
    share_att_key: z.boolean().default(false),
    max_relative_positions: optionalSize,
    position_buckets: optionalSize,
    norm_rel_ebd: z.string().default("none"),
    conv_kernel_size: z.int().max(99).default(0),
    conv_groups: z.literal(1, { error: () => "only 1 is supported" }).default(1),
    conv_act: convolutionActivation.default("tanh"),
  })
  .refine(hasEqualHeads, unequalHeads)
  .refine((config) => config.attention_head_size === undefined || hasUsualHeads(config), {
    message: "must be hidden_size / num_attention_heads",
    path: ["attention_head_size"],
  })
  .refine((config) => config.conv_kernel_size <= 0 || config.conv_kernel_size % 2 === 1, {
    message: "must be odd, or 0 for no convolution",
    path: ["conv_kernel_size"],
  })
  .refine((config) => config.position_buckets <= 0 || hasUsableBuckets(config), {
    message: "must be 2 or more, and less than 2 * (max_relative_positions - 1)",
    path: ["position_buckets"],
  });
type DebertaConfig = z.infer<typeof schema>;

function hasUsualHeads(config: {
  hidden_size: number;
  num_attention_heads: number;
  attention_head_size?: number | undefined;
}): boolean {
  return config.attention_head_size === config.hidden_size / config.num_attention_heads;
}

/** Otherwise the logarithm that spreads far distances over buckets is 0 or has no value. */
function hasUsableBuckets(config: Parameters<typeof distanceSettings>[0]): boolean {
  const { buckets, farthest } = distanceSettings(config);
  return buckets >= 2 && farthest - 1 > Math.floor(buckets / 2);
}

function distanceSettings(config: {
  position_buckets: number;
  max_relative_positions: number;
  max_position_embeddings: number;
}) {
  const { position_buckets, max_relative_positions, max_position_embeddings } = config;
  const farthest = max_relative_positions < 1 ? max_position_embeddings : max_relative_positions;
  return { farthest, buckets: Math.max(0, position_buckets) };
}

const PREFIX = "deberta.";

export const DEBERTA_V2 = defineArchitecture<DebertaConfig>({
  prefix: PREFIX,
  className: "DebertaV2ForTokenClassification",
  schema,
  describe: (config) => ({
    ...describeBert(config),
    ...(config.relative_attention && config.pos_att_type.length > 0
      ? { distanceRows: listDistanceRows(distanceSettings(config)) }
      : {}),
  }),
  build(context, config, inputs) {
    const embeddings = buildEmbeddings(context, config, inputs);
    const distances = embedDistances(context, config, inputs);
    const { attentionBias } = inputs;
    const heads = config.num_attention_heads;
    // heads come first in this attention
    const bias = context.graph.apply("reshape", [attentionBias], { shape: [1, "batch", 1, "length"] });
    let x = embeddings;
    for (let index = 0; index < config.num_hidden_layers; index++) {
      const name = `${PREFIX}encoder.layer.${index}`;
      const mixed = attendDisentangled(
        context,
        {
          heads,
          terms: 1 + new Set(config.pos_att_type).size,
          weightsDropout: config.attention_probs_dropout_prob,
          sharesProjections: config.share_att_key,
          name: `${name}.attention.self`,
        },
        x,
        dropDistances(context, config, distances),
        bias,
      );
      x = finishPostNormLayer(context, nameLayer(config, name), x, mixed);
      if (index === 0 && config.conv_kernel_size > 0) {
        const convolution = {
          kernel: config.conv_kernel_size,
          activation: config.conv_act,
          dropout: config.hidden_dropout_prob,
          epsilon: config.layer_norm_eps,
          name: `${PREFIX}encoder.conv`,
        };
        x = buildConvolution(context, convolution, embeddings, x, attentionBias);
      }
    }
    return x;
  },
  buildHead: (context, config, hidden, tagCount) =>
    buildLinearHead(context, hidden, config.hidden_dropout_prob, tagCount),
});

function nameLayer(config: DebertaConfig, name: string): LayerAfterAttention {
  return {
    intermediate: config.intermediate_size,
    activation: config.hidden_act,
    epsilon: config.layer_norm_eps,
    attendedDropout: config.hidden_dropout_prob,
    outputDropout: config.hidden_dropout_prob,
    names: {
      attended: `${name}.attention.output.dense`,
      attendedNorm: `${name}.attention.output.LayerNorm`,
      wide: `${name}.intermediate.dense`,
      narrow: `${name}.output.dense`,
      outputNorm: `${name}.output.LayerNorm`,
    },
  };
}

/**
 * Hugging Face also multiplies them by the mask and hides tokens from padding. What stands in padding is not seen by
 * tokens either way, so only the convolution needs it.
 */
function buildEmbeddings(context: EncoderContext, config: DebertaConfig, inputs: EncoderInputs): Value {
  const { graph } = context;
  const width = config.embedding_size ?? config.hidden_size;
  const read = (indices: Value, rows: number, part: string) =>
    embed(context, indices, [rows, width], `${PREFIX}embeddings.${part}_embeddings`);
  const parts = [
    read(inputs.ids, config.vocab_size, "word"),
    ...(config.position_biased_input
      ? [read(inputs.positions, config.max_position_embeddings, "position")]
      : []),
    ...(config.type_vocab_size > 0 ? [read(inputs.types, config.type_vocab_size, "token_type")] : []),
  ];
  const sum = parts.reduce((left, right) => graph.apply("add", [left, right], {}));
  let x = graph.apply("reshape", [sum], { shape: ["batch*length", width] });
  if (width !== config.hidden_size) {
    const weight = context.parameter(`${PREFIX}embeddings.embed_proj.weight`, [config.hidden_size, width]);
    x = graph.apply("gemm", [x, weight], { transA: false, transB: true });
  }
  const normed = layerNorm(context, x, config.layer_norm_eps, `${PREFIX}embeddings.LayerNorm`);
  return context.dropout(normed, config.hidden_dropout_prob);
}

/** The rows of the table that this length needs, and no others. */
function embedDistances(
  context: EncoderContext,
  config: DebertaConfig,
  { distances }: EncoderInputs,
): DistanceEmbeddings {
  if (distances === undefined) return {};
  const { graph } = context;
  const { hidden_size: hidden, layer_norm_eps } = config;
  const rows = countDistanceRows(distanceSettings(config));
  const table = context.parameter(`${PREFIX}encoder.rel_embeddings.weight`, [rows, hidden]);
  const isNormed = config.norm_rel_ebd.toLowerCase().includes("layer_norm");
  const affine = isNormed
    ? ["weight", "bias"].map((part) => context.parameter(`${PREFIX}encoder.LayerNorm.${part}`, [hidden]))
    : [];
  const read = (indices: Value) => {
    const raw = graph.apply("gather", [table, indices], {}); // [2*length, hidden]
    return isNormed ? graph.apply("layerNorm", [raw, ...affine], { epsilon: layer_norm_eps }) : raw;
  };
  return {
    ...(config.pos_att_type.includes("c2p") ? { descending: read(distances.descending) } : {}),
    ...(config.pos_att_type.includes("p2c") ? { ascending: read(distances.ascending) } : {}),
  };
}

/** Afresh for each layer. The two orders have masks of their own, where Hugging Face has one for both. */
function dropDistances(
  context: EncoderContext,
  config: DebertaConfig,
  { descending, ascending }: DistanceEmbeddings,
): DistanceEmbeddings {
  const drop = (value: Value) => context.dropout(value, config.hidden_dropout_prob);
  return {
    ...(descending ? { descending: drop(descending) } : {}),
    ...(ascending ? { ascending: drop(ascending) } : {}),
  };
}
