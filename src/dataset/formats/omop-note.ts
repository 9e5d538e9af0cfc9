/** @file OMOP: rows of the table NOTE, as CSV or JSON lines -> documents. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, ReadOptions } from "./corpus-format.ts";
import { parseHeader, readTable } from "./csv-rows.ts";
import { readFormatSample } from "./format-sample.ts";
import { readJsonLines } from "./json-rows.ts";
import { sampleRows } from "./sample-rows.ts";

/** Columns that have a name of ours among the facts; the others keep theirs. */
const FACTS: Readonly<Record<string, string>> = {
  person_id: "patient",
  note_date: "date",
  note_title: "title",
  note_class_concept_id: "note_class",
};

interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** Names of columns in lower case, as databases give them in either. */
async function* readRows(path: string): AsyncGenerator<Row> {
  const { text } = await readFormatSample(path);
  if (!/^\s*\{/.test(text)) {
    yield* readTable(path, { delimiter: parseHeader(text).delimiter, lowerCase: true });
    return;
  }
  for await (const { place: line, value } of readJsonLines(path)) {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw corpusError(path, line, "not a row of NOTE: not an object.", HINT);
    yield {
      line,
      cells: Object.fromEntries(Object.entries(value).map(([key, cell]) => [key.toLowerCase(), cell])),
    };
  }
}

const HINT = "A row has note_id and note_text, and may have person_id, note_date, note_title and the others.";

async function* read(path: string, { onLoss }: ReadOptions): AsyncGenerator<CorpusDocument> {
  for await (const { line, cells } of readRows(path)) {
    const { note_id: noteId, note_text: text, ...others } = cells;
    if (!("note_id" in cells) || !("note_text" in cells) || noteId === "" || noteId === null)
      throw corpusError(path, line, "not a row of NOTE: note_id or note_text is missing.", HINT);
    const id = String(noteId);
    if (text === null || text === "") {
      onLoss("no-text", id);
      continue;
    }
    if (typeof text !== "string") throw corpusError(path, line, "note_text is no string.", HINT);
    const facts = Object.entries(others).filter(([, cell]) => cell !== null && cell !== "");
    const meta = Object.fromEntries(facts.map(([name, cell]) => [FACTS[name] ?? name, String(cell)]));
    yield { id, text, mentions: [], relations: [], ...(facts.length === 0 ? {} : { meta }) };
  }
}

const isNote = (columns: readonly string[]) =>
  ["note_id", "note_text"].every((name) => columns.some((column) => column.toLowerCase() === name));

/** The table NOTE of the OMOP Common Data Model 5.x. */
export const omopNoteFormat: CorpusFormat = {
  name: "omop-note",
  title: "OMOP NOTE",
  looksLike: (sample) =>
    !sample.isFolder &&
    (isNote(Object.keys(sampleRows(sample)[0] ?? {})) || isNote(parseHeader(sample.text).columns)),
  read,
};
