/** @file A model folder -> a predictor: texts in, mentions out, nothing of a long text lost. */

import { join } from "node:path";
import type { Device } from "../engine/devices.ts";
import { createSession, type HostTensor, type Session } from "../engine/session.ts";
import type { ScoredMention } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { decodeMentions, tagNames } from "../task/tags.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";
import { readJsonFile } from "../util/files.ts";
import { type ModelDescription, readModelFolder } from "./model-folder.ts";
import { type EncodedText, encodeText, type TokenSequence } from "./sequence.ts";

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
}

/** Owns native memory: call `release` when done. */
export interface NerPredictor extends Predictor {
  readonly model: ModelDescription;
  /** Log-probabilities of each word's tags before decoding, and the words. */
  scoreWords(texts: readonly string[]): Promise<ScoredText[]>;
  release(): Promise<void>;
}

/** What the encoder says about the words of one text. */
export interface ScoredText extends EncodedText {
  readonly scores: Float32Array; // logits [words, tags]
}

/** Tokens a run may hold, padding counted: bounds memory whatever the length of the texts. */
const TOKENS_PER_RUN = 4096;

/** @throws InputError when the folder is no model of ours or is damaged, or the device is not there */
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
  const session = await createSession(model.onnx, {
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.device === undefined ? {} : { device: options.device }),
  }).catch((cause) => {
    if (cause instanceof InputError) throw cause; // the device, not the model
    throw new InputError(
      "model-damaged",
      `Cannot load "${model.onnx}": it is missing, broken or truncated.`,
      {
        hint: "Train the model again with `textphantom run`, or copy the folder again.",
        cause,
      },
    );
  });
  const maxTokens = Math.min(options.maxTokens ?? model.windowTokens, model.config.maxTokens);
  return createNerPredictor({ model, tokenizer, session, maxTokens });
}

function createNerPredictor(parts: {
  model: ModelDescription & { readonly onnx: string };
  tokenizer: SubwordTokenizer;
  session: Session;
  maxTokens: number;
}): NerPredictor {
  const { model, tokenizer, session, maxTokens } = parts;
  const { labels } = model;
  const width = tagNames(labels).length;
  const scoreWords = async (texts: readonly string[]): Promise<ScoredText[]> => {
    const encoded = texts.map((text) => encodeText(text, tokenizer, { maxTokens }));
    const results = encoded.map((text) => ({ ...text, scores: new Float32Array(text.words.length * width) }));
    for (const batch of planRuns(encoded)) {
      const sequences = batch.map(({ text, sequence }) => encoded[text]!.sequences[sequence]!);
      const { logits, length, tags } = await runBatch(session, sequences, tokenizer.padId);
      if (tags !== width)
        throw new InputError(
          "model-damaged",
          `"${model.onnx}" gives ${tags} tags a token; its task has ${width}.`,
          { hint: "model.onnx and task.json come from different models." },
        );
      for (const [row, { ownStart, firstTokens }] of sequences.entries()) {
        const { scores } = results[batch[row]!.text]!;
        for (const [word, position] of firstTokens.entries()) {
          const from = (row * length + position) * width;
          scores.set(logits.subarray(from, from + width), (ownStart + word) * width);
        }
      }
    }
    return results;
  };
  return {
    labels,
    model,
    scoreWords,
    async predict(texts): Promise<ScoredMention[][]> {
      return (await scoreWords(texts)).map(({ words, scores }) => decodeMentions(words, scores, labels));
    },
    release: session.release,
  };
}

/** Sequences of all texts, sorted by length and cut into runs of bounded size. */
function planRuns(texts: readonly EncodedText[]): { text: number; sequence: number }[][] {
  const all = texts.flatMap(({ sequences }, text) =>
    sequences.map(({ ids }, sequence) => ({ text, sequence, length: ids.length })),
  );
  all.sort((a, b) => b.length - a.length);
  const runs: { text: number; sequence: number }[][] = [];
  for (let start = 0; start < all.length; ) {
    const count = Math.max(1, Math.floor(TOKENS_PER_RUN / all[start]!.length));
    runs.push(all.slice(start, start + count));
    start += count;
  }
  return runs;
}

async function runBatch(
  session: Session,
  sequences: readonly TokenSequence[],
  padId: number,
): Promise<{ logits: Float32Array; length: number; tags: number }> {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const size = sequences.length * length;
  const ids = new BigInt64Array(size).fill(BigInt(padId));
  const mask = new BigInt64Array(size);
  for (const [row, sequence] of sequences.entries()) {
    for (const [position, id] of sequence.ids.entries()) ids[row * length + position] = BigInt(id);
    mask.fill(1n, row * length, row * length + sequence.ids.length);
  }
  const dims = [sequences.length, length];
  const tensor = (data: BigInt64Array): HostTensor => ({ type: "int64", data, dims });
  const feeds: Record<string, HostTensor> = {
    input_ids: tensor(ids),
    attention_mask: tensor(mask),
  };
  // Not every encoder has token types; an input that a model does not have must not be fed.
  if (session.inputNames.includes("token_type_ids")) feeds.token_type_ids = tensor(new BigInt64Array(size));
  const logits = (await session.run(feeds)).get("logits");
  if (logits?.type !== "float32")
    throw new InputError("model-damaged", "The model's ONNX file gives no logits.");
  return { logits: logits.data, length, tags: logits.dims.at(-1)! };
}
