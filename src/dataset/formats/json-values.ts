/** @file JSON lines, or a JSON document of many elements -> values of a known form, one at a time. */
import { JSONParser } from "@streamparser/json";
import { z } from "zod";
import { corpusError } from "./corpus-error.ts";
import { readTextLines, readTextPieces } from "./text-source.ts";

/** Ids may be numbers. */
export const anyId = z.union([z.string(), z.number()], "a string or a number").transform(String);

/** What a row is to be, for messages: `a task of Prodigy`, and one written out. */
export interface RowForm<T> {
  readonly schema: z.ZodType<T>;
  readonly what: string;
  readonly hint: string;
}

/** @throws InputError `corpus-invalid` with the place and the key, never the value */
export function parseRow<T>(
  value: unknown,
  { schema, what, hint }: RowForm<T>,
  path: string,
  where: number | string,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.length === 0 ? "the whole" : issue.path.join(".");
  throw corpusError(path, where, `not ${what}: ${key}: ${issue.message}.`, hint);
}

/** The values of a file in JSON lines; blank lines are passed over. @throws InputError `corpus-invalid` with the line */
export async function* readJsonLines(
  path: string,
): AsyncGenerator<{ readonly line: number; readonly value: unknown }> {
  for await (const { line, text } of readTextLines(path)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      // The parser's own message quotes the line, which may be note text: it is dropped.
      throw corpusError(path, line, "not a JSON value on one line.");
    }
    yield { line, value };
  }
}

/** {@link readJsonLines}, each of the form asked for. */
export async function* readJsonRows<T>(
  path: string,
  form: RowForm<T>,
): AsyncGenerator<{ readonly line: number; readonly data: T }> {
  for await (const { line, value } of readJsonLines(path))
    yield { line, data: parseRow(value, form, path, line) };
}

/**
 * The elements at `paths` (`$.*`: of an array) of a JSON document, or of several one after the other; numbered from 1.
 * Memory for one element, and for a piece of the file.
 * @throws InputError `corpus-invalid` when it is not JSON
 */
export async function* readJsonElements(
  path: string,
  paths: readonly string[],
): AsyncGenerator<{ readonly number: number; readonly value: unknown }> {
  const parser = new JSONParser({ paths: [...paths], keepStack: false, separator: "" });
  let found: unknown[] = [];
  let number = 0;
  parser.onValue = ({ value }) => void found.push(value);
  const parse = (work: () => void) => {
    try {
      work();
    } catch {
      throw corpusError(path, `after element ${number + found.length}`, "not valid JSON.");
    }
  };
  for await (const piece of readTextPieces(path)) {
    parse(() => parser.write(piece));
    const ready = found;
    found = [];
    for (const value of ready) yield { number: ++number, value };
  }
  parse(() => {
    if (!parser.isEnded) parser.end();
  });
  for (const value of found) yield { number: ++number, value };
}
