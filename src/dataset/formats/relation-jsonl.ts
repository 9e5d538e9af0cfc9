/** @file JSON lines `{id, text, head, tail, relation, doc}` <-> gold pairs. */
import { z } from "zod";
import type { GoldRelation } from "../../task/relation-example.ts";
import { renderJsonLines } from "../../util/files.ts";
import { goldError, parseGoldRows } from "../gold-error.ts";
import { checkSpan } from "./check-span.ts";

const mention = z.looseObject({
  start: z.int(),
  end: z.int(),
  label: z.string().min(1),
  text: z.string().optional(),
});
/** Ids, documents and classes may be numbers: `"label": 1`. */
export const identifier = z
  .union([z.string(), z.number(), z.boolean()], "a string or a number")
  .transform(String);
const row = z.looseObject({
  id: identifier.optional(),
  text: z.string(),
  head: mention,
  tail: mention,
  relation: identifier,
  doc: identifier.nullish(),
});

/**
 * Reads pairs; other fields are not looked at, offsets are UTF-16 units. Pairs that overlap stay: whoever asks for them
 * sets them aside.
 * @throws InputError `gold-invalid` with the line: a field is missing, a span is outside the text or of no length
 */
export function parseRelationJsonl(text: string, source: string): GoldRelation[] {
  const hint =
    'A line is {"id": "1", "text": "...", "head": {"start": 0, "end": 4, "label": "Gene"}, "tail": {...}, "relation": "yes"}.';
  return parseGoldRows(text, source, row, { what: "a gold pair", hint }).map(({ line, data }) => {
    const { id = String(line), text: sentence, relation, doc } = data;
    const [head, tail] = (["head", "tail"] as const).map((name) => {
      const span = data[name];
      checkSpan(span, sentence, name, (what, hint) => goldError(source, line, what, hint));
      return { start: span.start, end: span.end, label: span.label };
    }) as [GoldRelation["head"], GoldRelation["tail"]];
    return { id, text: sentence, head, tail, relation, ...(doc == null ? {} : { document: doc }) };
  });
}

/** The inverse of {@link parseRelationJsonl}. */
export function renderRelationJsonl(pairs: readonly GoldRelation[]): string {
  const rows = pairs.map(({ id, text, head, tail, relation, document }) => ({
    id,
    text,
    head: { start: head.start, end: head.end, label: head.label },
    tail: { start: tail.start, end: tail.end, label: tail.label },
    relation,
    ...(document === undefined ? {} : { doc: document }),
  }));
  return renderJsonLines(rows);
}
