/** @file A model folder -> a predictor: texts in, mentions out, nothing of a long text lost. */
import type { Device } from "../engine/devices.ts";
import type { ScoredMention } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { decodeMentions, tagNames } from "../task/tags.ts";
import type { SubwordTokenizer } from "../tokenize/subwords.ts";
import type { Precision } from "./emit-model.ts";
import type { ModelDescription } from "./model-folder.ts";
import { openModel } from "./open-model.ts";
import { type EncodedText, encodeText, paragraphStarts } from "./sequence.ts";
import type { TokenScorer } from "./token-scorer.ts";

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
  const { model, tokenizer, scorer } = await openModel(folder, "ner", options);
  const maxTokens = Math.min(options.maxTokens ?? model.windowTokens, model.config.maxTokens);
  return createNerPredictor({ model, tokenizer, scorer, maxTokens });
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
      const scored = await scoreWords(texts);
      return scored.map(({ words, scores }, index) =>
        decodeMentions(words, scores, labels, paragraphStarts(texts[index]!, words)),
      );
    },
    release: scorer.release,
  };
}
