/** @file The beginning of a file -> its first lines as JSON objects, for telling a format. */
import type { FormatSample } from "./corpus-format.ts";

/** At most this many lines are looked at. */
const LOOKED_AT = 20;

/**
 * The first lines that are whole JSON objects; a list counts as an object with keys `0` and `1`. Empty where the first line
 * is neither, or is longer than the sample.
 */
export function sampleRows({ isFolder, text }: FormatSample): Readonly<Record<string, unknown>>[] {
  if (isFolder) return [];
  const rows: Record<string, unknown>[] = [];
  for (const line of text.replace(/^\ufeff/, "").split("\n", LOOKED_AT)) {
    if (line.trim() === "") continue;
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== "object" || value === null) break;
      rows.push(Array.isArray(value) ? { "0": value[0], "1": value[1] } : (value as Record<string, unknown>));
    } catch {
      break;
    }
  }
  return rows;
}
