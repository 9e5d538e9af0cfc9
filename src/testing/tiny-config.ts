/** @file A model type and sizes -> config.json and tokenizer files of a tiny encoder of that kind. */
import type { ModelType } from "../model/architectures.ts";
import { describeWordPiece, SPECIAL_TOKENS } from "./tiny-tokenizer.ts";
import { describeByteLevel, describeUnigram, ROBERTA_TOKENS } from "./tiny-tokenizer-kinds.ts";

/** What a tiny encoder is made with. */
export interface TinySizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  /** Longest input in tokens. */
  readonly maxPositions: number;
}

type Json = Record<string, unknown>;

/** What a kind of encoder has otherwise than BERT. */
interface Difference {
  readonly tokenizer?: "byte-level" | "unigram";
  /** Its class in Python, the same for the tokenizer alone. */
  readonly tokenizerClass?: string;
  /** Keys that differ; those of BERT that are undefined are left out. */
  config?(sizes: TinySizes): Json;
}

/** fairseq counts positions from behind the padding's. */
const roberta = ({ maxPositions }: TinySizes): Json => ({
  max_position_embeddings: maxPositions + 2,
  type_vocab_size: 1,
  layer_norm_eps: 1e-5,
  bos_token_id: 0,
  pad_token_id: 1,
  eos_token_id: 2,
});

/** A kind that is not named has the config and the tokenizer of BERT. */
const DIFFERENCES: Readonly<Partial<Record<ModelType, Difference>>> = {
  roberta: { tokenizer: "byte-level", tokenizerClass: "RobertaTokenizer", config: roberta },
  "xlm-roberta": { tokenizer: "unigram", tokenizerClass: "XLMRobertaTokenizer", config: roberta },
  camembert: { tokenizer: "unigram", tokenizerClass: "XLMRobertaTokenizer", config: roberta },
  "deberta-v2": {
    config: () => ({
      relative_attention: true,
      pos_att_type: ["p2c", "c2p"],
      position_buckets: 8,
      share_att_key: true,
      norm_rel_ebd: "layer_norm",
      position_biased_input: false,
      type_vocab_size: 0,
      layer_norm_eps: 1e-7,
    }),
  },
  modernbert: {
    tokenizer: "byte-level",
    tokenizerClass: "PreTrainedTokenizerFast",
    config: () => ({
      hidden_activation: "gelu",
      norm_eps: 1e-5,
      local_attention: 8,
      global_attn_every_n_layers: 2,
      pad_token_id: 1,
      ...Object.fromEntries(["bos", "cls"].map((name) => [`${name}_token_id`, 0])),
      ...Object.fromEntries(["eos", "sep"].map((name) => [`${name}_token_id`, 2])),
    }),
  },
  electra: {
    tokenizerClass: "ElectraTokenizer",
    config: ({ hiddenSize }) => ({ embedding_size: Math.ceil(0.75 * hiddenSize) }),
  },
  distilbert: {
    tokenizerClass: "DistilBertTokenizer",
    config: ({ hiddenSize, layers, heads, intermediateSize }) => ({
      dim: hiddenSize,
      n_layers: layers,
      n_heads: heads,
      hidden_dim: intermediateSize,
      activation: "gelu",
      dropout: 0.1,
      attention_dropout: 0.1,
      sinusoidal_pos_embds: false,
      ...Object.fromEntries(BERT_ONLY.map((key) => [key, undefined])),
    }),
  },
};

const BERT_ONLY = [
  ...["hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "hidden_act"],
  ...["type_vocab_size", "layer_norm_eps", "hidden_dropout_prob", "attention_probs_dropout_prob"],
];

const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const PUNCTUATION = [..."!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\\"];

/** @param words tokens of their own; what else a text has is spelled. */
export function describeTinyEncoder(modelType: ModelType, sizes: TinySizes, words: readonly string[]) {
  const difference = DIFFERENCES[modelType] ?? {};
  const { tokenizer, names } = describeTokenizer(difference.tokenizer, words);
  const { vocab } = tokenizer.model;
  const config: Json = {
    model_type: modelType,
    hidden_act: "gelu",
    hidden_size: sizes.hiddenSize,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    intermediate_size: sizes.intermediateSize,
    max_position_embeddings: sizes.maxPositions,
    type_vocab_size: 2,
    vocab_size: Array.isArray(vocab) ? vocab.length : Object.keys(vocab).length,
    layer_norm_eps: 1e-12,
    attention_probs_dropout_prob: 0.1,
    hidden_dropout_prob: 0.1,
    initializer_range: 0.02,
    pad_token_id: 0,
    ...difference.config?.(sizes),
  };
  const tokenizerConfig: Json = {
    tokenizer_class: difference.tokenizerClass ?? "BertTokenizer",
    ...(difference.tokenizer === undefined ? { do_lower_case: true } : {}),
    ...(difference.tokenizer === "byte-level" ? { add_prefix_space: false } : {}),
    model_max_length: sizes.maxPositions,
    ...names,
  };
  return { config, tokenizer, tokenizerConfig };
}

function describeTokenizer(kind: Difference["tokenizer"], words: readonly string[]) {
  if (kind !== undefined) {
    const keys = ["cls_token", "pad_token", "sep_token", "unk_token", "mask_token"];
    const names = Object.fromEntries(keys.map((key, id) => [key, ROBERTA_TOKENS[id]]));
    const tokenizer = kind === "unigram" ? describeUnigram(words) : describeByteLevel(words);
    return { tokenizer, names: { ...names, bos_token: "<s>", eos_token: "</s>" } };
  }
  const pieces = LETTERS.map((letter) => `##${letter}`);
  const tokenizer = describeWordPiece([
    ...new Set([...SPECIAL_TOKENS, ...LETTERS, ...pieces, ...PUNCTUATION, ...words]),
  ]);
  const keys = ["unk", "sep", "pad", "cls", "mask"];
  return {
    tokenizer,
    names: Object.fromEntries(keys.map((name) => [`${name}_token`, `[${name.toUpperCase()}]`])),
  };
}
