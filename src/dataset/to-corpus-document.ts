/** @file A document that a model has annotated -> the noun that every format writes. */
import type { AnnotatedDocument } from "../task/annotate-documents.ts";
import type { CorpusDocument } from "../task/corpus-document.ts";

/** Mentions keep their scores; relations and facts may be given beside. */
export function toCorpusDocument(
  { id, text, mentions }: AnnotatedDocument,
  others: Partial<Pick<CorpusDocument, "relations" | "document" | "meta">> = {},
): CorpusDocument {
  return {
    id,
    text,
    mentions: mentions.map(({ start, end, label, score }) => ({ label, spans: [{ start, end }], score })),
    relations: [],
    ...others,
  };
}
