/** @file BioC JSON, one collection or a document a line -> its documents one by one, memory for one of them. */
import { z } from "zod";
import type { PlacedBioc } from "./bioc-document.ts";
import { corpusError } from "./corpus-error.ts";
import { readJsonElements } from "./json-elements.ts";
import { type JsonRow, readJsonLines } from "./json-rows.ts";
import { lookAhead } from "./text-source.ts";

const name = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? "" : String(value)));
const count = z.int().min(0);
/** Texts; numbers and flags as texts; of an object its `identifier`, else its JSON; nothing for null. */
const infons = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((facts) => {
    const found = new Map<string, string>();
    for (const [key, value] of Object.entries(facts ?? {})) if (value !== null) found.set(key, toText(value));
    return found;
  });

function toText(value: unknown): string {
  if (typeof value !== "object") return String(value);
  const { identifier } = value as { identifier?: unknown };
  return typeof identifier === "string" ? identifier : JSON.stringify(value);
}

const list = <T>(item: z.ZodType<T>) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);
const words = z
  .string()
  .nullish()
  .transform((text) => text ?? undefined);
const annotation = z.object({
  id: name,
  infons,
  text: words,
  locations: list(z.object({ offset: count, length: count })),
});
const relation = z.object({ id: name, infons, nodes: list(z.object({ refid: name, role: name })) });
const annotated = { infons, annotations: list(annotation), relations: list(relation) };
const sentence = z.object({ ...annotated, offset: count, text: words });
const passage = z.object({ ...annotated, offset: count, text: words, sentences: list(sentence) });
const document = z.object({ ...annotated, id: name, passages: list(passage) });

/** What of a file's beginning is looked at. */
const BEGINNING = 1 << 16;

/** @throws InputError `corpus-invalid`: no JSON, cut off, or no document of BioC, with its line or number */
export async function* parseBiocJson(path: string): AsyncGenerator<PlacedBioc> {
  const { beginning, pieces } = await lookAhead(path, ({ length }) => length > BEGINNING);
  const values = isLines(beginning) ? readJsonLines(path, pieces) : readCollections(path, beginning, pieces);
  for await (const { place, value } of values) {
    const parsed = document.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0]!;
      const where = issue.path.length === 0 ? "it" : issue.path.join(".");
      throw corpusError(path, place, `no document of BioC: ${where}: ${issue.message}.`);
    }
    yield { place, document: parsed.data };
  }
}

/** A document stands alone where its passages come before any list of documents. */
export function isLines(beginning: string): boolean {
  if (!beginning.trimStart().startsWith("{")) return false;
  const [passages, documents] = [/"passages"\s*:/, /"(?:documents|PubTator3)"\s*:/].map((key) =>
    beginning.search(key),
  );
  return passages !== -1 && (documents === -1 || passages! < documents!);
}

/** Of a collection, of a list of collections (as PubMed Central answers), of PubTator's answer, or of a list. */
async function* readCollections(
  path: string,
  beginning: string,
  pieces: AsyncIterable<string>,
): AsyncGenerator<Pick<JsonRow, "place" | "value">> {
  const isArray = beginning.trimStart().startsWith("[");
  const hasDocuments = /"documents"\s*:/.test(beginning);
  const paths = !isArray ? ["$.documents.*", "$.PubTator3.*"] : hasDocuments ? ["$.*.documents.*"] : ["$.*"];
  const fail = (count: number, isCut: boolean) =>
    corpusError(path, `document ${count + 1}`, isCut ? "cut off." : "not JSON.");
  let count = 0;
  for await (const { number, value } of readJsonElements(path, paths, { fail, pieces })) {
    count = number;
    yield { place: `document ${number}`, value };
  }
  if (count === 0 && !/"documents"\s*:|"PubTator3"\s*:/.test(beginning) && !isArray)
    throw corpusError(
      path,
      "document 1",
      "no BioC: no list of documents.",
      'A collection is {"source": "", "documents": [{"id": "1", "passages": [...]}]}.',
    );
}
