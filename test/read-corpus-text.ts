/** @file The text of a corpus file, and documents -> what a format reads and writes of it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CorpusFormat } from "../src/dataset/formats/corpus-format.ts";
import type { CorpusDocument } from "../src/task/corpus-document.ts";
import { readAll, withFolder, writeAll } from "./round-trip.ts";

export const readText = (format: CorpusFormat, text: string) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, "in"), text);
    return readAll(format, join(folder, "in"));
  });
export const readRows = (format: CorpusFormat, ...rows: unknown[]) =>
  readText(format, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
export const writeText = (format: CorpusFormat, documents: readonly CorpusDocument[]) =>
  withFolder(async (folder) => {
    const losses = await writeAll(format, documents, join(folder, "out"));
    return { losses, text: await readFile(join(folder, "out"), "utf8"), folder };
  });
export const words = ({ text, mentions }: CorpusDocument) =>
  mentions.map(({ label, spans: [span] }) => `${label}: ${text.slice(span!.start, span!.end)}`);

/** An emoji and an astral letter before what is marked. */
export const ASTRAL = "😷 𝛼-synuclein in gout";
export const marked: CorpusDocument = {
  id: "n1",
  text: ASTRAL,
  mentions: [
    { label: "Gene", spans: [{ start: 3, end: 15 }] },
    { label: "Disease", spans: [{ start: 19, end: 23 }] },
  ],
  relations: [{ type: "in", head: { mention: 0 }, tail: { mention: 1 } }],
};
