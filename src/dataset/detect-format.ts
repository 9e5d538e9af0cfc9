/** @file The text of a gold file -> the format it looks like, told by content. */
import type { GoldFormat } from "../task/spec.ts";

/** Formats that are known by sight and read in a later version. */
const LATER = [
  "PubTator",
  "BRAT",
  "BioC XML",
  "BioC JSON",
  "CoNLL-2003 (four columns)",
  "a JSON array",
  "XML",
] as const;

/** What a file may look like. */
export type DetectedFormat = GoldFormat | (typeof LATER)[number];

function detectJson(text: string, firstRow: string): DetectedFormat {
  let value: unknown;
  try {
    value = JSON.parse(firstRow);
  } catch {
    // Printed over several lines, or broken: then the reader of JSON lines tells the line.
    return /"(?:passages|documents)"\s*:/.test(text) ? "BioC JSON" : "jsonl";
  }
  return typeof value === "object" && value !== null && ("passages" in value || "documents" in value)
    ? "BioC JSON"
    : "jsonl";
}

/** Looks at the first lines only. Undefined: nothing that is known. */
export function detectFormat(text: string): DetectedFormat | undefined {
  const rows = text
    .slice(0, 100_000)
    .split(/\r?\n/)
    .filter((row) => row.trim() !== "")
    .slice(0, 50);
  const first = rows[0]?.trim() ?? "";
  if (first.startsWith("{")) return detectJson(text, text.trimStart().split(/\r?\n/, 1)[0]!);
  if (first.startsWith("[")) return "a JSON array";
  if (first.startsWith("<")) return rows.some((row) => row.includes("<collection")) ? "BioC XML" : "XML";
  if (/^[^\s|]+\|[ta]\|/.test(first)) return "PubTator";
  if (/^T\d+\t\S+ \d+ \d+/.test(first) || /^[REAMN#]\d+\t/.test(first)) return "BRAT";
  const tokens = rows.filter((row) => !row.startsWith("-DOCSTART-"));
  if (tokens.length === 0) return first.startsWith("-DOCSTART-") ? "iob2" : undefined;
  if (tokens.every((row) => /^\S+\s\S+\s\S+\s(?:O|[BI]-\S+)\s*$/.test(row)))
    return "CoNLL-2003 (four columns)";
  // One line is enough: a faulty one among them is the reader's to tell.
  if (tokens.some((row) => /^[^\t]+\t(?:O|[A-Z]-\S+)\s*$/.test(row))) return "iob2";
  return undefined;
}

/** Whether a format is read in this version. */
export const isRead = (format: DetectedFormat): format is GoldFormat =>
  !(LATER as readonly string[]).includes(format);
