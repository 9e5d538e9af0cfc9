/** @file Gold pairs and predicted classes -> scores, intervals, every error, and the trivial baselines beside them. */
import type { Span } from "../task/example.ts";
import type { GoldRelation, RelationPredictor } from "../task/relation-example.ts";
import { InputError } from "../util/errors.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { createPairDictionaryPredictor, type PairCount } from "./pair-dictionary.ts";
import { type RelationRanking, rankRelations } from "./relation-ranking.ts";
import { type RelationScores, type ScoredPair, scoreRelations } from "./relation-scores.ts";

/** What a predictor says of a pair, as far as it is scored. */
export interface JudgedPair {
  readonly relation: string;
  /** Of every class, in the order of `classes`. */
  readonly probabilities?: readonly number[];
}

export interface EvaluateRelationsOptions {
  /** Every class of gold and predictions; the order of the confusion table. */
  readonly classes: readonly string[];
  /** The class that means "not related". */
  readonly negative: string;
  /** Default 1,000 samples, seed 1. */
  readonly bootstrap?: BootstrapOptions;
}

/** A pair with another class than gold; without its text. */
export interface RelationError {
  /** `id` of the gold pair. */
  readonly pair: string;
  /** Its place in the gold list. */
  readonly index: number;
  readonly head: Span;
  readonly tail: Span;
  readonly gold: string;
  readonly predicted: string;
}

export interface RelationEvaluation extends RelationScores {
  readonly pairs: number;
  /** Units of the bootstrap: distinct `document`s, and each pair that has none. */
  readonly documents: number;
  readonly negative: string;
  /** What no threshold changes. Absent: some prediction has no probabilities, or there is no pair. */
  readonly ranking?: RelationRanking;
  readonly errors: readonly RelationError[];
  readonly bootstrap: BootstrapOptions;
}

/** What a relation score has to be read against: on GAD, saying yes to everything scores F1 67. */
export interface RelationBaselines {
  /**
   * Every pair has the class that is the most frequent one in gold, the negative one aside. Where gold lists every pair of
   * its sentences, this is what co-occurrence in a sentence says too: one row for both.
   */
  readonly alwaysPositive: RelationScores & {
    readonly relation: string;
    /** Chance: every pair has probability 1. Absent where the evaluation has none. */
    readonly ranking?: RelationRanking;
  };
  /** Every pair has the most frequent class of gold: the best answer of one who knows only the shares. */
  readonly majority: RelationScores & { readonly relation: string };
  /** Pairs of names are looked up in the training corpus; unknown ones are negative. `known`: gold pairs that it holds. */
  readonly pairDictionary: RelationScores & { readonly pairs: number; readonly known: number };
}

export interface ComparedRelationEvaluation extends RelationEvaluation {
  readonly baselines: RelationBaselines;
}

/**
 * Scores predicted classes, one a gold pair, in order. With nothing to divide by, scores are 0 (look at `support`).
 * @throws InputError when the lists do not fit together, or a class is not one of `classes`.
 */
export function evaluateRelations(
  gold: readonly GoldRelation[],
  predicted: readonly JudgedPair[],
  { classes, negative, bootstrap = { samples: 1000, seed: 1 } }: EvaluateRelationsOptions,
): RelationEvaluation {
  if (gold.length !== predicted.length) {
    throw new InputError(
      "predictions-unpaired",
      `${gold.length} gold pairs but predictions for ${predicted.length}: one class a pair is needed.`,
    );
  }
  const names = [...new Set(classes)];
  const numberOf = (relation: string, source: string): number => {
    const index = names.indexOf(relation);
    if (index >= 0) return index;
    throw new InputError(
      "relation-unknown",
      `${source}: unknown class "${relation}". Classes: ${names.join(", ")}.`,
      {
        hint: "Map the file's classes to the task's with classes: { <file's>: <task's> } under gold.",
      },
    );
  };
  const pairs = gold.map(
    ({ id, relation, document }, index): ScoredPair => ({
      gold: numberOf(relation, `Gold pair "${id}"`),
      predicted: numberOf(predicted[index]!.relation, `Prediction for "${id}"`),
      ...(document === undefined ? {} : { document }),
    }),
  );
  const errors = gold.flatMap(({ id, head, tail, relation }, index): RelationError[] => {
    const said = predicted[index]!.relation;
    if (said === relation) return [];
    const spanOf = ({ start, end }: Span) => ({ start, end });
    return [{ pair: id, index, head: spanOf(head), tail: spanOf(tail), gold: relation, predicted: said }];
  });
  const scores = scoreRelations(pairs, names, numberOf(negative, "The negative class"), bootstrap);
  const ranking = rank(pairs, predicted, names, names.indexOf(negative), bootstrap);
  return { pairs: gold.length, negative, ...scores, ...(ranking && { ranking }), errors, bootstrap };
}

