/** @file A few sizes and a seed -> a folder with a random encoder in Hugging Face layout, for tests that need no weights. */
import { join } from "node:path";
import type { ModelType } from "../model/architectures.ts";
import { type EncoderConfig, parseEncoderConfig } from "../model/encoder-config.ts";
import { type EncoderFiles, listEncoderFiles } from "../model/encoder-folder.ts";
import { type WritableTensor, writeSafetensors } from "../model/safetensors.ts";
import { listParameterShapes } from "../model/token-classifier.ts";
import { writeFileAtomic } from "../util/files.ts";
import { createRandom, nextNormal, type Random } from "../util/random.ts";
import { describeTinyEncoder } from "./tiny-config.ts";

/** Sizes of the encoder; the defaults make a file of about 35 KB. */
export interface TinyEncoderOptions {
  /** `model_type` of config.json, which decides the tokenizer too. Default "bert". */
  readonly modelType?: ModelType;
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
  /** Lower-case words that are one token each; every other word is spelled in letters (or bytes). Default none. */
  readonly words?: readonly string[];
}

/**
 * The same seed and sizes give the same bytes on every machine. Nothing in it has been trained.
 * @returns paths of the files it wrote
 * @example const files = await writeTinyEncoder("/tmp/tiny", { words: ["cancer"] });
 */
export async function writeTinyEncoder(
  folder: string,
  options: TinyEncoderOptions = {},
): Promise<EncoderFiles> {
  const { seed = 1, modelType = "bert", words = [], ...sizes } = options;
  const all = { hiddenSize: 16, layers: 2, heads: 2, intermediateSize: 32, maxPositions: 64, ...sizes };
  const { config, tokenizer, tokenizerConfig } = describeTinyEncoder(modelType, all, words);
  const weights = drawWeights(parseEncoderConfig(config, folder), createRandom(seed, "tiny-encoder"));
  await writeSafetensors(join(folder, "model.safetensors"), weights);
  await writeJson(join(folder, "config.json"), config);
  await writeJson(join(folder, "tokenizer_config.json"), tokenizerConfig);
  await writeJson(join(folder, "tokenizer.json"), tokenizer);
  return listEncoderFiles(folder, folder);
}

/** Names as the bare encoder has them. Biases and norms are random too: 0 and 1 would hide mistakes in them. */
function drawWeights(config: EncoderConfig, random: Random): Map<string, WritableTensor> {
  const tensors = new Map<string, WritableTensor>();
  const draw = (name: string, shape: readonly number[]) => {
    const length = shape.reduce((product, n) => product * n, 1);
    const mean = /norm\.weight$/i.test(name) ? 1 : 0;
    tensors.set(name, { shape, data: Float32Array.from({ length }, () => mean + 0.1 * nextNormal(random)) });
  };
  for (const [name, shape] of listParameterShapes(config, 1)) {
    if (name.startsWith(config.prefix)) draw(name.slice(config.prefix.length), shape);
  }
  if (config.modelType === "bert") {
    // what `BertModel` has beside what a token classifier reads
    draw("pooler.dense.weight", [config.hiddenSize, config.hiddenSize]);
    draw("pooler.dense.bias", [config.hiddenSize]);
  }
  return tensors;
}

async function writeJson(path: string, value: unknown): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`);
}
