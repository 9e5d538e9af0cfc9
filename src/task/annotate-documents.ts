/** @file A stream of documents and a predictor -> the documents with their mentions, in order. */
import type { ScoredMention } from "./example.ts";
import type { Predictor } from "./predictor.ts";

export interface TextDocument {
  readonly id: string;
  readonly text: string;
}

/** A mention with its words written out. */
export interface AnnotatedMention extends ScoredMention {
  /** `document.text.slice(start, end)` */
  readonly text: string;
}

export interface AnnotatedDocument extends TextDocument {
  readonly mentions: readonly AnnotatedMention[];
}

/** Documents are predicted together up to this size (UTF-16 units): full batches, bounded memory. */
const CHUNK_LENGTH = 200_000;
/** Counted for each document beside its text, so that ever so many empty ones are passed on too. */
const DOCUMENT_LENGTH = 64;

/** @example for await (const document of annotateDocuments(documents, predictor)) console.log(document.mentions) */
export async function* annotateDocuments(
  documents: AsyncIterable<TextDocument> | Iterable<TextDocument>,
  predictor: Predictor,
): AsyncGenerator<AnnotatedDocument, void> {
  for await (const chunk of chunkDocuments(documents)) yield* await annotateChunk(chunk, predictor);
}

/** Documents that are predicted together. */
export async function* chunkDocuments(
  documents: AsyncIterable<TextDocument> | Iterable<TextDocument>,
): AsyncGenerator<TextDocument[], void> {
  let waiting: TextDocument[] = [];
  let length = 0;
  for await (const document of documents) {
    waiting.push(document);
    length += document.text.length + DOCUMENT_LENGTH;
    if (length < CHUNK_LENGTH) continue;
    yield waiting;
    waiting = [];
    length = 0;
  }
  if (waiting.length > 0) yield waiting;
}

/** The mentions of documents that are predicted together. */
export async function annotateChunk(
  documents: readonly TextDocument[],
  predictor: Predictor,
): Promise<AnnotatedDocument[]> {
  const found = await predictor.predict(documents.map(({ text }) => text));
  return documents.map(({ id, text }, index) => ({
    id,
    text,
    mentions: found[index]!.map(({ start, end, label, score }) => ({
      start,
      end,
      label,
      text: text.slice(start, end),
      score,
    })),
  }));
}
