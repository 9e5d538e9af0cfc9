/** @file config.json of a DistilBERT (Sanh et al. 2019) -> its graph: BERT without token types, under other names. */
import { z } from "zod";
import { defineArchitecture } from "./architecture.ts";
import { activation, initializerRange, probability, size, tokenId } from "./config-fields.ts";
import { buildLinearHead, buildPostNormLayer, embed, layerNorm } from "./layers.ts";

const schema = z
  .object({
    vocab_size: size,
    dim: size,
    n_layers: size,
    n_heads: size,
    hidden_dim: size,
    max_position_embeddings: size,
    activation: activation.default("gelu"),
    dropout: probability.default(0.1),
    attention_dropout: probability.default(0.1),
    initializer_range: initializerRange,
    pad_token_id: tokenId.nullish(),
  })
  .refine(({ dim, n_heads }) => dim % n_heads === 0, { message: "dim must be a multiple of n_heads" });

const PREFIX = "distilbert.";
/** Not in config.json. */
const EPSILON = 1e-12;

export const DISTILBERT = defineArchitecture<z.infer<typeof schema>>({
  prefix: PREFIX,
  className: "DistilBertForTokenClassification",
  schema,
  describe: (config) => ({
    vocabularySize: config.vocab_size,
    hiddenSize: config.dim,
    layers: config.n_layers,
    maxTokens: config.max_position_embeddings,
    firstPosition: 0,
    padId: config.pad_token_id ?? 0,
    initializerRange: config.initializer_range,
  }),
  build(context, config, { ids, positions, attentionBias }) {
    const { graph } = context;
    const { dim } = config;
    const words = embed(context, ids, [config.vocab_size, dim], `${PREFIX}embeddings.word_embeddings`);
    const rows = config.max_position_embeddings; // stored even where they are sines (sinusoidal_pos_embds)
    const places = embed(context, positions, [rows, dim], `${PREFIX}embeddings.position_embeddings`);
    const sum = graph.apply("add", [words, places], {});
    const flat = graph.apply("reshape", [sum], { shape: ["batch*length", dim] });
    const normed = layerNorm(context, flat, EPSILON, `${PREFIX}embeddings.LayerNorm`);
    let x = context.dropout(normed, config.dropout);
    for (let index = 0; index < config.n_layers; index++) {
      const name = `${PREFIX}transformer.layer.${index}`;
      const layer = {
        heads: config.n_heads,
        intermediate: config.hidden_dim,
        activation: config.activation,
        epsilon: EPSILON,
        attendedDropout: 0, // unlike BERT
        weightsDropout: config.attention_dropout,
        outputDropout: config.dropout,
        names: {
          query: `${name}.attention.q_lin`,
          key: `${name}.attention.k_lin`,
          value: `${name}.attention.v_lin`,
          attended: `${name}.attention.out_lin`,
          attendedNorm: `${name}.sa_layer_norm`,
          wide: `${name}.ffn.lin1`,
          narrow: `${name}.ffn.lin2`,
          outputNorm: `${name}.output_layer_norm`,
        },
      };
      x = buildPostNormLayer(context, layer, x, attentionBias);
    }
    return x;
  },
  buildHead: (context, config, hidden, tagCount) =>
    buildLinearHead(context, hidden, config.dropout, tagCount),
});
