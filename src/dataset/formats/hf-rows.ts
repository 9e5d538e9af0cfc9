/** @file Rows of Hugging Face token classification, `{id, tokens, ner_tags}` <-> documents, and the names of numbered tags. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { tagNames } from "../../task/tags.ts";
import { corpusError } from "./corpus-error.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { takeScalars } from "./document-json.ts";
import { reportUnheld } from "./report-unheld.ts";
import { parseTag, readTags, renderTags, TAG_HINT, type Tag } from "./tag-schemes.ts";
import { fromTokens, toTokens } from "./token-documents.ts";

/** A row as it is written. */
export interface HfRow {
  readonly id: string;
  readonly tokens: string[];
  readonly tags: number[];
}

const KNOWN = new Set(["id", "tokens", "ner_tags", "doc", "document"]);

/**
 * @param where the file and the place in it, for errors
 * @param names of numbered tags. Absent: tags must be strings
 * @throws InputError `corpus-invalid`: another form, numbers without names
 */
export function fromHfRow(
  row: Readonly<Record<string, unknown>>,
  {
    path,
    place,
    number,
  }: { readonly path: string; readonly place: number | string; readonly number: number },
  names: readonly string[] | undefined,
  onLoss: ReportLoss,
): CorpusDocument {
  const fail = (what: string, hint?: string) => corpusError(path, place, what, hint);
  const { tokens, ner_tags: tags } = row;
  const areTokens = Array.isArray(tokens) && tokens.every((token) => typeof token === "string");
  if (!areTokens || !Array.isArray(tags) || tags.length !== tokens.length) {
    const hint = 'A row is {"id": "0", "tokens": ["Gout"], "ner_tags": [1]}, a tag a token.';
    throw fail("no row of token classification.", hint);
  }
  const id = row.id == null ? String(number) : String(row.id as string);
  const words: string[] = [];
  const parsed: Tag[] = [];
  for (const [index, token] of (tokens as string[]).entries()) {
    const tag = parseTag(nameOf((tags as unknown[])[index], names, fail));
    if (tag === undefined) throw fail(`a tag that is none of IOB, BIOES or BILOU. ${TAG_HINT}`);
    if (token === "") continue;
    words.push(token);
    parsed.push(tag);
  }
  if (words.length < tokens.length) onLoss("token", id, tokens.length - words.length);
  const { runs, unopened } = readTags(parsed);
  if (unopened > 0) onLoss("iob1-start", id, unopened);
  const { scalars, others } = takeScalars(row, KNOWN);
  if (others > 0) onLoss("column", id, others);
  const document = row.doc ?? row.document;
  return {
    id,
    ...fromTokens(words, runs),
    relations: [],
    ...(document == null ? {} : { document: String(document) }),
    ...(scalars.length === 0 ? {} : { meta: Object.fromEntries(scalars) }),
  };
}

function nameOf(
  tag: unknown,
  names: readonly string[] | undefined,
  fail: (what: string, hint?: string) => Error,
): string {
  if (typeof tag === "string") return tag;
  if (names === undefined) {
    const hint = 'Put their names beside it, in <file>.labels.json: ["O", "B-Disease", "I-Disease"].';
    throw fail("tags are numbers, and nothing says what they are called.", hint);
  }
  const name = names[Number(tag)];
  if (name !== undefined) return name;
  const hint = "-100 marks pieces of words: tags are read a word each.";
  throw fail(`a tag has no name: there are ${names.length}, from 0 to ${names.length - 1}.`, hint);
}

/** Gives numbers to tags. */
export interface TagNumbers {
  toRow(document: CorpusDocument): HfRow;
  /** Names so far; index is number. */
  names(): string[];
}

/**
 * `O` is 0, label `i` has 1 + 2i and 2 + 2i. @param labels come first, in this order; others follow as they are met, so that
 * files of one corpus have the same numbers only where `labels` names all
 */
export function createTagNumbers(labels: readonly string[], onLoss: ReportLoss): TagNumbers {
  const numbers = new Map(labels.map((label, index) => [label, index]));
  const numberOf = (label: string) => {
    const number = numbers.get(label) ?? numbers.size;
    numbers.set(label, number);
    return number;
  };
  return {
    names: () => tagNames([...numbers.keys()]),
    toRow(document) {
      reportUnheld(document, ["mention", "overlap", "discontinuous", "token"], onLoss);
      const { tokens, runs } = toTokens(document, { overlaps: false }, onLoss);
      const numbered = runs.map((run) => ({ ...run, label: String(numberOf(run.label)) }));
      const tags = renderTags(tokens.length, numbered, "iob2").map((tag) =>
        tag === "O" ? 0 : Number(tag.slice(2)) * 2 + (tag[0] === "B" ? 1 : 2),
      );
      return { id: document.id, tokens, tags };
    },
  };
}

/** Features of the three columns, as `datasets` writes them. */
export const hfFeatures = (names: readonly string[]) => ({
  id: { dtype: "string", _type: "Value" },
  tokens: { feature: { dtype: "string", _type: "Value" }, _type: "Sequence" },
  ner_tags: { feature: { names, _type: "ClassLabel" }, _type: "Sequence" },
});
