/** @file JSON lines, or one JSON array, of any size -> its values one by one, each with its place. */
import { JSONParser } from "@streamparser/json";
import type { z } from "zod";
import { corpusError } from "./corpus-error.ts";
import type { FormatSample } from "./corpus-format.ts";
import { readTextLines, readTextPieces } from "./text-source.ts";

/** A value and where it stands: the line, or `item 3` of an array, counted from 1. */
export interface JsonRow {
  readonly place: number | string;
  /** Counted from 1, blank lines not counted. */
  readonly number: number;
  readonly value: unknown;
}

/** Memory for one value, or for those of a piece of the file. @throws InputError `corpus-invalid`: not JSON, or cut off */
export async function* readJsonRows(path: string): AsyncGenerator<JsonRow> {
  for await (const piece of readTextPieces(path)) {
    const first = piece.trimStart()[0];
    if (first === undefined) continue;
    yield* first === "[" ? readArray(path) : readLines(path);
    return;
  }
}

async function* readLines(path: string): AsyncGenerator<JsonRow> {
  let number = 0;
  for await (const { line, text } of readTextLines(path)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw corpusError(path, line, "not a JSON value on one line.", undefined, cause);
    }
    yield { place: line, number: ++number, value };
  }
}

async function* readArray(path: string): AsyncGenerator<JsonRow> {
  const parser = new JSONParser({ paths: ["$.*"], keepStack: false });
  let found: unknown[] = [];
  let number = 0;
  let ended = false;
  let fault: Error | undefined;
  parser.onValue = ({ value }) => {
    found.push(value);
  };
  parser.onEnd = () => {
    ended = true;
  };
  parser.onError = (error) => {
    fault ??= error;
  };
  for await (const piece of readTextPieces(path)) {
    if (ended && piece.trim() === "") continue;
    parser.write(piece);
    for (const value of found) yield { place: `item ${++number}`, number, value };
    found = [];
    if (fault !== undefined) break;
  }
  if (fault !== undefined || !ended)
    throw corpusError(
      path,
      `item ${number + 1}`,
      fault === undefined ? "the array is cut off." : "not JSON.",
    );
}

/** @param what a value is to be: `a corpus row` @throws InputError `corpus-invalid` with place and key */
export function parseRow<T>(
  path: string,
  { place, value }: JsonRow,
  schema: z.ZodType<T>,
  { what, hint }: { readonly what: string; readonly hint: string },
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const where = issue.path.length === 0 ? "the row" : issue.path.join(".");
  throw corpusError(path, place, `not ${what}: ${where}: ${issue.message}.`, hint);
}

/**
 * The keys of the first row of a file, with its values, for telling a format; undefined where there is none. A row that the
 * sample cuts off has the keys that are seen, whatever their depth, without values.
 */
export function firstRow({ isFolder, text }: FormatSample): Record<string, unknown> | undefined {
  if (isFolder) return undefined;
  const begun = text.replace(/^\ufeff/, "").trimStart();
  if (!/^(?:\[\s*)?\{/.test(begun)) return undefined;
  const line = begun.split("\n", 1)[0]!;
  for (const candidate of [line, begun]) {
    try {
      const value: unknown = JSON.parse(candidate);
      const row: unknown = Array.isArray(value) ? value[0] : value;
      return typeof row === "object" && row !== null ? (row as Record<string, unknown>) : undefined;
    } catch {}
  }
  const parser = new JSONParser({ paths: ["$.*"] });
  const isArray = begun.startsWith("[");
  let first: unknown;
  const seen: Record<string, unknown> = {};
  parser.onError = () => {};
  parser.onValue = ({ key, value }) => {
    if (isArray) first ??= value;
    else seen[String(key)] ??= value;
  };
  parser.write(begun);
  if (typeof first === "object" && first !== null) return first as Record<string, unknown>;
  if (isArray) for (const match of begun.matchAll(/"(\w+)"\s*:/g)) seen[match[1]!] ??= undefined;
  return seen;
}
