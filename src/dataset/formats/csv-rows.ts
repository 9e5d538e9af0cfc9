/** @file A table with column names, separated by comma, semicolon or tab -> its rows, one at a time, by column. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type CsvError, parse } from "csv-parse";
import { corpusError } from "./corpus-error.ts";
import { readTextPieces } from "./text-source.ts";

/** A row: column -> cell; an empty cell is `""`. */
export interface TableRow {
  /** Of the file, where the row ends. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** The first line of a text, and what separates its columns: the most frequent of comma, semicolon and tab. */
export function parseHeader(text: string): {
  readonly columns: readonly string[];
  readonly delimiter: string;
} {
  const [first = ""] = text.split(/\r?\n/, 1);
  const count = (delimiter: string) => first.split(delimiter).length;
  const delimiter = [",", "\t", ";"].reduce((best, other) => (count(other) > count(best) ? other : best));
  const columns = first.split(delimiter).map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  return { columns, delimiter };
}

/**
 * Quoted cells may hold line ends. Column names are taken as they are, without white space around them.
 * @param delimiter as {@link parseHeader} tells it
 * @throws InputError `corpus-invalid` with the line: another number of cells than columns, a quote that stays open
 */
export async function* readTable(
  path: string,
  { delimiter, lowerCase = false }: { readonly delimiter: string; readonly lowerCase?: boolean },
): AsyncGenerator<TableRow> {
  const parser = parse({
    delimiter,
    columns: (names: string[]) => names.map((name) => (lowerCase ? name.trim().toLowerCase() : name.trim())),
    info: true,
    skip_empty_lines: true,
    bom: false,
  });
  const feeding = pipeline(Readable.from(readTextPieces(path)), parser);
  feeding.catch(() => {}); // the loop throws it
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>;
      info: { lines: number };
    }>)
      yield { line: info.lines, cells: record };
    await feeding;
  } catch (cause) {
    const { code, lines } = cause as CsvError;
    if (typeof code !== "string" || !/^CSV_|^INVALID_OPENING/.test(code)) throw cause;
    const what = {
      CSV_RECORD_INCONSISTENT_COLUMNS: "another number of cells than there are columns.",
      CSV_QUOTE_NOT_CLOSED: "a quote that stays open to the end of the file.",
    }[code as string];
    throw corpusError(
      path,
      Number(lines ?? 0),
      what ?? "not a row of a table: a quote stands inside a cell.",
      HINT,
    );
  }
}

const HINT =
  'A cell with a separator, a quote or a line end stands in double quotes, a quote in it is doubled: "a ""b""".';
