/** @file A predictor and gold texts -> its evaluation, with the trivial baseline beside it. */
import type { GoldExample, NameCount, ScoredMention } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { createDictionaryPredictor } from "./dictionary.ts";
import { evaluate } from "./evaluate.ts";
import type { Evaluation } from "./evaluation.ts";

/** An evaluation, and what it has to be read against. */
export interface ComparedEvaluation extends Evaluation {
  readonly baselines: {
    /** Strict scores of looking up the names of the training corpus, longest first. */
    readonly dictionary: { readonly names: number; readonly strict: Evaluation["strict"] };
  };
}

export interface EvaluatePredictorOptions {
  /** Names of the training corpus. */
  readonly names: readonly NameCount[];
  /** What the gold is annotated with: other predictions are set aside. Default: every label of the predictor. */
  readonly labels?: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
}

/** Texts predicted between two calls of `onProgress`. */
const CHUNK = 128;

/** @throws InputError as `evaluate` does */
export async function evaluatePredictor(
  predictor: Predictor,
  gold: readonly GoldExample[],
  { names, labels = predictor.labels, onProgress }: EvaluatePredictorOptions,
): Promise<ComparedEvaluation> {
  const texts = gold.map(({ text }) => text);
  const predicted: ScoredMention[][] = [];
  for (let start = 0; start < texts.length; start += CHUNK) {
    predicted.push(...(await predictor.predict(texts.slice(start, start + CHUNK))));
    onProgress?.(predicted.length, texts.length);
  }
  const looked = await createDictionaryPredictor(names).predict(texts);
  const { strict } = evaluate(gold, looked, { labels });
  return {
    ...evaluate(gold, predicted, { labels }),
    baselines: { dictionary: { names: names.length, strict } },
  };
}
