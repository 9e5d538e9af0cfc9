/** @file Documents with all that a standoff format may hold, and a format -> what is lost in writing, and what is read back. */
import { join } from "node:path";
import { expect } from "vitest";
import type { CorpusFormat } from "../src/dataset/formats/corpus-format.ts";
import { readFormatSample } from "../src/dataset/formats/format-sample.ts";
import type { CorpusDocument, CorpusMention } from "../src/task/corpus-document.ts";
import { InputError } from "../src/util/errors.ts";
import { readText } from "./read-corpus-text.ts";
import { readAll, withFolder, writeAll } from "./round-trip.ts";

/** Writes, reads, and counts what was lost in writing; reading loses nothing, and the format knows its own file. */
export const standoffTrip = (format: CorpusFormat, documents: readonly CorpusDocument[], ending = "") =>
  withFolder(async (folder) => {
    const path = join(folder, `corpus${ending}`);
    const losses = await writeAll(format, documents, path);
    expect(format.looksLike(await readFormatSample(path))).toBe(true);
    const back = await readAll(format, path);
    expect(back.losses).toEqual({});
    return { found: back.documents, losses };
  });

/** For `arbitraryDocuments`. */
export const STANDOFF_KIND = {
  overlaps: true,
  discontinuous: true,
  relations: ["CID", "treats"],
  concepts: true,
  scores: true,
};

/** With names, attributes, roles, passages, meta: what a format of this family may hold. */
export const furnish = (
  document: CorpusDocument,
  { prefix = "T", passages = false, scores = true } = {},
): CorpusDocument => {
  const cut = document.text.indexOf(" ", 1);
  const hasParts = passages && cut > 0 && cut < document.text.length - 1;
  return {
    ...document,
    mentions: document.mentions.map(
      ({ score, ...mention }, index): CorpusMention => ({
        ...mention,
        id: `${prefix}${3 * index + 2}`,
        ...(index % 2 === 0 ? {} : { attributes: { Negation: "true", Grade: "very high" } }),
        ...(scores && score !== undefined ? { score } : {}),
      }),
    ),
    relations: document.relations.map((relation, index) => ({
      ...relation,
      id: `R${2 * index + 1}`,
      ...(index % 2 === 0 ? {} : { roles: ["Cause", "Effect"] as const }),
    })),
    ...(hasParts
      ? {
          passages: [
            { type: "title", start: 0, end: cut },
            { type: "abstract", start: cut + 1, end: document.text.length },
          ],
        }
      : {}),
  };
};

/** With names and characters that no format of this family holds all of. */
export const UNHELD: CorpusDocument = {
  id: "a|b",
  text: "a\u0001b cd",
  mentions: [
    { label: "My type", spans: [{ start: 0, end: 3 }], id: "0", concepts: ["x y"], score: 0.5 },
    { label: "B", spans: [{ start: 4, end: 6 }], id: "T1", attributes: { type: "q", Empty: "" } },
  ],
  relations: [
    { type: "r", head: { concept: "D1" }, tail: { mention: 0 }, roles: ["x", "x"] },
    { type: "Equiv", head: { mention: 0 }, tail: { mention: 1 } },
    { type: "r", head: { concept: "D1" }, tail: { concept: "-1" }, roles: ["x", "x"] },
  ],
  tokens: [{ start: 0, end: 3 }],
  document: "a",
  meta: { date: "2026" },
};

/** A broken file is told with `message`, and without its text: what stands in it as `secret`. */
export async function expectFault(format: CorpusFormat, file: string, message: string): Promise<void> {
  const error: unknown = await readText(format, file).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(message);
  expect((error as InputError).message).not.toContain("secret");
}