function rank(
  pairs: readonly ScoredPair[],
  predicted: readonly JudgedPair[],
  names: readonly string[],
  negative: number,
  bootstrap: BootstrapOptions,
): RelationRanking | undefined {
  const ranked = pairs.flatMap((pair, index) => {
    const { probabilities } = predicted[index]!;
    if (probabilities === undefined) return [];
    if (probabilities.length === names.length) return [{ ...pair, probabilities }];
    throw new InputError(
      "predictions-unpaired",
      `Prediction ${index + 1} has ${probabilities.length} probabilities for ${names.length} classes: ${names.join(", ")}.`,
    );
  });
  if (pairs.length === 0 || ranked.length < pairs.length) return undefined;
  return rankRelations(ranked, names, negative, bootstrap);
}

export interface EvaluateRelationPredictorOptions {
  readonly negative: string;
  /** Pairs of names of the training corpus. */
  readonly pairs: readonly PairCount[];
  /** Of the relation. Default: true. */
  readonly directed?: boolean;
  readonly bootstrap?: BootstrapOptions;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Pairs predicted between two calls of `onProgress`. */
const CHUNK = 128;

/** @throws InputError as {@link evaluateRelations} does */
export async function evaluateRelationPredictor(
  predictor: RelationPredictor,
  gold: readonly GoldRelation[],
  { negative, pairs, directed = true, bootstrap, onProgress }: EvaluateRelationPredictorOptions,
): Promise<ComparedRelationEvaluation> {
  const { classes } = predictor;
  const options = { classes, negative, ...(bootstrap && { bootstrap }) };
  // Text, marks and nothing else: the gold class is not shown to what is scored.
  const asked = gold.map(({ text, head, tail }) => ({ text, head, tail }));
  const predicted: JudgedPair[] = [];
  for (let start = 0; start < asked.length; start += CHUNK) {
    predicted.push(...(await predictor.predict(asked.slice(start, start + CHUNK))));
    onProgress?.(predicted.length, asked.length);
  }
  const evaluation = evaluateRelations(gold, predicted, options);
  const score = (answers: readonly JudgedPair[]): RelationScores & { readonly ranking?: RelationRanking } => {
    const scored = evaluateRelations(gold, answers, options);
    const { accuracy, mcc, micro, macro, classes, confusion, ranking } = scored;
    return { accuracy, mcc, micro, macro, classes, confusion, ...(ranking && { ranking }) };
  };
  const always = (relation: string, isRanked: boolean) => {
    const probabilities = classes.map((name) => (name === relation ? 1 : 0));
    const answer = { relation, ...(isRanked ? { probabilities } : {}) };
    return { relation, ...score(gold.map(() => answer)) };
  };
  const frequent = (names: readonly string[]) =>
    names.reduce((best, name) =>
      evaluation.classes[name]!.support > evaluation.classes[best]!.support ? name : best,
    );
  const dictionary = createPairDictionaryPredictor(pairs, { classes, negative, directed });
  return {
    ...evaluation,
    baselines: {
      alwaysPositive: always(
        frequent(classes.filter((name) => name !== negative)),
        evaluation.ranking !== undefined,
      ),
      majority: always(frequent(classes), false),
      pairDictionary: {
        pairs: pairs.length,
        known: asked.filter((pair) => dictionary.knows(pair)).length,
        ...score(await dictionary.predict(asked)),
      },
    },
  };
}
