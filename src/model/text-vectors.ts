/** @file An encoder as it was pretrained and texts -> a vector a text: the mean over its tokens, of length 1. */
import { emitOnnx } from "../engine/emit-onnx.ts";
import { createSession, type HostTensor, type Session, type SessionOptions } from "../engine/session.ts";
import type { EncoderFiles } from "./encoder-folder.ts";
import { loadEncoder } from "./load-encoder.ts";
import { encodeText, type TokenSequence } from "./sequence.ts";
import { buildEncoderGraph } from "./token-classifier.ts";
import { planRuns } from "./token-scorer.ts";

/** Owns native memory: call `release` when done. */
export interface LoadedTextEncoder {
  /** Numbers of a vector. */
  readonly width: number;
  /** One vector a text, in order, of length 1; texts are run by length, whatever their order. */
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

export interface TextEncoderOptions {
  /** Threads and device. Default: every core of the CPU. */
  readonly session?: Pick<SessionOptions, "threads" | "device">;
  /**
   * Longest sequence, in tokens; a longer text is read in several that overlap, and its vector is the mean over the tokens of
   * all. Default 256 (what the sentence-transformers encoders were trained for), or what the encoder holds if less.
   */
  readonly maxTokens?: number;
}

const MAX_TOKENS = 256;
/** Padding counted; as many as annotation runs at once. */
const TOKENS_PER_RUN = 512;

/**
 * The mean over all tokens, [CLS] and [SEP] included, is what sentence-transformers' pooling does; an encoder that was
 * not trained for sentences gives vectors that are all much alike: choose the threshold by its own pairs.
 * @throws InputError when a file is damaged, the files do not belong together, or the device is not there
 */
export async function loadTextEncoder(
  files: EncoderFiles,
  options: TextEncoderOptions = {},
): Promise<LoadedTextEncoder> {
  const { config, tokenizer, parameters } = await loadEncoder(files, 1, 1); // its head is in no graph
  const { graph, hidden } = buildEncoderGraph(config);
  const initializers = new Map([...parameters].map(([name, { data }]) => [name, data]));
  const session = await createSession(
    emitOnnx(graph, { outputs: { hidden }, initializers }),
    options.session,
  );
  const maxTokens = Math.min(options.maxTokens ?? MAX_TOKENS, config.maxTokens);
  const width = config.hiddenSize;
  const empty: TokenSequence = {
    ids: [tokenizer.clsId, tokenizer.sepId],
    ownStart: 0,
    ownEnd: 0,
    firstTokens: [],
  };
  return {
    width,
    release: session.release,
    async embed(texts) {
      const sums = texts.map(() => new Float32Array(width));
      const owner: number[] = [];
      const sequences: TokenSequence[] = [];
      for (const [row, text] of texts.entries()) {
        const found = encodeText(text, tokenizer, { maxTokens }).sequences;
        for (const sequence of found.length === 0 ? [empty] : found) {
          owner.push(row);
          sequences.push(sequence);
        }
      }
      for (const run of planRuns(sequences, TOKENS_PER_RUN)) {
        const batch = run.map((index) => sequences[index]!.ids);
        const states = await runBatch(session, batch, config.padId);
        const length = Math.max(...batch.map((ids) => ids.length));
        for (const [place, index] of run.entries()) {
          const sum = sums[owner[index]!]!;
          const end = place * length + batch[place]!.length;
          for (let token = place * length; token < end; token++)
            for (let i = 0; i < width; i++) sum[i]! += states[token * width + i]!;
        }
      }
      return sums.map(normalise);
    },
  };
}

/** Hidden states [sequences * longest, width]; those of padding mean nothing. */
async function runBatch(
  session: Session,
  batch: readonly (readonly number[])[],
  padId: number,
): Promise<Float32Array> {
  const length = Math.max(...batch.map((ids) => ids.length));
  const size = batch.length * length;
  const ids = new BigInt64Array(size).fill(BigInt(padId));
  const mask = new BigInt64Array(size);
  for (const [row, sequence] of batch.entries()) {
    for (const [place, id] of sequence.entries()) ids[row * length + place] = BigInt(id);
    mask.fill(1n, row * length, row * length + sequence.length);
  }
  const dims = [batch.length, length];
  const feeds: Record<string, HostTensor> = {
    input_ids: { type: "int64", data: ids, dims },
    attention_mask: { type: "int64", data: mask, dims },
    token_type_ids: { type: "int64", data: new BigInt64Array(size), dims },
  };
  // not every encoder has token types; an input that a model does not have must not be fed
  const asked = session.inputNames.map((name): [string, HostTensor] => [name, feeds[name]!]);
  return (await session.run(Object.fromEntries(asked))).get("hidden")!.data as Float32Array;
}

/** The sum over tokens points where the mean does. */
function normalise(sum: Float32Array): Float32Array {
  let square = 0;
  for (const value of sum) square += value * value;
  const norm = Math.sqrt(square);
  return norm === 0 ? sum : sum.map((value) => value / norm);
}
