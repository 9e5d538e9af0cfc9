/** @file A folder -> a tiny fine-tuned model in it, which has learnt four names of diseases: for tests that need no weights. */
import { join } from "node:path";
import { createAdamW } from "../engine/adamw.ts";
import { createGradientSession, type Parameter } from "../engine/gradient-session.ts";
import { type EncoderConfig, parseEncoderConfig } from "../model/encoder-config.ts";
import { type WriteModelInput, writeModelFolder } from "../model/model-folder.ts";
import { createParameters } from "../model/parameters.ts";
import { readSafetensors } from "../model/safetensors.ts";
import { encodeExample, type LabelledSequence } from "../model/sequence.ts";
import { buildTrainingGraph } from "../model/token-classifier.ts";
import { createFeeds } from "../model/training-feeds.ts";
import type { Mention } from "../task/example.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { readTextFile } from "../util/files.ts";
import { type TinyEncoderOptions, writeTinyEncoder } from "./tiny-encoder.ts";

/** The words that the tiny model knows whole. */
const TINY_WORDS = "patient with and had no gout cancer asthma breast the . of".split(" ");

/** Its training texts; in them every name of {@link markTiny} is a mention. */
export const TINY_TEXTS: readonly string[] = [
  "The patient had gout.",
  "Breast cancer and asthma.",
  "No gout and no breast cancer had the patient.",
  "The asthma of the patient with gout",
  "Patient with cancer.",
  "The patient and the breast of the patient.",
  "😀 Asthma, gout. 😀 👩‍⚕️",
  "No patient with asthma had cancer.",
];

/** Mentions of the label `Disease` in a text: breast cancer, cancer, gout, asthma. */
export function markTiny(text: string): Mention[] {
  const found = text.matchAll(/breast cancer|cancer|gout|asthma/gi);
  return [...found].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    label: "Disease",
  }));
}

/** A tiny encoder, read from the folder it was written to. */
export interface TinyParts {
  readonly config: EncoderConfig;
  readonly tokenizer: SubwordTokenizer;
  /** {@link TINY_TEXTS}, labelled. */
  readonly sequences: readonly LabelledSequence[];
  /** With a head of three tags, drawn anew at each call. */
  createParameters(): Promise<ReadonlyMap<string, Parameter>>;
  readonly encoder: WriteModelInput["encoder"];
}

/** Writes a tiny encoder that knows a few words, and reads all that training asks for. */
export async function createTinyParts(folder: string, options: TinyEncoderOptions = {}): Promise<TinyParts> {
  const encoder = await writeTinyEncoder(folder, { words: TINY_WORDS, ...options });
  const json = async (path: string): Promise<unknown> => JSON.parse(await readTextFile(path, "tiny encoder"));
  const config = parseEncoderConfig(await json(encoder.config), encoder.config);
  const tokenizer = loadSubwordTokenizer(await json(encoder.tokenizer), await json(encoder.tokenizerConfig));
  const maxTokens = config.maxTokens;
  const sequences = TINY_TEXTS.flatMap(
    (text) =>
      encodeExample({ text, mentions: markTiny(text) }, ["Disease"], tokenizer, { maxTokens }).sequences,
  );
  const draw = async () =>
    createParameters(await readSafetensors(encoder.weights), config, 3, 1, encoder.weights).parameters;
  return { config, tokenizer, sequences, createParameters: draw, encoder };
}

/**
 * Trains a tiny encoder until it marks {@link TINY_TEXTS} as {@link markTiny} does, in about a second.
 * @returns what the model folder was written from
 */
export async function writeTinyModel(
  folder: string,
  options: TinyEncoderOptions = {},
): Promise<WriteModelInput> {
  const { config, sequences, createParameters, encoder } = await createTinyParts(
    `${folder}-encoder`,
    options,
  );
  const weights = await createParameters();
  await fineTune(config, weights, sequences);
  const spec = parseTaskSpec(TASK, { path: join(folder, "task.yaml") });
  const names = [{ text: "gout", label: "Disease", count: 4 }];
  const windowTokens = config.maxTokens;
  const input = { config, encoder, weights, spec, windowTokens, names };
  await writeModelFolder(folder, input);
  return input;
}

const TASK = `
name: tiny
kind: ner
domain: sentences of a test
labels: { Disease: { definition: a disease } }
completions: { from: recorded, requests: requests.jsonl, output: output.jsonl }
`;

/** Plain epochs without dropout, one sequence a step. */
async function fineTune(
  config: EncoderConfig,
  weights: ReadonlyMap<string, Parameter>,
  sequences: readonly LabelledSequence[],
): Promise<void> {
  const { graph, loss, parameters, tables } = buildTrainingGraph({
    config,
    tagCount: 3,
    parameters: weights,
    dropout: false,
  });
  const list = [...parameters.values()];
  const optimizer = createAdamW(list, new Set(tables.keys()), { weightDecay: () => 0 });
  const session = await createGradientSession(graph, loss, parameters, { threads: 1 });
  for (let epoch = 0; epoch < 25; epoch++) {
    for (const sequence of sequences) {
      const feeds = createFeeds([sequence], 3, config);
      for (const [name, input] of tables) optimizer.prepareRows(name, feeds[input]!.data as Int32Array);
      optimizer.step((await session.run(feeds)).gradients, 0.01);
    }
  }
  await session.release();
}
