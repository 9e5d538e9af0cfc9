/** @file JSON lines of whole documents, `spans` with concept ids and `relations` between concepts -> corpus documents. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import { goldError, parseGoldRows } from "../gold-error.ts";

const span = z.looseObject({
  start: z.int().min(0),
  end: z.int().min(1),
  label: z.string().min(1),
  concept: z.exactOptional(z.string()),
});
const row = z.looseObject({
  id: z.union([z.string(), z.number()]),
  text: z.string(),
  title_len: z.exactOptional(z.int().min(0)),
  spans: z.array(span),
  relations: z.array(z.record(z.string(), z.string())).default([]),
});
const HINT =
  '{"id", "text", "spans": [{"start", "end", "label", "concept"}], "relations": [{"type", "<head label>", "<tail label>"}]} a line.';
/** PubTator's word for a mention without an identifier. */
const NO_CONCEPT = "-1";

/**
 * Reads documents. The two arguments of a relation are its keys beside `type`, in their order: `{"type": "CID",
 * "chemical": "D016651", "disease": "D003490"}`. Several identifiers of a mention are joined by `|`; `-1` is none.
 * @throws InputError `gold-invalid` with the line; never with text
 */
export function parseConceptJsonl(text: string, source: string): CorpusDocument[] {
  return parseGoldRows(text, source, row, { what: "a document", hint: HINT }).map(({ line, data }) => {
    const mentions = data.spans.map(({ start, end, label, concept = "" }): CorpusMention => {
      if (start >= end || end > data.text.length)
        throw goldError(
          source,
          line,
          `the span ${start}-${end} is not in the text of ${data.text.length} characters.`,
        );
      const concepts = concept.split("|").filter((id) => id !== "" && id !== NO_CONCEPT);
      return { label, spans: [{ start, end }], ...(concepts.length > 0 ? { concepts } : {}) };
    });
    const relations = data.relations.map(({ type, ...others }): CorpusRelation => {
      const [head, tail, ...rest] = Object.entries(others);
      if (type === undefined || head === undefined || tail === undefined || rest.length > 0)
        throw goldError(source, line, 'a relation has "type" and two arguments, and nothing else.', HINT);
      return { type, head: { concept: head[1] }, tail: { concept: tail[1] }, roles: [head[0], tail[0]] };
    });
    const { id, title_len: title } = data;
    const passages =
      title === undefined || title > data.text.length
        ? {}
        : { passages: [{ start: 0, end: title, type: "title" }] };
    return {
      id: String(id),
      text: data.text,
      mentions: mentions.sort(inReadingOrder),
      relations,
      ...passages,
    };
  });
}

function inReadingOrder(a: CorpusMention, b: CorpusMention): number {
  return a.spans[0]!.start - b.spans[0]!.start || a.spans[0]!.end - b.spans[0]!.end;
}
