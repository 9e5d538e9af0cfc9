/** @file Text of a .csv or .tsv file -> rows of fields. */
import { InputError } from "../util/errors.ts";

/** Tab-separated: no quoting, a tab or line break is never part of a field. */
export function parseTabRows(text: string): string[][] {
  return splitLines(text).map((line) => line.split("\t"));
}

/** Lines without their ends; the last one is not followed by an empty one. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/**
 * Comma-separated as in RFC 4180: a field in quotes may hold commas, line breaks and doubled quotes; LF alone ends a row
 * too. A quote inside an unquoted field is a letter. Blank lines are rows of one empty field.
 * @throws InputError `csv-invalid` with the row, for quotes that do not close or are followed by text
 */
export function parseCsvRows(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  // A field, then what ends it: a comma, a line break, the end of the text.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n][^,\r\n]*|))(,|\r\n|\n|\r|$)/y;
  while (field.lastIndex < text.length || row.length > 0) {
    const match = field.exec(text);
    if (match === null) {
      throw new InputError(
        "csv-invalid",
        `Row ${rows.length + 1}: a quoted field does not close, or text follows it.`,
        {
          hint: 'A field that holds a quote is written in quotes, the quote doubled: "5"" nucleotidase".',
        },
      );
    }
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === ",") continue;
    rows.push(row);
    row = [];
    if (match[3] === "") break;
  }
  return rows;
}
