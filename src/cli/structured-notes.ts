/** @file Files to annotate as plain text -> a note on those that look like a corpus. */
import { stat } from "node:fs/promises";
import type { CorpusFormat } from "../dataset/formats/corpus-format.ts";
import { isJsonLines } from "./documents.ts";
import { renderPlural } from "./render-table.ts";

/** One note, on the format of the first of them; nothing is said of `.txt`, JSON lines, pipes and what cannot be told. */
export async function noteStructured(sources: readonly string[]): Promise<string | undefined> {
  let format: CorpusFormat | undefined;
  const alike: string[] = [];
  for (const source of sources) {
    if (source === "-" || /\.txt$/i.test(source) || isJsonLines(source)) continue;
    const found = await detectFile(source);
    if (found?.read === undefined) continue;
    format ??= found;
    if (format === found) alike.push(source);
  }
  if (format === undefined) return undefined;
  const [first, ...others] = alike;
  const which =
    others.length === 0 ? `${first} looks` : `${first} and ${renderPlural(others.length, "other file")} look`;
  return `note: ${which} like ${format.title}; read as plain text; --from ${format.name} takes the notes out of it.`;
}

async function detectFile(path: string): Promise<CorpusFormat | undefined> {
  if (!(await stat(path)).isFile()) return undefined;
  // The formats and their libraries: not for those who annotate plain texts.
  const { detectCorpusFormat } = await import("../dataset/detect-corpus-format.ts");
  return detectCorpusFormat(path).catch(() => undefined);
}
