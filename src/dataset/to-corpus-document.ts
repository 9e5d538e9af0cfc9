/** @file A document that a model has annotated -> the noun that every format writes. */
import type { AnnotatedMention } from "../task/annotate-documents.ts";
import type { CorpusDocument } from "../task/corpus-document.ts";

/** What `annotateDocuments` gives, or `annotateRelations`. */
export interface Annotated {
  readonly id: string;
  readonly text: string;
  readonly mentions: readonly AnnotatedMention[];
  /** Places in `mentions`, where relations were asked for. */
  readonly relations?: readonly {
    readonly head: number;
    readonly tail: number;
    readonly relation: string;
    readonly score: number;
  }[];
}

/** Mentions keep their scores; section and source become attributes. Facts of the text may be given beside. */
export function toCorpusDocument(
  { id, text, mentions, relations = [] }: Annotated,
  others: Partial<Pick<CorpusDocument, "document" | "meta">> = {},
): CorpusDocument {
  return {
    id,
    text,
    mentions: mentions.map(({ start, end, label, score, section, source }) => {
      const attributes = {
        ...(section === undefined ? {} : { section }),
        ...(source === undefined ? {} : { source }),
      };
      const hasAttributes = Object.keys(attributes).length > 0;
      return { label, spans: [{ start, end }], score, ...(hasAttributes ? { attributes } : {}) };
    }),
    relations: relations.map(({ head, tail, relation, score }) => ({
      type: relation,
      head: { mention: head },
      tail: { mention: tail },
      score,
    })),
    ...others,
  };
}
