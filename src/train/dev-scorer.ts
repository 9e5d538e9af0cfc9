/** @file Labelled texts -> the strict F1 that weights in training reach on them, as the finished model would. */
import { emitOnnx } from "../engine/emit-onnx.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import { createSession, type HostTensor } from "../engine/session.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { encodeText } from "../model/sequence.ts";
import { buildInferenceGraph } from "../model/token-classifier.ts";
import { scoreSequences } from "../model/token-scorer.ts";
import type { GoldExample } from "../task/example.ts";
import { decodeMentions, tagNames } from "../task/tags.ts";
import type { TrainingFeatures } from "../task/training-features.ts";
import type { SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";

/** What checkpoints are chosen by: never the set that final scores are reported on. */
export interface SelectionSet {
  /** `synthetic`: held out of the synthetic corpus, which says little about real text; `gold`: human annotation. */
  readonly kind: "synthetic" | "gold";
  readonly name: string;
  readonly examples: readonly GoldExample[];
  /** What the gold is annotated with. Default: every label of the task. */
  readonly labels?: readonly string[];
}

/** @throws InputError when training is to be scored and there is nothing to score it on, or the other way round */
export function assertSelection(
  { evaluateEvery }: Pick<TrainingFeatures, "evaluateEvery">,
  set: SelectionSet | undefined,
): void {
  if (evaluateEvery === "never" && set !== undefined) {
    throw new InputError(
      "selection-unused",
      "There are examples to choose a model by, but training.evaluateEvery is never.",
    );
  }
  if (evaluateEvery !== "never" && (set === undefined || set.examples.length === 0)) {
    throw new InputError(
      "selection-empty",
      `training.evaluateEvery is ${evaluateEvery}, but there are no examples to score the model on.`,
      { hint: "Hold some out of training, or name annotated texts." },
    );
  }
}

export interface DevScorerInput {
  readonly config: EncoderConfig;
  readonly tokenizer: SubwordTokenizer;
  /** Of the model, in the order of its tags. */
  readonly labels: readonly string[];
  readonly set: SelectionSet;
  /** Length of the sequences that the finished model reads. */
  readonly windowTokens: number;
  readonly threads?: number;
}

/** Owns native memory: call `release` when done. */
export interface DevScorer {
  /** Strict micro F1, in [0, 1]. @throws InputError as `evaluate` does */
  score(weights: ReadonlyMap<string, Parameter>): Promise<number>;
  release(): Promise<void>;
}

/** Tokens a run may hold, padding counted. */
const TOKENS_PER_RUN = 4096;

export async function createDevScorer(input: DevScorerInput): Promise<DevScorer> {
  const { config, tokenizer, labels, set, windowTokens, threads } = input;
  const width = tagNames(labels).length;
  const texts = set.examples.map(({ text }) => encodeText(text, tokenizer, { maxTokens: windowTokens }));
  const sequences = texts.flatMap((text) => text.sequences);
  const { graph, logits } = buildInferenceGraph(config, width);
  const model = emitOnnx(graph, { outputs: { logits } }); // weights are fed: they change from score to score
  const session = await createSession(model, threads === undefined ? {} : { threads });

  return {
    async score(weights) {
      const fed = [...weights.values()].map(({ name, data, shape }): [string, HostTensor] => [
        name,
        { type: "float32", data, dims: shape },
      ]);
      const logits = await scoreSequences(session, sequences, {
        tagCount: width,
        padId: tokenizer.padId,
        tokensPerRun: TOKENS_PER_RUN,
        weights: Object.fromEntries(fed),
      });
      let next = 0;
      const scores = texts.map((text) => {
        const own = new Float32Array(text.words.length * width);
        for (const { ownStart } of text.sequences) own.set(logits[next++]!, ownStart * width);
        return own;
      });
      const found = texts.map(({ words }, text) => decodeMentions(words, scores[text]!, labels));
      const options = { labels: set.labels ?? labels, bootstrap: { samples: 1, seed: 1 } };
      return evaluate(set.examples, found, options).strict.micro.f1;
    },
    release: session.release,
  };
}
