/** @file Sentences with placeholders and a class, one pair a line, as TSV or JSON <-> documents with one relation each. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions, ReportLoss } from "./corpus-format.ts";
import { mentionPairs } from "./draft-document.ts";
import { readLinesOf } from "./json-rows.ts";
import { hullOf } from "./keep-outermost.ts";
import { findPlaceholders, maskedRow, parseMaskedRow } from "./masked-relations.ts";
import { type Holding, reportUnheld } from "./report-unheld.ts";
import { sampleRows } from "./sample-rows.ts";
import { writePieces } from "./text-sink.ts";
import { readTextLines } from "./text-source.ts";

/** A line of either layout. */
interface MaskedRow {
  readonly id: string;
  readonly text: string;
  readonly relation: string;
  readonly document?: string;
}

const form = {
  schema: maskedRow,
  what: "a masked sentence",
  hint: 'A line is {"id": "1", "text": "@GENE$ causes @DISEASE$.", "label": 1}.',
};

/** The first placeholder is the head; a text with fewer or more than two keeps them, and its class is counted. */
function toDocument({ id, text, relation, document }: MaskedRow, onLoss: ReportLoss): CorpusDocument {
  const mentions = findPlaceholders(text).map(({ start, end, label }) => ({
    label,
    spans: [{ start, end }],
  }));
  if (mentions.length !== 2) onLoss("relation-pair", id);
  const relations =
    mentions.length === 2 ? [{ type: relation, head: { mention: 0 }, tail: { mention: 1 } }] : [];
  return { id, text, mentions, relations, ...(document === undefined ? {} : { document }) };
}

async function* readTsv(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { line, text } of readTextLines(path)) {
    const row = parseMaskedRow(text, line, (what, hint) => corpusError(path, line, what, hint));
    if (row !== undefined) yield toDocument({ id: row.index ?? String(line), ...row }, onLoss);
  }
}

async function* readJson(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { place, data } of readLinesOf(path, form)) {
    const { id = String(place), text, label, doc } = data;
    yield toDocument({ id, text, relation: label, ...(doc == null ? {} : { document: doc }) }, onLoss);
  }
}

/** Overlaps are told by pair, and mentions outside of pairs here. */
const HELD: readonly Holding[] = ["mention", "overlap", "relation", "relation-mentions", "document"];

/** A name that {@link findPlaceholders} finds again. */
const placeholderName = (label: string) => label.replace(/[^\w-]/g, "_").replace(/^(?![A-Za-z])/, "X");

/** One row a pair, its two mentions masked; the other words of the text stay. */
function* maskPairs(document: CorpusDocument, onLoss: ReportLoss): Generator<MaskedRow> {
  const { id, text, mentions, relations } = document;
  reportUnheld(document, HELD, onLoss);
  const covers = mentions.map(hullOf);
  const pairs = mentionPairs(relations);
  const used = new Set(pairs.flatMap(({ pair }) => [...pair]));
  onLoss("mention", id, mentions.filter((_, place) => !used.has(place)).length);
  if (relations.length === 0) onLoss("relation-pair", id);
  let rows = 0;
  for (const { relation, pair } of pairs) {
    const ends = pair.map((place) => ({ ...covers[place]!, label: mentions[place]!.label }));
    const [first, second] = ends.toSorted((a, b) => a.start - b.start) as [
      (typeof ends)[0],
      (typeof ends)[0],
    ];
    if (pair[0] === pair[1] || first.end > second.start) {
      onLoss("overlap", id);
      continue;
    }
    const mask = (span: Span & { readonly label: string }) => {
      const name = placeholderName(span.label);
      if (name !== span.label) onLoss("character", id);
      if (text.slice(span.start, span.end) !== `@${name}$`) onLoss("masked", id);
      return `@${name}$`;
    };
    const masked = [
      text.slice(0, first.start),
      mask(first),
      text.slice(first.end, second.start),
      mask(second),
      text.slice(second.end),
    ].join("");
    if (findPlaceholders(masked).length !== 2) {
      onLoss("relation-pair", id);
      continue;
    }
    if (first !== ends[0]) onLoss("direction", id);
    rows++;
    yield {
      id: rows === 1 ? id : `${id}-${rows}`,
      text: masked,
      relation: relation.type,
      ...(document.document === undefined ? {} : { document: document.document }),
    };
  }
}

async function* renderTsv(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss) {
  yield "index\tsentence\tlabel\n";
  for await (const document of documents) {
    for (const { id, text, relation, document: doc } of maskPairs(document, onLoss)) {
      if (doc !== undefined) onLoss("document", id);
      const spaced = (cell: string, lost: "whitespace" | "character") => {
        const clean = cell.replace(/[\t\r\n]+/g, " ");
        if (clean !== cell) onLoss(lost, document.id);
        return clean;
      };
      yield `${spaced(id, "character")}\t${spaced(text, "whitespace")}\t${spaced(relation, "character")}\n`;
    }
  }
}

async function* renderJson(documents: AsyncIterable<CorpusDocument>, onLoss: ReportLoss) {
  for await (const document of documents) {
    for (const { id, text, relation, document: doc } of maskPairs(document, onLoss))
      yield `${JSON.stringify({ id, text, label: relation, ...(doc === undefined ? {} : { doc }) })}\n`;
  }
}

/** The layout of the BioBERT release: with a line of column names or none, with an index or none. */
export const maskedTsvFormat: CorpusFormat = {
  name: "masked-tsv",
  title: "masked pairs (TSV)",
  looksLike: ({ isFolder, text }) => {
    if (isFolder) return false;
    const rows = text.split(/\r?\n/, 20).filter((row) => row.includes("\t"));
    return rows.some((row) => {
      const cells = row.split("\t");
      return (cells.length === 2 || cells.length === 3) && findPlaceholders(cells.at(-2)!).length >= 2;
    });
  },
  read: readTsv,
  write: (documents, path, { onLoss }) => writePieces(path, renderTsv(documents, onLoss)),
};

/** The same as JSON lines `{"id", "text", "label", "doc"}`. */
export const maskedJsonlFormat: CorpusFormat = {
  name: "masked-jsonl",
  title: "masked pairs (JSONL)",
  looksLike: (sample) =>
    sampleRows(sample).some(
      ({ text, label }) =>
        typeof text === "string" &&
        ["string", "number", "boolean"].includes(typeof label) &&
        findPlaceholders(text).length >= 2,
    ),
  read: readJson,
  write: (documents, path, { onLoss }) => writePieces(path, renderJson(documents, onLoss)),
};
