/** @file A model folder -> a predictor: texts in, mentions out, nothing of a long text lost. */

import { join } from "node:path";
import type { Device } from "../engine/devices.ts";
import type { ScoredMention } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { decodeMentions, tagNames } from "../task/tags.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";
import { readJsonFile } from "../util/files.ts";
import type { Precision } from "./emit-model.ts";
import { type ModelDescription, type ModelFiles, readModelFolder } from "./model-folder.ts";
import { type EncodedText, encodeText } from "./sequence.ts";
import { loadTokenScorer, type TokenScorer } from "./token-scorer.ts";

export interface NerPredictorOptions {
  /** Default: every core. */
  threads?: number;
  /** What computes. Default `cpu`. */
  device?: Device;
  /**
   * Longest sequence given to the encoder, in tokens. Default: the model's own `windowTokens`. A model trained on
   * sentences reads windows of that length better than long ones (NCBI Disease dev documents, F1 at 72: 0.787, at 512: 0.674).
   */
  maxTokens?: number;
  /**
   * `fp32` (default), or `int8`: 1.7 x as fast, F1 within 0.3 (docs/inference.md). In int8 a text's scores depend a
   * little on the texts it is predicted with, as they share the scale of their activations.
   */
  precision?: Precision;
}

/** Owns native memory: call `release` when done. */
export interface NerPredictor extends Predictor {
  readonly model: ModelDescription;
  /** Logits of each word's tags before decoding, and the words. */
  scoreWords(texts: readonly string[]): Promise<ScoredText[]>;
  release(): Promise<void>;
}

/** What the encoder says about the words of one text. */
export interface ScoredText extends EncodedText {
  readonly scores: Float32Array; // logits [words, tags]
}

/**
 * @throws InputError when the folder is no model of ours, is damaged, or has no file of that precision, or the device is
 * not there or does not compute in it
 */
export async function loadNerPredictor(
  folder: string,
  options: NerPredictorOptions = {},
): Promise<NerPredictor> {
  const model = await readModelFolder(folder);
  if (model.spec.kind !== "ner")
    throw new InputError(
      "model-kind",
      `The model in "${folder}" is for task kind "${model.spec.kind}"; this needs "ner".`,
    );
  const json = (name: string) => readJsonFile(join(folder, name), "tokenizer file");
  const tokenizer = loadSubwordTokenizer(await json("tokenizer.json"), await json("tokenizer_config.json"));
  if (tokenizer.vocabularySize > model.config.vocabularySize)
    throw new InputError(
      "model-damaged",
      `The tokenizer in "${folder}" has ${tokenizer.vocabularySize} entries; the encoder was built for ${model.config.vocabularySize}.`,
      { hint: "tokenizer.json and config.json come from different models." },
    );
  const { threads, device = "cpu", precision = "fp32" } = options;
  const scorer = await loadTokenScorer({
    config: model.config,
    tagCount: tagNames(model.labels).length,
    onnx: findOnnx(model, precision, device),
    padId: tokenizer.padId,
    session: { device, ...(threads === undefined ? {} : { threads }) },
  });
  const maxTokens = Math.min(options.maxTokens ?? model.windowTokens, model.config.maxTokens);
  return createNerPredictor({ model, tokenizer, scorer, maxTokens });
}

function findOnnx(
  { folder, onnx, quantizedOnnx }: ModelDescription & ModelFiles,
  precision: Precision,
  device: Device,
): string {
  if (precision === "fp32") return onnx;
  // Other providers have no kernels for it, and would leave every product to the CPU.
  if (device !== "cpu") {
    throw new InputError(
      "precision-device",
      `int8 is computed on the device "cpu" alone, not on "${device}".`,
      {
        hint: "Leave out the device or the precision.",
      },
    );
  }
  if (quantizedOnnx !== undefined) return quantizedOnnx;
  throw new InputError(
    "model-precision",
    `The model in "${folder}" has no int8 file (onnx/model_quantized.onnx). It can be read in fp32.`,
    { hint: "Older versions wrote fp32 only: train the model again, or leave out the precision." },
  );
}

function createNerPredictor(parts: {
  model: ModelDescription;
  tokenizer: SubwordTokenizer;
  scorer: TokenScorer;
  maxTokens: number;
}): NerPredictor {
  const { model, tokenizer, scorer, maxTokens } = parts;
  const { labels } = model;
  const width = tagNames(labels).length;
  const scoreWords = async (texts: readonly string[]): Promise<ScoredText[]> => {
    const distinct = new Map(
      [...new Set(texts)].map((text) => [text, encodeText(text, tokenizer, { maxTokens })]),
    );
    const encoded = [...distinct.values()];
    const logits = await scorer.score(encoded.flatMap(({ sequences }) => sequences));
    let next = 0;
    const scored = encoded.map((text) => {
      const scores = new Float32Array(text.words.length * width);
      for (const { ownStart } of text.sequences) scores.set(logits[next++]!, ownStart * width);
      return { ...text, scores };
    });
    const byText = new Map([...distinct.keys()].map((text, index) => [text, scored[index]!]));
    return texts.map((text) => byText.get(text)!);
  };
  return {
    labels,
    model,
    scoreWords,
    async predict(texts): Promise<ScoredMention[][]> {
      return (await scoreWords(texts)).map(({ words, scores }) => decodeMentions(words, scores, labels));
    },
    release: scorer.release,
  };
}
