/** @file config.json of a BERT (Devlin et al. 2019) -> its graph; RoBERTa and ELECTRA share its body and its key names. */
import { z } from "zod";
import type { Value } from "../../engine/graph.ts";
import { defineArchitecture, type EncoderContext } from "./architecture.ts";
import {
  absolutePositions,
  activation,
  epsilon,
  initializerRange,
  mustBeFalse,
  probability,
  size,
  tokenId,
} from "./config-fields.ts";
import { buildLinearHead, buildPostNormLayer, embed, layerNorm } from "./layers.ts";

/** Keys of BERT, RoBERTa and ELECTRA. */
export const bertFields = {
  vocab_size: size,
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  intermediate_size: size,
  max_position_embeddings: size,
  type_vocab_size: size.default(2),
  layer_norm_eps: epsilon.default(1e-12),
  hidden_act: activation.default("gelu"),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  classifier_dropout: probability.nullish(),
  initializer_range: initializerRange,
  pad_token_id: tokenId.nullish(),
  position_embedding_type: absolutePositions,
  is_decoder: mustBeFalse,
  add_cross_attention: mustBeFalse,
};

/** Each head has an equal share of the hidden states. */
export function hasEqualHeads(config: { hidden_size: number; num_attention_heads: number }): boolean {
  return config.hidden_size % config.num_attention_heads === 0;
}
export const unequalHeads = { message: "hidden_size must be a multiple of num_attention_heads" };

const schema = z.object(bertFields).refine(hasEqualHeads, unequalHeads);
/** The keys that all three have. */
export type BertConfig = z.infer<typeof schema>;

/** What config.json says of sizes, under the keys that most architectures share. */
export function describeBert(
  config: Pick<
    BertConfig,
    "vocab_size" | "hidden_size" | "num_hidden_layers" | "max_position_embeddings" | "initializer_range"
  > & { readonly pad_token_id?: number | null | undefined },
) {
  return {
    vocabularySize: config.vocab_size,
    hiddenSize: config.hidden_size,
    layers: config.num_hidden_layers,
    maxTokens: config.max_position_embeddings,
    firstPosition: 0,
    padId: config.pad_token_id ?? 0,
    initializerRange: config.initializer_range,
  };
}

/** The sum of embeddings [..., width] -> normed, flat, with dropout: [batch*length, width]. */
export function finishEmbeddings(
  context: EncoderContext,
  config: BertConfig,
  embeddings: readonly Value[],
  prefix: string,
): Value {
  const { graph } = context;
  const sum = embeddings.reduce((left, right) => graph.apply("add", [left, right], {}));
  const flat = graph.apply("reshape", [sum], { shape: ["batch*length", sum.shape.at(-1)!] });
  const normed = layerNorm(context, flat, config.layer_norm_eps, `${prefix}embeddings.LayerNorm`);
  return context.dropout(normed, config.hidden_dropout_prob);
}

/** The layers above the embeddings. */
export function buildBertLayers(
  context: EncoderContext,
  config: BertConfig,
  embeddings: Value,
  attentionBias: Value,
  prefix: string,
): Value {
  let x = embeddings;
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const name = `${prefix}encoder.layer.${index}`;
    const layer = {
      heads: config.num_attention_heads,
      intermediate: config.intermediate_size,
      activation: config.hidden_act,
      epsilon: config.layer_norm_eps,
      attendedDropout: config.hidden_dropout_prob,
      weightsDropout: config.attention_probs_dropout_prob,
      outputDropout: config.hidden_dropout_prob,
      names: {
        query: `${name}.attention.self.query`,
        key: `${name}.attention.self.key`,
        value: `${name}.attention.self.value`,
        attended: `${name}.attention.output.dense`,
        attendedNorm: `${name}.attention.output.LayerNorm`,
        wide: `${name}.intermediate.dense`,
        narrow: `${name}.output.dense`,
        outputNorm: `${name}.output.LayerNorm`,
      },
    };
    x = buildPostNormLayer(context, layer, x, attentionBias);
  }
  return x;
}

/** The head of all three. */
export function buildBertHead(
  context: EncoderContext,
  config: BertConfig,
  hidden: Value,
  tagCount: number,
): Value {
  return buildLinearHead(context, hidden, config.classifier_dropout ?? config.hidden_dropout_prob, tagCount);
}

const PREFIX = "bert.";

export const BERT = defineArchitecture<BertConfig>({
  prefix: PREFIX,
  className: "BertForTokenClassification",
  schema,
  describe: describeBert,
  build(context, config, { ids, positions, types, attentionBias }) {
    const name = (part: string) => `${PREFIX}embeddings.${part}_embeddings`;
    const hidden = config.hidden_size;
    const words = embed(context, ids, [config.vocab_size, hidden], name("word"));
    const kinds = embed(context, types, [config.type_vocab_size, hidden], name("token_type"));
    const places = embed(context, positions, [config.max_position_embeddings, hidden], name("position"));
    const x = finishEmbeddings(context, config, [words, kinds, places], PREFIX);
    return buildBertLayers(context, config, x, attentionBias, PREFIX);
  },
  buildHead: buildBertHead,
});
