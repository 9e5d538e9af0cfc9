/** @file A stream of documents, a predictor of mentions and one of relations -> the documents with both, in order. */
import { InputError } from "../util/errors.ts";
import {
  type AnnotatedDocument,
  type AnnotateOptions,
  annotateChunk,
  chunkDocuments,
  type TextDocument,
} from "./annotate-documents.ts";
import type { Span } from "./example.ts";
import type { NameRelation } from "./judged-pairs.ts";
import type { Predictor } from "./predictor.ts";
import { type MentionRelation, type RelateOptions, relateDocuments } from "./relate-documents.ts";
import type { RelationPredictor } from "./relation-example.ts";

/** A document with its mentions and what is said of them. */
export interface RelatedAnnotation extends AnnotatedDocument {
  /** `head` and `tail` are places in `mentions`. */
  readonly relations: readonly MentionRelation[];
  /** `head` and `tail` are names: lower case, NFKC, single spaces. The highest score first. */
  readonly documentRelations: readonly NameRelation[];
  /** Pairs over `maxPairs`, whose mentions were too far apart to be judged. Absent: none. */
  readonly pairsLeftOut?: number;
}

/** What annotates, and how. */
export interface AnnotateRelationsOptions extends RelateOptions, AnnotateOptions {
  /** Finds the mentions; its labels have to hold `head` and `tail`. */
  readonly ner: Predictor;
  readonly relations: RelationPredictor;
  /** Cuts a text into sentences; `splitSentences` is the one to take. */
  readonly splitSentences: (text: string) => readonly Span[];
}

/**
 * Memory for some documents at a time, whatever their number.
 * @throws InputError `label-unknown` where the first predictor never gives a label that the relation needs
 * @example for await (const { documentRelations } of annotateRelations(documents, { ner, relations, splitSentences, ...spec.relation }))
 */
export async function* annotateRelations(
  documents: AsyncIterable<TextDocument> | Iterable<TextDocument>,
  { ner, relations: predictor, splitSentences, findSections, ...options }: AnnotateRelationsOptions,
): AsyncGenerator<RelatedAnnotation, void> {
  for (const label of new Set([options.head, options.tail])) {
    if (ner.labels.includes(label)) continue;
    throw new InputError(
      "label-unknown",
      `The relation is between ${options.head} and ${options.tail}, but the mentions' model gives no ${label}. Its labels: ${ner.labels.join(", ")}.`,
      { hint: "Take a model of mentions that was trained with the labels of the relation." },
    );
  }
  const found = findSections === undefined ? {} : { findSections };
  for await (const chunk of chunkDocuments(documents)) {
    const annotated = await annotateChunk(chunk, ner, found);
    const sources = annotated.map(({ text, mentions }) => ({
      text,
      mentions,
      sentences: splitSentences(text),
    }));
    const related = await relateDocuments(sources, predictor, options);
    for (const [index, document] of annotated.entries()) {
      const { relations, documentRelations, beyondCap } = related[index]!;
      const left = beyondCap > 0 ? { pairsLeftOut: beyondCap } : {};
      yield { ...document, relations, documentRelations, ...left };
    }
  }
}
