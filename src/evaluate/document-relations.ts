/** @file Gold documents with relations, and judged pairs of mentions -> scores of the relations between concepts, rows beside them. */
import type { CorpusDocument } from "../task/corpus-document.ts";
import { decideDocument } from "../task/decide-document.ts";
import type { Span } from "../task/example.ts";
import type { JudgedCandidate } from "../task/judged-pairs.ts";
import { findCandidatePairs } from "../task/pair-candidates.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { InputError } from "../util/errors.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { readThings, type ScoredThing } from "./document-things.ts";
import { type ClassScore, scoreColumns } from "./relation-scores.ts";

/** What was found in a gold document. */
export interface FoundInDocument {
  /** Gold's own with their concepts, or those of a predictor without. */
  readonly mentions: readonly ScoredThing[];
  readonly sentences: readonly Span[];
  /** Every pair of `mentions` that was looked at. */
  readonly judged: readonly JudgedCandidate[];
}

/** How it is scored. */
export interface ScoreDocumentRelationsOptions {
  readonly relation: Pick<RelationSpec, "head" | "tail" | "negative" | "directed" | "evidence">;
  /** With `relation.evidence`: the least score of a relation. Default: 0.5. */
  readonly threshold?: number;
  /** Every class; `negative` is in no score. */
  readonly classes: readonly string[];
  /** Default 1,000 samples, seed 1. */
  readonly bootstrap?: BootstrapOptions;
}

/** Scores of relations between the concepts of a document, each counted once a document and class. Plain JSON. */
export interface DocumentRelationScores {
  /** Units of the bootstrap. */
  readonly documents: number;
  /** Over all classes but the negative one. */
  readonly micro: ClassScore;
  readonly classes: Readonly<Record<string, ClassScore>>;
  /** Gold relations that were not found, by the first thing that was lacking; together they are `micro.fn`. */
  readonly misses: {
    /** No mention of the head or of the tail. */
    readonly mention: number;
    /** Both are there, but no pair of theirs was looked at: they cross sentences beyond the window, or were over the cap. */
    readonly window: number;
    /** A pair was looked at, and judged to be something else. */
    readonly judgement: number;
  };
  /** Gold relations whose two concepts never share a sentence, among the mentions that were given. */
  readonly acrossSentences: number;
  /** Relations found whose head or tail is nothing that a gold mention of the document stands for: all are wrong. */
  readonly unknownNames: number;
  /** Pairs of mentions that were looked at, and the relations that they could be. */
  readonly candidates: { readonly pairs: number; readonly relations: number };
  /** The same mentions without a model; as the most frequent class of gold. */
  readonly baselines: {
    readonly relation: string;
    /** Every pair that was looked at. Where the window is one sentence, this is `coOccurrence`. */
    readonly alwaysPositive: ClassScore;
    /** Every two concepts with mentions in one sentence. */
    readonly coOccurrence: ClassScore;
    /** The same under the rules of `relation.evidence`, where it has some: what the rules find without a model. */
    readonly coOccurrenceByEvidence?: ClassScore;
    /** Every two concepts of a document. */
    readonly documentCoOccurrence: ClassScore;
  };
  readonly bootstrap: BootstrapOptions;
}

/**
 * Scores what was found, one entry a gold document, in order. A relation is right when gold has one of its class between
 * what its head and its tail stand for (see `DocumentThings`).
 * @throws InputError when the lists do not fit together, or gold has a type that is no class
 */
export function scoreDocumentRelations(
  gold: readonly CorpusDocument[],
  found: readonly FoundInDocument[],
  {
    relation,
    classes,
    threshold = 0.5,
    bootstrap = { samples: 1000, seed: 1 },
  }: ScoreDocumentRelationsOptions,
): DocumentRelationScores {
  if (gold.length !== found.length)
    throw new InputError(
      "predictions-unpaired",
      `${gold.length} gold documents but predictions for ${found.length}.`,
    );
  const positive = classes.filter((name) => name !== relation.negative);
  const sought = gold.map((document) => readRelations(document, positive, relation.directed));
  const supports = positive.map((name) =>
    sought.reduce((sum, keys) => sum + [...keys].filter((key) => classOf(key) === name).length, 0),
  );
  const frequent = positive[supports.indexOf(Math.max(...supports))] ?? "";
  const columns: number[][] = []; // a row a document: [matched, found, sought] a column
  const misses = { mention: 0, window: 0, judgement: 0 };
  const candidates = { pairs: 0, relations: 0 };
  let acrossSentences = 0;
  let unknownNames = 0;
  for (const [index, document] of gold.entries()) {
    const keys = sought[index]!;
    const looked = lookAt(document, found[index]!, { ...relation, classes, threshold }, frequent);
    candidates.pairs += found[index]!.judged.length;
    candidates.relations += looked.judged.size;
    unknownNames += [...looked.said].filter((key) => !looked.isKnown(key)).length;
    for (const key of keys) {
      const asFrequent = withClass(key, frequent);
      if (!looked.together.has(asFrequent) && looked.anywhere.has(asFrequent)) acrossSentences++;
      if (looked.said.has(key)) continue;
      if (!looked.anywhere.has(asFrequent)) misses.mention++;
      else if (!looked.judged.has(asFrequent)) misses.window++;
      else misses.judgement++;
    }
    columns.push([
      ...countKeys(looked.said, keys),
      ...positive.flatMap((name) => countKeys(ofClass(looked.said, name), ofClass(keys, name))),
      ...[looked.judged, looked.together, looked.anywhere, looked.byEvidence].flatMap((row) =>
        countKeys(row, keys),
      ),
    ]);
  }
  const scores = scoreColumns(columns, positive.length + 5, bootstrap);
  const [alwaysPositive, coOccurrence, documentCoOccurrence, coOccurrenceByEvidence] = scores.slice(
    positive.length + 1,
  ) as [ClassScore, ClassScore, ClassScore, ClassScore];
  return {
    documents: gold.length,
    micro: scores[0]!,
    classes: Object.fromEntries(positive.map((name, index) => [name, scores[index + 1]!])),
    misses,
    acrossSentences,
    unknownNames,
    candidates,
    baselines: {
      relation: frequent,
      alwaysPositive,
      coOccurrence,
      ...(relation.evidence && { coOccurrenceByEvidence }),
      documentCoOccurrence,
    },
    bootstrap,
  };
}

