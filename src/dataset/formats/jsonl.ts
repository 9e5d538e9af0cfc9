/** @file Our own JSON lines, `{id, text, spans: [{start, end, label}], doc, relations}` <-> documents, without loss. */
import { z } from "zod";
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { checkSpan } from "./check-span.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReportLoss } from "./corpus-format.ts";
import {
  identifier,
  mentionRow,
  parseMention,
  parseRelation,
  renderMention,
  renderRelation,
  renderRest,
} from "./document-json.ts";
import { type JsonRow, parseRow, readJsonRows } from "./json-rows.ts";
import { orderMentions } from "./order-mentions.ts";
import { readRest } from "./read-rest.ts";
import { type SampleRow, sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";

const documentRow = z
  .looseObject({
    id: identifier.optional(),
    text: z.string(),
    spans: z.array(mentionRow).optional(),
    mentions: z.array(mentionRow).optional(),
    doc: identifier.nullish(),
  })
  .refine(({ spans, mentions }) => spans !== undefined || mentions !== undefined, {
    path: ["spans"],
    error: "neither spans nor mentions",
  });

const ROW = {
  schema: documentRow,
  what: "a row of a corpus",
  hint: 'A line is {"id": "1", "text": "...", "spans": [{"start": 0, "end": 4, "label": "Disease"}]}.',
};
const KNOWN = ["id", "text", "spans", "mentions", "relations"];

/**
 * Lossless. `mentions` is an alias of `spans`. A mention of several spans has `fragments: [[start, end], ...]`; `concept`
 * (one identifier, or several with `|`) or `concepts`, `id`, `attributes`, `score`. An argument of a relation is
 * `{"mention": <place in spans>}` or `{"concept": "D003866"}`.
 */
export const jsonlFormat: CorpusFormat = {
  name: "jsonl",
  title: "JSON lines",
  looksLike: (sample) => looksLikeOurs(sampleRows(sample, { arrays: true })),
  async *read(path, { onLoss }) {
    for await (const row of readJsonRows(path)) yield toDocument(path, row, onLoss);
  },
  write: (documents, path) => writePieces(path, renderRows(documents)),
};

/** Judged by the first row that has spans: one that lacks them is told with its line when it is read. */
function looksLikeOurs(rows: readonly SampleRow[]): boolean {
  const row = rows.find(({ spans, mentions }) => (spans ?? mentions) !== undefined);
  if (row === undefined || typeof row.text !== "string") return false;
  // Prodigy has spans too, and more.
  if ("answer" in row || "_input_hash" in row || "_task_hash" in row) return false;
  const { tokens } = row;
  if (Array.isArray(tokens) && typeof tokens[0] === "object" && !Array.isArray(tokens[0])) return false;
  const spans = row.spans ?? row.mentions;
  return (
    Array.isArray(spans) &&
    spans.every((span) => mentionRow.safeParse(span).success && !("token_start" in span))
  );
}

function toDocument(path: string, row: JsonRow, onLoss: ReportLoss): CorpusDocument {
  const data = parseRow(path, row, ROW);
  const { id = String(row.place).replace("item ", ""), text } = data;
  const found = (data.spans ?? data.mentions ?? []).map((span, index) => {
    const { mention, others } = parseMention(span);
    const borders = { start: span.start, end: span.end, ...(span.fragments ? {} : { text: span.text }) };
    const fail = (what: string, hint: string) => corpusError(path, row.place, what, hint);
    for (const part of [borders, ...mention.spans]) checkSpan(part, text, `span ${index}`, fail);
    if (mention.spans.some(({ start }, part) => start < (mention.spans[part - 1]?.end ?? 0)))
      throw fail(`span ${index} has fragments that overlap or are not in order.`, ROW.hint);
    if (others > 0) onLoss("attribute", id, others);
    return mention;
  });
  const { mentions, placeOf } = orderMentions(found);
  const listed = Array.isArray(data.relations) ? (data.relations as unknown[]) : [];
  const relations = listed.flatMap((value) => parseRelation(value, placeOf) ?? []);
  if (data.relations != null && !Array.isArray(data.relations)) onLoss("relation", id);
  if (relations.length < listed.length) onLoss("relation", id, listed.length - relations.length);
  return { id, text, mentions, relations, ...readRest(data, { id, text }, KNOWN, onLoss) };
}

async function* renderRows(documents: AsyncIterable<CorpusDocument>): AsyncGenerator<string> {
  for await (const document of documents) {
    const { id, text, mentions, relations } = document;
    const row = {
      id,
      text,
      spans: mentions.map(renderMention),
      ...(relations.length > 0 ? { relations: relations.map(renderRelation) } : {}),
      ...renderRest(document),
    };
    yield `${JSON.stringify(row)}\n`;
  }
}
