/** @file Documents with mentions, and a relation predictor -> which mentions are related, and which names of each document. */

import { normaliseText } from "../util/normalise-text.ts";
import { type CombineScores, combineScores, scoreOf } from "./combine-scores.ts";
import { decideDocument } from "./decide-document.ts";
import type { JudgedCandidate, NameRelation } from "./judged-pairs.ts";
import {
  type CandidatePair,
  findCandidatePairs,
  type PairOptions,
  type PairSource,
} from "./pair-candidates.ts";
import type { MarkedPair, RelationAnswer, RelationPredictor } from "./relation-example.ts";
import type { EvidenceSpec } from "./relation-spec.ts";

/** Two mentions that are related. */
export interface MentionRelation {
  readonly head: number;
  readonly tail: number;
  readonly relation: string;
  /** Probability of the relation, in [0, 1]. */
  readonly score: number;
}

/** How documents are looked at, and what of the answers is a relation. */
export interface RelateOptions extends PairOptions {
  /** The class that means "not related". */
  readonly negative: string;
  /** False: head and tail of a relation have the same part in it. Default: true. */
  readonly directed?: boolean;
  /** Default: that of `evidence`, or `max`. */
  readonly combine?: CombineScores;
  /** How the whole document decides. Absent: each pair of mentions speaks for itself. */
  readonly evidence?: EvidenceSpec;
  /** With `evidence`: the least score of a relation of names. Default: 0.5. */
  readonly threshold?: number;
}

/** What was found in a document. */
export interface RelatedDocument {
  /** Every pair that was looked at. */
  readonly judged: readonly JudgedCandidate[];
  /** Those with another class than the negative one. */
  readonly relations: readonly MentionRelation[];
  /** One for two names and a class, where at least one pair of mentions says so, or the whole document does; the highest score first. */
  readonly documentRelations: readonly NameRelation[];
  /** Pairs that were not looked at, see `Candidates`. */
  readonly beyondCap: number;
  readonly overlapping: number;
}

/**
 * Judges the pairs of several documents together, a pair that occurs twice once, short texts beside short ones: batches
 * are full, and padding is little.
 */
export async function relateDocuments(
  documents: readonly PairSource[],
  predictor: RelationPredictor,
  options: RelateOptions,
): Promise<RelatedDocument[]> {
  const candidates = documents.map((source) => findCandidatePairs(source, options));
  const answers = await judge(
    candidates.flatMap(({ pairs }) => pairs),
    predictor,
  );
  let next = 0;
  return candidates.map(({ pairs, beyondCap, overlapping }, index) => {
    const judged = pairs.map(({ headIndex, tailIndex }) => {
      return { head: headIndex, tail: tailIndex, answer: answers[next++]! };
    });
    const relations = judged.flatMap(({ head, tail, answer: { relation, score } }) =>
      relation === options.negative ? [] : [{ head, tail, relation, score }],
    );
    const { text, mentions } = documents[index]!;
    const nameOf = (mention: number) => {
      const { start, end } = mentions[mention]!;
      return normaliseText(text.slice(start, end));
    };
    const { classes } = predictor;
    const { evidence } = options;
    const documentRelations =
      evidence === undefined
        ? relateNames(judged, nameOf, classes, options)
        : decideDocument(
            { ...documents[index]!, judged, thingsOf: (mention) => [nameOf(mention)] },
            {
              ...options,
              directed: options.directed ?? true,
              classes,
              evidence: { ...evidence, ...(options.combine && { combine: options.combine }) },
            },
          );
    return { judged, relations, documentRelations, beyondCap, overlapping };
  });
}

async function judge(
  pairs: readonly CandidatePair[],
  predictor: RelationPredictor,
): Promise<RelationAnswer[]> {
  const texts = new Map<string, number>();
  const keys = pairs.map(({ text, head, tail }) => {
    const number = texts.get(text) ?? texts.size;
    texts.set(text, number);
    return `${number} ${head.start} ${head.end} ${tail.start} ${tail.end}`;
  });
  const distinct = new Map<string, MarkedPair>();
  for (const [index, { text, head, tail }] of pairs.entries())
    distinct.set(keys[index]!, { text, head, tail });
  const sorted = [...distinct].sort(([, a], [, b]) => a.text.length - b.text.length);
  const answers = await predictor.predict(sorted.map(([, pair]) => pair));
  const byKey = new Map(sorted.map(([key], index) => [key, answers[index]!]));
  return keys.map((key) => byKey.get(key)!);
}

/**
 * What the judged pairs of mentions say of the things that they name. A relation is there where at least one pair says so.
 * @param nameOf the thing that a mention names: its text, or an identifier
 */
function relateNames(
  judged: readonly JudgedCandidate[],
  nameOf: (mention: number) => string,
  classes: readonly string[],
  { negative, directed = true, combine = "max" }: Pick<RelateOptions, "negative" | "directed" | "combine">,
): NameRelation[] {
  const found = new Map<string, { relation: NameRelation; scores: number[]; isSaid: boolean }>();
  for (const { head, tail, answer } of judged) {
    const names = [nameOf(head), nameOf(tail)];
    if (!directed) names.sort();
    for (const relation of classes) {
      if (relation === negative) continue;
      const score = scoreOf(answer, classes, relation);
      const key = JSON.stringify([...names, relation]);
      const isSaid = answer.relation === relation;
      const known = found.get(key);
      if (known === undefined) {
        const first = { head: names[0]!, tail: names[1]!, relation, score };
        found.set(key, { relation: first, scores: [score], isSaid });
      } else {
        known.scores.push(score);
        known.isSaid ||= isSaid;
      }
    }
  }
  return [...found.values()]
    .filter(({ isSaid }) => isSaid)
    .map(({ relation, scores }) => ({ ...relation, score: combineScores(scores, combine) }))
    .sort((a, b) => b.score - a.score);
}