type Keys = ReadonlySet<string>;
const keyOf = (relation: string, head: string, tail: string, directed: boolean): string =>
  JSON.stringify([relation, ...(directed || head <= tail ? [head, tail] : [tail, head])]);
const partsOf = (key: string) => JSON.parse(key) as [relation: string, head: string, tail: string];
const classOf = (key: string) => partsOf(key)[0];
const withClass = (key: string, relation: string) => JSON.stringify([relation, ...partsOf(key).slice(1)]);
const ofClass = (keys: Keys, name: string): Keys => new Set([...keys].filter((key) => classOf(key) === name));
const countKeys = (found: Keys, sought: Keys) => [
  [...found].filter((key) => sought.has(key)).length,
  found.size,
  sought.size,
];

/** The gold relations of a document, one a class and two things. */
function readRelations(document: CorpusDocument, classes: readonly string[], directed: boolean): Keys {
  const things = readThings(document);
  const keys = new Set<string>();
  for (const { type, head, tail } of document.relations) {
    if (!classes.includes(type)) {
      throw new InputError(
        "relation-unknown",
        `Gold document "${document.id}": unknown class "${type}". Classes: ${classes.join(", ")}.`,
        {
          hint: "Map the file's types to the task's classes with classes: { <file's>: <task's> } under gold.",
        },
      );
    }
    for (const from of things.ofArgument(head))
      for (const to of things.ofArgument(tail)) keys.add(keyOf(type, from, to, directed));
  }
  return keys;
}

/** What was said, and what could have been: by pairs looked at, in one sentence, in the document. The latter three as one class. */
function lookAt(
  document: CorpusDocument,
  { mentions, sentences, judged }: FoundInDocument,
  options: ScoreDocumentRelationsOptions["relation"] & { classes: readonly string[]; threshold: number },
  frequent: string,
) {
  const { head, tail, negative, directed, evidence } = options;
  const things = readThings(document);
  const standsFor = mentions.map((mention) => things.ofMention(mention));
  const add = (keys: Set<string>, relation: string, heads: readonly string[], tails: readonly string[]) => {
    for (const from of heads)
      for (const to of tails) if (from !== to) keys.add(keyOf(relation, from, to, directed));
  };
  const sets = {
    said: new Set<string>(),
    judged: new Set<string>(),
    together: new Set<string>(),
    anywhere: new Set<string>(),
    byEvidence: new Set<string>(),
  };
  const { text } = document;
  const decide = (pairs: readonly JudgedCandidate[]) =>
    evidence === undefined
      ? []
      : decideDocument(
          { text, mentions, sentences, judged: pairs, thingsOf: (mention) => standsFor[mention]! },
          { ...options, evidence },
        );
  for (const { head: from, tail: to, answer } of judged) {
    add(sets.judged, frequent, standsFor[from]!, standsFor[to]!);
    if (evidence === undefined && answer.relation !== negative)
      add(sets.said, answer.relation, standsFor[from]!, standsFor[to]!);
  }
  for (const { head: from, tail: to, relation } of decide(judged)) add(sets.said, relation, [from], [to]);
  const near = findCandidatePairs(
    { text: document.text, mentions, sentences },
    { head, tail, maxPairs: Number.POSITIVE_INFINITY },
  );
  for (const { headIndex, tailIndex } of near.pairs)
    add(sets.together, frequent, standsFor[headIndex]!, standsFor[tailIndex]!);
  const sure = { relation: frequent, score: 1 };
  const together = near.pairs.map(({ headIndex, tailIndex }) => ({
    head: headIndex,
    tail: tailIndex,
    answer: sure,
  }));
  for (const { head: from, tail: to, relation } of decide(together))
    if (relation === frequent) add(sets.byEvidence, relation, [from], [to]);
  const ofLabel = (label: string) => [
    ...new Set(standsFor.filter((_, index) => mentions[index]!.label === label).flat()),
  ];
  add(sets.anywhere, frequent, ofLabel(head), ofLabel(tail));
  return { ...sets, isKnown: (key: string) => partsOf(key).slice(1).every(things.isKnown) };
}
