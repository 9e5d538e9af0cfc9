/** @file The contract of every corpus format: a path -> a stream of documents, and back; what a format cannot hold is reported. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { CorpusFormatName } from "../../task/corpus-formats.ts";

export { CORPUS_FORMATS, type CorpusFormatName } from "../../task/corpus-formats.ts";

/** What could not be carried over, or was read with a doubt. Each is counted; nothing is lost without one. */
export const LOSSES = {
  overlap: "a mention that overlaps another one, in a format of one tag a token",
  discontinuous: "a mention of several spans, written as the span from its first to its last, or left out",
  "token-border": "a mention that begins or ends inside a token, widened to the token",
  "no-token": "a mention without any token",
  relation: "a relation, in a format without relations",
  "relation-concepts": "a relation between concepts, in a format of relations between mentions",
  "relation-mentions": "a relation between mentions, in a format of relations between concepts",
  "relation-arity": "a relation or event of more or fewer than two arguments",
  "relation-pair": "a text that holds not exactly one pair, in a format of one pair a text",
  mention: "a mention, in a format without mentions",
  concept: "an identifier in a terminology",
  attribute: "an attribute of a mention",
  event: "an event, or something else that is no mention and no relation of two",
  note: "a note of an annotator",
  score: "a probability",
  passage: "the name or the borders of a part of the document",
  document: "which document a sentence is of",
  meta: "a fact about the whole text",
  whitespace: "white space between tokens, written as one space",
  "iob1-start": "a mention that begins with I-, as IOB1 writes it",
  rejected: "a row that its annotator did not accept",
  "no-text": "a record without text",
  unannotated: "a text file without an annotation file beside it",
  attachment: "an attachment that is not text, or is not in the file",
  character: "a character that the format cannot hold, replaced",
  id: "the name of a mention or a relation",
  token: "the tokens of the file",
  role: "what the two parts of a relation are called",
  column: "a column that is not read, such as parts of speech",
  "document-id": "the name of a text: read back, it is its number",
  argument: "a relation whose ends are no mentions of the file",
  direction: "which of two mentions a relation goes out from",
  masked: "the words of a mention, replaced by its label",
  reading: "a further reading of the same text, by another annotator or a model",
} as const;

export type LossKind = keyof typeof LOSSES;

/** Tells of a loss. @param document its id: ids are the user's, and no text */
export type ReportLoss = (kind: LossKind, document: string, count?: number) => void;

/** How something is read. */
export interface ReadOptions {
  readonly onLoss: ReportLoss;
}

/** How something is written. */
export interface WriteOptions {
  readonly onLoss: ReportLoss;
  /** Labels in the order of tags, for formats that number them. Absent: a format that needs them reads its input twice or says so. */
  readonly labels?: readonly string[];
}

/** The beginning of a file, for telling its format. */
export interface FormatSample {
  readonly path: string;
  /** The path is a folder: `names` are some of its files, and there is no text. */
  readonly isFolder: boolean;
  readonly names: readonly string[];
  /** The first 64 KiB, decoded with replacement of what is not UTF-8; unpacked where the file is gzip. */
  readonly text: string;
}

/** One format. Files ending in `.gz` are unpacked and packed by `text-source.ts`. */
export interface CorpusFormat {
  readonly name: CorpusFormatName;
  /** As people call it: `PubTator`. */
  readonly title: string;
  /** Whether a file looks like it; the first of `CORPUS_FORMATS` that says yes is taken, so the strict ones ask more. */
  looksLike(sample: FormatSample): boolean;
  /**
   * Streams: memory for a few documents, whatever the size, where the format allows it. Absent: it is only written.
   * @throws InputError `corpus-invalid` with file and line, never with text
   */
  readonly read?: (path: string, options: ReadOptions) => AsyncGenerator<CorpusDocument>;
  /** The file appears whole or not at all. Absent: it is only read. */
  readonly write?: (
    documents: AsyncIterable<CorpusDocument>,
    path: string,
    options: WriteOptions,
  ) => Promise<void>;
}
