/** @file JSON lines, or one JSON array, of any size -> its values one by one, each with its place. */
import type { z } from "zod";
import { corpusError } from "./corpus-error.ts";
import { readJsonElements } from "./json-elements.ts";
import { lookAhead, readTextLines } from "./text-source.ts";

/** A value and where it stands: the line, or `item 3` of an array, counted from 1. */
export interface JsonRow {
  readonly place: number | string;
  /** Counted from 1, blank lines not counted. */
  readonly number: number;
  readonly value: unknown;
}

/** What a row is to be, for messages: `a task of Prodigy`, and one written out. */
export interface RowForm<T> {
  readonly schema: z.ZodType<T>;
  readonly what: string;
  readonly hint: string;
}

/** Memory for one value, or for those of a piece of the file. @throws InputError `corpus-invalid`: not JSON, or cut off */
export async function* readJsonRows(path: string): AsyncGenerator<JsonRow> {
  const { beginning, pieces } = await lookAhead(path, (text) => text.trimStart() !== "");
  yield* beginning.trimStart().startsWith("[") ? readArray(path, pieces) : readJsonLines(path, pieces);
}

/** The values of a file in JSON lines; blank lines are passed over. @throws InputError `corpus-invalid` with the line */
export async function* readJsonLines(
  path: string,
  pieces?: AsyncIterable<string>,
): AsyncGenerator<JsonRow & { readonly place: number }> {
  let number = 0;
  for await (const { line, text } of readTextLines(path, pieces)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's own message quotes the line, which may be note text: it is dropped.
      throw corpusError(path, line, "not a JSON value on one line.");
    }
    yield { place: line, number: ++number, value };
  }
}

async function* readArray(path: string, pieces: AsyncIterable<string>): AsyncGenerator<JsonRow> {
  const fail = (count: number, isCut: boolean) =>
    corpusError(path, `item ${count + 1}`, isCut ? "the array is cut off." : "not JSON.");
  for await (const { number, value } of readJsonElements(path, ["$.*"], { fail, pieces }))
    yield { place: `item ${number}`, number, value };
}

/** {@link readJsonLines}, each of the form asked for. */
export async function* readLinesOf<T>(
  path: string,
  form: RowForm<T>,
): AsyncGenerator<{ readonly place: number; readonly data: T }> {
  for await (const row of readJsonLines(path)) yield { place: row.place, data: parseRow(path, row, form) };
}

/** @throws InputError `corpus-invalid` with the place and the key, never the value */
export function parseRow<T>(
  path: string,
  { place, value }: Pick<JsonRow, "place" | "value">,
  { schema, what, hint }: RowForm<T>,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.length === 0 ? "the whole" : issue.path.join(".");
  throw corpusError(path, place, `not ${what}: ${key}: ${issue.message}.`, hint);
}
