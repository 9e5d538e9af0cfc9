/** @file JSON lines `{id, text, head, tail, relation, doc}` <-> gold pairs, or documents of one relation each. */
import { z } from "zod";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { GoldRelation } from "../../task/relation-example.ts";
import { renderJsonLines } from "../../util/files.ts";
import { goldError, parseGoldRows } from "../gold-error.ts";
import { checkSpan } from "./check-span.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import { mentionRow, parseMention, renderMention, renderRest } from "./document-json.ts";
import { type JsonRow, parseRow, readJsonRows } from "./json-rows.ts";
import { orderMentions } from "./order-mentions.ts";
import { readRest } from "./read-rest.ts";
import { reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";

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
const HINT =
  'A line is {"id": "1", "text": "...", "head": {"start": 0, "end": 4, "label": "Gene"}, "tail": {...}, "relation": "yes"}.';

/**
 * Reads pairs; other fields are not looked at, offsets are UTF-16 units. Pairs that overlap stay: whoever asks for them
 * sets them aside.
 * @throws InputError `gold-invalid` with the line: a field is missing, a span is outside the text or of no length
 */
export function parseRelationJsonl(text: string, source: string): GoldRelation[] {
  return parseGoldRows(text, source, row, { what: "a gold pair", hint: HINT }).map(({ line, data }) => {
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

const pairRow = row.extend({ head: mentionRow, tail: mentionRow, score: z.number().min(0).max(1).nullish() });
const KNOWN = ["id", "text", "head", "tail", "relation", "score"];

/**
 * A pair a line. A document of several pairs becomes several rows, `<id>-1`, `<id>-2`; one of none is left out. Mentions,
 * and what is said of the text, are written as in `jsonl`.
 */
export const relationJsonlFormat: CorpusFormat = {
  name: "relation-jsonl",
  title: "JSON lines of pairs",
  looksLike: (sample) => {
    const [found] = sampleRows(sample, { arrays: true });
    const isMention = (value: unknown) => mentionRow.safeParse(value).success;
    return found !== undefined && "relation" in found && isMention(found.head) && isMention(found.tail);
  },
  async *read(path, { onLoss }) {
    for await (const row of readJsonRows(path)) yield toDocument(path, row, onLoss);
  },
  write: (documents, path, { onLoss }) => writePieces(path, renderPairs(documents, onLoss)),
};

function toDocument(path: string, jsonRow: JsonRow, onLoss: ReportLoss): CorpusDocument {
  const data = parseRow(path, jsonRow, { schema: pairRow, what: "a pair", hint: HINT });
  const { id = String(jsonRow.number), text, relation, score } = data;
  const pair = (["head", "tail"] as const).map((name) => {
    const { mention, others } = parseMention(data[name]);
    const borders = { start: data[name].start, end: data[name].end, text: data[name].text };
    for (const span of mention.spans.length === 1 ? [borders] : mention.spans)
      checkSpan(span, text, name, (what, hint) => corpusError(path, jsonRow.place, what, hint));
    if (others > 0) onLoss("attribute", id, others);
    return mention;
  });
  const { mentions, placeOf } = orderMentions(pair);
  const [head, tail] = [{ mention: placeOf[0]! }, { mention: placeOf[1]! }];
  const found = { type: relation, head, tail, ...(score == null ? {} : { score }) };
  return { id, text, mentions, relations: [found], ...readRest(data, { id, text }, KNOWN, onLoss) };
}

async function* renderPairs(
  documents: AsyncIterable<CorpusDocument>,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  for await (const document of documents) {
    const { id, text, mentions, relations } = document;
    const used = new Set<number>();
    const rows = relations.flatMap(({ type, head, tail, score }) => {
      if (!("mention" in head && "mention" in tail)) return [];
      used.add(head.mention).add(tail.mention);
      const [first, second] = [mentions[head.mention]!, mentions[tail.mention]!].map(renderMention);
      return [{ head: first, tail: second, relation: type, ...(score === undefined ? {} : { score }) }];
    });
    reportUnheld(document, rows.length === 0 ? [...HOLDS, "role", "relation-id"] : HOLDS, onLoss);
    if (rows.length !== 1) onLoss("relation-pair", id);
    if (used.size < mentions.length) onLoss("mention", id, mentions.length - used.size);
    for (const [index, pair] of rows.entries()) {
      const name = rows.length === 1 ? id : `${id}-${index + 1}`;
      yield `${JSON.stringify({ id: name, text, ...pair, ...renderRest(document) })}\n`;
    }
  }
}

const HOLDS = [
  "mention",
  "overlap",
  "discontinuous",
  "concept",
  "attribute",
  "score",
  "id",
  "relation",
  "relation-mentions",
  "relation-score",
  "document",
  "passage",
  "meta",
  "token",
] as const;
