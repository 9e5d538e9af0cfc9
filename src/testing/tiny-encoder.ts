/** @file A few sizes and a seed -> a folder with a random BERT in Hugging Face layout, for tests that need no weights. */
import { join } from "node:path";
import { type EncoderFiles, listEncoderFiles } from "../model/encoder-folder.ts";
import { type WritableTensor, writeSafetensors } from "../model/safetensors.ts";
import { writeFileAtomic } from "../util/files.ts";
import { createRandom, type Random } from "../util/random.ts";

/** Sizes of the encoder; the defaults make a file of about 35 KB. */
export interface TinyEncoderOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Default 16; a multiple of `heads`. */
  readonly hiddenSize?: number;
  /** Default 2. */
  readonly layers?: number;
  /** Default 2. */
  readonly heads?: number;
  /** Default 32. */
  readonly intermediateSize?: number;
  /** Longest input in tokens, [CLS] and [SEP] included. Default 64. */
  readonly maxPositions?: number;
  /** Lower-case words that are one token each; every other word is spelled in letters and digits. Default none. */
  readonly words?: readonly string[];
}

const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const LETTERS = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
const PUNCTUATION = [..."!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~\\"];

/**
 * The same seed and sizes give the same bytes on every machine. Nothing in it has been trained.
 * @returns paths of the files it wrote
 * @example const files = await writeTinyEncoder("/tmp/tiny", { words: ["cancer"] });
 */
export async function writeTinyEncoder(
  folder: string,
  options: TinyEncoderOptions = {},
): Promise<EncoderFiles> {
  const {
    seed = 1,
    hiddenSize = 16,
    layers = 2,
    heads = 2,
    intermediateSize = 32,
    maxPositions = 64,
  } = options;
  const pieces = LETTERS.map((letter) => `##${letter}`);
  const vocabulary = [
    ...new Set([...SPECIAL, ...LETTERS, ...pieces, ...PUNCTUATION, ...(options.words ?? [])]),
  ];
  const config = {
    architectures: ["BertModel"],
    model_type: "bert",
    hidden_act: "gelu",
    hidden_size: hiddenSize,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediateSize,
    max_position_embeddings: maxPositions,
    type_vocab_size: 2,
    vocab_size: vocabulary.length,
    layer_norm_eps: 1e-12,
    attention_probs_dropout_prob: 0.1,
    hidden_dropout_prob: 0.1,
    initializer_range: 0.02,
    pad_token_id: 0,
  };
  const settings = {
    tokenizer_class: "BertTokenizer",
    do_lower_case: true,
    model_max_length: maxPositions,
    ...Object.fromEntries(
      ["unk", "sep", "pad", "cls", "mask"].map((name) => [`${name}_token`, `[${name.toUpperCase()}]`]),
    ),
  };
  const weights = drawWeights(
    {
      vocabulary: vocabulary.length,
      hidden: hiddenSize,
      layers,
      intermediate: intermediateSize,
      maxPositions,
    },
    createRandom(seed, "tiny-encoder"),
  );
  await writeSafetensors(join(folder, "model.safetensors"), weights);
  await writeJson(join(folder, "config.json"), config);
  await writeJson(join(folder, "tokenizer_config.json"), settings);
  await writeJson(join(folder, "tokenizer.json"), describeTokenizer(vocabulary));
  return listEncoderFiles(folder, folder);
}

interface Sizes {
  readonly vocabulary: number;
  readonly hidden: number;
  readonly layers: number;
  readonly intermediate: number;
  readonly maxPositions: number;
}

/** Names as `BertModel` has them. Biases and LayerNorms are random too: 0 and 1 would hide mistakes in them. */
function drawWeights(sizes: Sizes, random: Random): Map<string, WritableTensor> {
  const { hidden, intermediate } = sizes;
  const tensors = new Map<string, WritableTensor>();
  const draw = (name: string, mean: number, ...shape: number[]) => {
    const length = shape.reduce((product, n) => product * n, 1);
    tensors.set(name, { shape, data: Float32Array.from({ length }, () => mean + 0.1 * nextNormal(random)) });
  };
  const linear = (name: string, inputs: number, outputs: number) => {
    draw(`${name}.weight`, 0, outputs, inputs);
    draw(`${name}.bias`, 0, outputs);
  };
  const layerNorm = (name: string) => {
    draw(`${name}.weight`, 1, hidden);
    draw(`${name}.bias`, 0, hidden);
  };
  draw("embeddings.word_embeddings.weight", 0, sizes.vocabulary, hidden);
  draw("embeddings.position_embeddings.weight", 0, sizes.maxPositions, hidden);
  draw("embeddings.token_type_embeddings.weight", 0, 2, hidden);
  layerNorm("embeddings.LayerNorm");
  for (let layer = 0; layer < sizes.layers; layer++) {
    const prefix = `encoder.layer.${layer}`;
    for (const part of ["query", "key", "value"]) linear(`${prefix}.attention.self.${part}`, hidden, hidden);
    linear(`${prefix}.attention.output.dense`, hidden, hidden);
    layerNorm(`${prefix}.attention.output.LayerNorm`);
    linear(`${prefix}.intermediate.dense`, hidden, intermediate);
    linear(`${prefix}.output.dense`, intermediate, hidden);
    layerNorm(`${prefix}.output.LayerNorm`);
  }
  linear("pooler.dense", hidden, hidden);
  return tensors;
}

/** Box & Muller 1958, one of the pair; 1 - next() is never 0. */
function nextNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** A tokenizer.json as the `tokenizers` library writes one for lower-case BERT. */
function describeTokenizer(vocabulary: readonly string[]): unknown {
  const special = (id: number) => ({ id: SPECIAL[id], ids: [id], tokens: [SPECIAL[id]] });
  const piece = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const single = [piece("[CLS]", 0), sequence("A", 0), piece("[SEP]", 0)];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({ id, content, ...flags })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, sequence("B", 1), piece("[SEP]", 1)],
      special_tokens: { "[CLS]": special(2), "[SEP]": special(3) },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  };
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
