/** @file A stream of documents and a predictor -> the documents with their mentions, in order. */
import type { ScoredMention } from "./example.ts";
import { type DroppedMention, isDocumentPredictor, type Predictor } from "./predictor.ts";

export interface TextDocument {
  readonly id: string;
  readonly text: string;
}

/** A mention with its words written out. */
export interface AnnotatedMention extends ScoredMention {
  /** `document.text.slice(start, end)` */
  readonly text: string;
  /** The kind of section that it begins in, where sections were asked for and the text has some. */
  readonly section?: string;
}

export interface AnnotatedDocument extends TextDocument {
  readonly mentions: readonly AnnotatedMention[];
  /** What was found and left out, see `DroppedMention`. Absent: nothing. */
  readonly dropped?: readonly (AnnotatedMention & Pick<DroppedMention, "reason">)[];
}

export interface AnnotateOptions {
  /** Text -> position -> the kind of section there, as `createSectionFinder` gives it. Absent: mentions have no `section`. */
  readonly findSections?: (text: string) => (position: number) => string | undefined;
}

/** Documents are predicted together up to this size (UTF-16 units): full batches, bounded memory. */
const CHUNK_LENGTH = 200_000;
/** Counted for each document beside its text, so that ever so many empty ones are passed on too. */
const DOCUMENT_LENGTH = 64;

/** @example for await (const document of annotateDocuments(documents, predictor)) console.log(document.mentions) */
export async function* annotateDocuments(
  documents: AsyncIterable<TextDocument> | Iterable<TextDocument>,
  predictor: Predictor,
  options: AnnotateOptions = {},
): AsyncGenerator<AnnotatedDocument, void> {
  for await (const chunk of chunkDocuments(documents)) yield* await annotateChunk(chunk, predictor, options);
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
  { findSections }: AnnotateOptions = {},
): Promise<AnnotatedDocument[]> {
  const texts = documents.map(({ text }) => text);
  const found = isDocumentPredictor(predictor)
    ? await predictor.predictDocuments(texts)
    : (await predictor.predict(texts)).map((mentions) => ({ mentions, dropped: [] }));
  return documents.map(({ id, text }, index) => {
    const sectionAt = findSections?.(text);
    const annotate = ({ start, end, label, score, source }: ScoredMention): AnnotatedMention => {
      const section = sectionAt?.(start);
      return {
        start,
        end,
        label,
        text: text.slice(start, end),
        score,
        ...(source === undefined ? {} : { source }),
        ...(section === undefined ? {} : { section }),
      };
    };
    const { mentions, dropped } = found[index]!;
    const left = dropped.map((mention) => ({ ...annotate(mention), reason: mention.reason }));
    return { id, text, mentions: mentions.map(annotate), ...(left.length === 0 ? {} : { dropped: left }) };
  });
}
