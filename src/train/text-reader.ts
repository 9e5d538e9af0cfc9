/** @file Weights in memory and encoded texts -> the logits of the texts' words, as the finished model gives them. */
import { emitOnnx } from "../engine/emit-onnx.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import { createSession, type HostTensor } from "../engine/session.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import type { EncodedText } from "../model/sequence.ts";
import { buildInferenceGraph } from "../model/token-classifier.ts";
import { scoreSequences } from "../model/token-scorer.ts";

/** What a reader is made for. */
export interface TextReaderInput {
  readonly config: EncoderConfig;
  readonly tagCount: number;
  readonly padId: number;
  readonly texts: readonly {
    /** Labels of the text are as many. */
    readonly words: { readonly length: number };
    readonly sequences: EncodedText["sequences"];
  }[];
  readonly threads?: number;
}

/** Owns native memory: call `release` when done. */
export interface TextReader {
  /** Logits of each text's words. */ // [words, tags]
  read(weights: ReadonlyMap<string, Parameter>): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/** Tokens a run may hold, padding counted. */
const TOKENS_PER_RUN = 4096;

/** The weights are fed, so one reader serves every state of a training. */
export async function createTextReader(input: TextReaderInput): Promise<TextReader> {
  const { config, tagCount, padId, texts, threads } = input;
  const sequences = texts.flatMap((text) => text.sequences);
  const { graph, logits } = buildInferenceGraph(config, tagCount);
  const model = emitOnnx(graph, { outputs: { logits } });
  const session = await createSession(model, threads === undefined ? {} : { threads });
  return {
    async read(weights) {
      const fed = [...weights.values()].map(({ name, data, shape }): [string, HostTensor] => [
        name,
        { type: "float32", data, dims: shape },
      ]);
      const scored = await scoreSequences(session, sequences, {
        tagCount,
        padId,
        tokensPerRun: TOKENS_PER_RUN,
        tokensPerLabel: config.pooled?.tokens ?? 1,
        weights: Object.fromEntries(fed),
      });
      let next = 0;
      return texts.map((text) => {
        const own = new Float32Array(text.words.length * tagCount);
        for (const { ownStart } of text.sequences) own.set(scored[next++]!, ownStart * tagCount);
        return own;
      });
    },
    release: session.release,
  };
}
