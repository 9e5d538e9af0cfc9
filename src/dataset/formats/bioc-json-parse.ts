/** @file BioC JSON, one collection or a document a line -> its documents one by one, memory for one of them. */
import { JSONParser } from "@streamparser/json";
import { z } from "zod";
import type { PlacedBioc } from "./bioc-document.ts";
import { corpusError } from "./corpus-error.ts";
import { readTextLines, readTextPieces } from "./text-source.ts";

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
  let beginning = "";
  for await (const piece of readTextPieces(path)) {
    beginning += piece;
    if (beginning.length > BEGINNING) break;
  }
  const values = isLines(beginning) ? readLines(path) : readCollections(path, beginning);
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

interface Placed {
  readonly place: number | string;
  readonly value: unknown;
}

async function* readLines(path: string): AsyncGenerator<Placed> {
  for await (const { line, text } of readTextLines(path)) {
    if (text.trim() === "") continue;
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw corpusError(path, line, "not a JSON value on one line.", undefined, cause);
    }
    yield { place: line, value };
  }
}

/** Of a collection, of a list of collections (as PubMed Central answers), of PubTator's answer, or of a list. */
async function* readCollections(path: string, beginning: string): AsyncGenerator<Placed> {
  const isArray = beginning.trimStart().startsWith("[");
  const hasDocuments = /"documents"\s*:/.test(beginning);
  const paths = !isArray ? ["$.documents.*", "$.PubTator3.*"] : hasDocuments ? ["$.*.documents.*"] : ["$.*"];
  const parser = new JSONParser({ paths, keepStack: false });
  let found: unknown[] = [];
  let number = 0;
  let isEnded = false;
  let fault: Error | undefined;
  parser.onValue = ({ value }) => {
    found.push(value);
  };
  parser.onEnd = () => {
    isEnded = true;
  };
  parser.onError = (error) => {
    fault ??= error;
  };
  for await (const piece of readTextPieces(path)) {
    if (isEnded && piece.trim() === "") continue;
    parser.write(piece);
    for (const value of found) yield { place: `document ${++number}`, value };
    found = [];
    if (fault !== undefined) break;
  }
  // The parser's own message quotes the file: it is not repeated.
  if (fault !== undefined) throw corpusError(path, `document ${number + 1}`, "not JSON.");
  if (!isEnded) throw corpusError(path, `document ${number + 1}`, "cut off.");
  if (number === 0 && !/"documents"\s*:|"PubTator3"\s*:/.test(beginning) && !isArray)
    throw corpusError(
      path,
      "document 1",
      "no BioC: no list of documents.",
      'A collection is {"source": "", "documents": [{"id": "1", "passages": [...]}]}.',
    );
}
