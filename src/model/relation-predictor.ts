/** @file A model folder -> a predictor of relations: texts with two marked mentions in, classes with probabilities out. */
import { decidePair, softmax } from "../task/decide-pair.ts";
import { requireRelation } from "../task/output-names.ts";
import type { MarkedPair, RelationAnswer, RelationPredictor } from "../task/relation-example.ts";
import { InputError } from "../util/errors.ts";
import type { ModelDescription } from "./model-folder.ts";
import { type ModelOptions, openModel } from "./open-model.ts";
import { encodePair, type PairReading } from "./pair-sequence.ts";

export interface RelationPredictorOptions extends ModelOptions {
  /** Replaces the model's own, in [0, 1]. */
  readonly threshold?: number;
}

/** Owns native memory: call `release` when done. */
export interface LoadedRelationPredictor extends RelationPredictor {
  readonly model: ModelDescription;
  /** Absent: the likeliest class is given. */
  readonly threshold?: number;
  /** Logits of each pair's classes. */
  scorePairs(pairs: readonly MarkedPair[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

/**
 * A pair is given its likeliest class but the negative one where their probabilities reach the threshold together, else the
 * negative one. A long text is read about its two mentions.
 * @throws InputError when the folder is no model of a relation task, is damaged, or cannot be computed as asked
 * @example const predictor = await loadRelationPredictor("runs/gene-disease/model", { threads: 2 });
 */
export async function loadRelationPredictor(
  folder: string,
  options: RelationPredictorOptions = {},
): Promise<LoadedRelationPredictor> {
  const { model, tokenizer, scorer } = await openModel(folder, "relation", options);
  const { pairReading } = model;
  if (pairReading === undefined) {
    await scorer.release();
    throw new InputError("model-damaged", `The model in "${folder}" does not say how it reads pairs.`, {
      hint: "Train the model again with `textphantom run`, or copy the folder again.",
    });
  }
  const { directed, negative } = requireRelation(model.spec);
  const { markers, pooling } = pairReading;
  const reading: PairReading = { markers, pooling, directed, maxTokens: model.windowTokens };
  const classes = model.outputs;
  const threshold = options.threshold ?? pairReading.threshold;
  const scorePairs = (pairs: readonly MarkedPair[]) =>
    scorer.score(pairs.map((pair) => encodePair(pair, tokenizer, reading).sequence));
  return {
    model,
    classes,
    ...(threshold === undefined ? {} : { threshold }),
    scorePairs,
    async predict(pairs): Promise<RelationAnswer[]> {
      const logits = await scorePairs(pairs);
      return logits.map((row) => decidePair(softmax(row), classes, negative, threshold));
    },
    release: scorer.release,
  };
}
