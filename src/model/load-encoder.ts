/** @file An encoder's files -> its config, its tokenizer and its weights in memory, ready to be fine-tuned. */
import type { Parameter } from "../engine/gradient-session.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";
import { readJsonFile } from "../util/files.ts";
import { type EncoderConfig, parseEncoderConfig } from "./encoder-config.ts";
import type { EncoderFiles } from "./encoder-folder.ts";
import { createParameters } from "./parameters.ts";
import { readSafetensors } from "./safetensors.ts";

export interface LoadedEncoder {
  readonly config: EncoderConfig;
  readonly tokenizer: SubwordTokenizer;
  readonly parameters: ReadonlyMap<string, Parameter>;
}

/**
 * @param tagCount outputs of the head, which is drawn with `seed`
 * @param addHead puts another head on the encoder than that of its architecture
 * @throws InputError when a file is damaged or the files do not belong together
 */
export async function loadEncoder(
  files: EncoderFiles,
  tagCount: number,
  seed: number,
  addHead: (config: EncoderConfig) => EncoderConfig = (config) => config,
): Promise<LoadedEncoder> {
  const config = addHead(
    parseEncoderConfig(await readJsonFile(files.config, "encoder config"), files.config),
  );
  const tokenizer = loadSubwordTokenizer(
    await readJsonFile(files.tokenizer, "tokenizer"),
    await readJsonFile(files.tokenizerConfig, "tokenizer config"),
  );
  if (tokenizer.vocabularySize > config.vocabularySize) {
    throw new InputError(
      "encoder-vocabulary",
      `${files.tokenizer} has ids up to ${tokenizer.vocabularySize - 1}, but config.json says vocab_size ${config.vocabularySize}.`,
      { hint: "tokenizer.json and config.json must come from the same model." },
    );
  }
  const { parameters } = createParameters(
    await readSafetensors(files.weights),
    config,
    tagCount,
    seed,
    files.weights,
  );
  return { config, tokenizer, parameters };
}
