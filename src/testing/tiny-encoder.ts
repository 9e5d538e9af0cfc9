/** @file A few sizes and a seed -> a folder with a random BERT in Hugging Face layout, for tests that need no weights. */
import { join } from "node:path";
import { type EncoderFiles, listEncoderFiles } from "../model/encoder-folder.ts";
import { type WritableTensor, writeSafetensors } from "../model/safetensors.ts";
import { writeFileAtomic } from "../util/files.ts";
import { createRandom, nextNormal, type Random } from "../util/random.ts";
import { describeWordPiece, SPECIAL_TOKENS } from "./tiny-tokenizer.ts";

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
    ...new Set([...SPECIAL_TOKENS, ...LETTERS, ...pieces, ...PUNCTUATION, ...(options.words ?? [])]),
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
  await writeJson(join(folder, "tokenizer.json"), describeWordPiece(vocabulary));
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

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
