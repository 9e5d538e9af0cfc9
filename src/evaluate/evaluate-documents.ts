/** @file A relation predictor, gold documents, and a predictor of mentions if end to end -> scores of relations by document. */
import type { CorpusDocument } from "../task/corpus-document.ts";
import type { Span } from "../task/example.ts";
import type { PairOptions } from "../task/pair-candidates.ts";
import type { Predictor } from "../task/predictor.ts";
import { relateDocuments } from "../task/relate-documents.ts";
import type { RelationPredictor } from "../task/relation-example.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { splitSentences } from "../tokenize/sentences.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import {
  type DocumentRelationScores,
  type FoundInDocument,
  scoreDocumentRelations,
} from "./document-relations.ts";
import type { ScoredThing } from "./document-things.ts";

export interface EvaluateDocumentsOptions extends Pick<PairOptions, "maxPairs"> {
  readonly relation: Pick<RelationSpec, "head" | "tail" | "negative" | "directed" | "window" | "evidence">;
  /** With `relation.evidence`: the least score of a relation. Default: 0.5. */
  readonly threshold?: number;
  /** Finds the mentions: end to end. Absent: the mentions are gold's. */
  readonly ner?: Predictor;
  /** True: a passage of type `title` is put before every text that is judged. Default: false. */
  readonly withTitle?: boolean;
  readonly bootstrap?: BootstrapOptions;
  /** Called with documents. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The scores, and how they came about. */
export interface DocumentRelationEvaluation extends DocumentRelationScores {
  readonly mentions: "gold" | "predicted";
  /** Sentences that two mentions were apart at most. */
  readonly window: number;
  /** Pairs of mentions that were not looked at: over `maxPairs`; overlapping, so that no two marks can be set. */
  readonly left: { readonly cap: number; readonly overlap: number };
  /** Gold mentions of several spans, taken as the one from the first to the last. */
  readonly discontinuous: number;
}

/** Documents whose pairs are judged together. */
const CHUNK = 64;

/** @throws InputError as {@link scoreDocumentRelations} does */
export async function evaluateDocumentRelations(
  predictor: RelationPredictor,
  gold: readonly CorpusDocument[],
  { relation, ner, withTitle = false, maxPairs, threshold, bootstrap, onProgress }: EvaluateDocumentsOptions,
): Promise<DocumentRelationEvaluation> {
  const { head, tail, negative, directed, window = 0, evidence } = relation;
  const options = { head, tail, negative, directed, window, ...(maxPairs === undefined ? {} : { maxPairs }) };
  const found: FoundInDocument[] = [];
  const left = { cap: 0, overlap: 0 };
  for (let start = 0; start < gold.length; start += CHUNK) {
    const chunk = gold.slice(start, start + CHUNK);
    const predicted = await ner?.predict(chunk.map(({ text }) => text));
    const sources = chunk.map((document, index) => ({
      text: document.text,
      mentions: predicted?.[index] ?? document.mentions.map(toThing),
      sentences: splitSentences(document.text),
      ...titleOf(document, withTitle),
    }));
    // Concepts stay here: what is judged is shown text and two marks.
    for (const [index, { judged, beyondCap, overlapping }] of (
      await relateDocuments(sources, predictor, options)
    ).entries()) {
      const { mentions, sentences } = sources[index]!;
      found.push({ mentions, sentences, judged });
      left.cap += beyondCap;
      left.overlap += overlapping;
    }
    onProgress?.(found.length, gold.length);
  }
  const { classes } = predictor;
  return {
    mentions: ner === undefined ? "gold" : "predicted",
    window,
    left,
    discontinuous:
      ner === undefined
        ? gold.flatMap(({ mentions }) => mentions).filter(({ spans }) => spans.length > 1).length
        : 0,
    ...scoreDocumentRelations(gold, found, {
      relation: { head, tail, negative, directed, ...(evidence && { evidence }) },
      classes,
      ...(threshold === undefined ? {} : { threshold }),
      ...(bootstrap && { bootstrap }),
    }),
  };
}

function toThing({ label, spans, concepts }: CorpusDocument["mentions"][number]): ScoredThing {
  return { start: spans[0]!.start, end: spans.at(-1)!.end, label, ...(concepts ? { concepts } : {}) };
}

function titleOf({ passages = [] }: CorpusDocument, withTitle: boolean): { readonly title?: Span } {
  const title = passages.find(({ type }) => type === "title");
  return withTitle && title !== undefined && title.start < title.end ? { title } : {};
}
