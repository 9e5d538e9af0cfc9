/** @file The beginning of a file -> its first rows as JSON objects, for telling a format. */
import { JSONParser } from "@streamparser/json";
import type { FormatSample } from "./corpus-format.ts";

/** At most this many lines are looked at. */
const LOOKED_AT = 20;

/** A row; a list counts as an object with keys `0` and `1`. */
export type SampleRow = Readonly<Record<string, unknown>>;

/**
 * The first lines that are whole JSON objects or lists. Where the first row does not stand whole on its line, that row
 * alone, as far as the sample has it: keys whose values are begun, and lists without the item that is cut off.
 * @param arrays whether the first item of one JSON array of objects counts as a row; without it such a file has none
 */
export function sampleRows(
  { isFolder, text }: FormatSample,
  { arrays = false }: { readonly arrays?: boolean } = {},
): readonly SampleRow[] {
  if (isFolder) return [];
  const begun = text.replace(/^\ufeff/, "").trimStart();
  const isArray = /^\[\s*\{/.test(begun);
  if (isArray && !arrays) return [];
  const rows = isArray ? [] : wholeLines(begun);
  if (rows.length > 0) return rows;
  const first = parseBeginning(begun, isArray);
  return first === undefined ? [] : [toRow(first)];
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const toRow = (value: object) =>
  Array.isArray(value) ? { "0": value[0], "1": value[1] } : (value as SampleRow);

function wholeLines(text: string): SampleRow[] {
  const rows: SampleRow[] = [];
  for (const line of text.split("\n", LOOKED_AT)) {
    if (line.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(line);
      if (!isObject(value)) break;
      rows.push(toRow(value));
    } catch {
      break;
    }
  }
  return rows;
}

/** The first object or list of a text that may be cut off anywhere; the first item of it where the rows are `inside`. */
function parseBeginning(text: string, inside: boolean): object | undefined {
  const parser = new JSONParser({ emitPartialValues: true });
  let root: unknown;
  parser.onError = () => {};
  // The outermost value is told of when it opens, and is filled from then on.
  parser.onValue = ({ parent }) => {
    root ??= parent;
  };
  parser.write(text);
  const first: unknown = inside && Array.isArray(root) ? root[0] : root;
  if (!isObject(first)) return undefined;
  const isWhole = parser.isEnded || (inside && (root as unknown[]).length > 1);
  if (!isWhole) dropCutItem(first);
  return first;
}

/** Of the outermost list that is still open, the last item, as there may be more of it. */
function dropCutItem(row: object): void {
  let last: unknown = Object.values(row).at(-1);
  while (isObject(last) && !Array.isArray(last)) last = Object.values(last).at(-1);
  if (Array.isArray(last) && isObject(last.at(-1))) last.pop();
}
