/** @file Labelled texts -> the strict F1 that weights in training reach on them, as the finished model would. */
import type { Parameter } from "../engine/gradient-session.ts";
import { evaluate } from "../evaluate/evaluate.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { encodeText, paragraphStarts } from "../model/sequence.ts";
import type { GoldExample } from "../task/example.ts";
import type { GoldRelation } from "../task/relation-example.ts";
import { decodeMentions, tagNames } from "../task/tags.ts";
import type { TrainingFeatures } from "../task/training-features.ts";
import type { SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";
import { createTextReader } from "./text-reader.ts";

/** What checkpoints are chosen by: never the set that final scores are reported on. */
export interface SelectionSet {
  /** `synthetic`: held out of the synthetic corpus, which says little about real text; `gold`: human annotation. */
  readonly kind: "synthetic" | "gold";
  readonly name: string;
  readonly examples: readonly GoldExample[];
  /** What the gold is annotated with. Default: every label of the task. */
  readonly labels?: readonly string[];
}

/** The same of pairs. */
export interface RelationSelectionSet extends Pick<SelectionSet, "kind" | "name"> {
  readonly examples: readonly GoldRelation[];
}

/** @throws InputError when training is to be scored and there is nothing to score it on, or the other way round */
export function assertSelection(
  { evaluateEvery }: Pick<TrainingFeatures, "evaluateEvery">,
  set: { readonly examples: readonly unknown[] } | undefined,
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
  /** Micro F1 (of mentions: strict), in [0, 1]. @throws InputError as `evaluate` does */
  score(weights: ReadonlyMap<string, Parameter>): Promise<number>;
  release(): Promise<void>;
}

export async function createDevScorer(input: DevScorerInput): Promise<DevScorer> {
  const { config, tokenizer, labels, set, windowTokens, threads } = input;
  const texts = set.examples.map(({ text }) => encodeText(text, tokenizer, { maxTokens: windowTokens }));
  const reader = await createTextReader({
    config,
    tagCount: tagNames(labels).length,
    padId: tokenizer.padId,
    texts,
    ...(threads === undefined ? {} : { threads }),
  });
  return {
    async score(weights) {
      const scores = await reader.read(weights);
      const found = texts.map(({ words }, index) =>
        decodeMentions(words, scores[index]!, labels, paragraphStarts(set.examples[index]!.text, words)),
      );
      const options = { labels: set.labels ?? labels, bootstrap: { samples: 1, seed: 1 } };
      return evaluate(set.examples, found, options).strict.micro.f1;
    },
    release: reader.release,
  };
}
