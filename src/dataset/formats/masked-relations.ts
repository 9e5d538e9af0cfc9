/** @file Sentences with placeholders (`@GENE$ causes @DISEASE$`) and a class, as JSON lines or TSV -> their parts. */
import { z } from "zod";
import type { Mention } from "../../task/example.ts";
import { goldError, parseGoldRows } from "../gold-error.ts";
import { identifier } from "./relation-jsonl.ts";

/** A sentence and all its placeholders; each is a mention of its own name: `@GENE$` -> `GENE`. */
export interface MaskedSentence {
  readonly id: string;
  readonly text: string;
  readonly placeholders: readonly Mention[];
  readonly relation: string;
  readonly document?: string;
}

/** A line of the JSON layout. */
export const maskedRow = z.looseObject({
  id: identifier.optional(),
  text: z.string(),
  label: identifier,
  doc: identifier.nullish(),
});

/** `{"id", "text", "label", "doc"}` a line: the copies of GAD and EU-ADR. @throws InputError `gold-invalid` with the line */
export function parseMaskedJsonl(text: string, source: string): MaskedSentence[] {
  const hint = 'A line is {"id": "1", "text": "@GENE$ causes @DISEASE$.", "label": 1}.';
  return parseGoldRows(text, source, maskedRow, { what: "a masked sentence", hint }).map(({ line, data }) => {
    const { id = String(line), text: sentence, label, doc } = data;
    const document = doc == null ? {} : { document: doc };
    return { id, text: sentence, placeholders: findPlaceholders(sentence), relation: label, ...document };
  });
}

/**
 * `sentence<tab>class` or `index<tab>sentence<tab>class`, with or without a line of column names: the BioBERT release.
 * An id is the number of the line. @throws InputError `gold-invalid` with the line
 */
export function parseMaskedTsv(text: string, source: string): MaskedSentence[] {
  const sentences: MaskedSentence[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const row = parseMaskedRow(raw, index + 1, (what, hint) => goldError(source, index + 1, what, hint));
    if (row === undefined) continue;
    const { text: sentence, relation } = row;
    sentences.push({
      id: String(index + 1),
      text: sentence,
      placeholders: findPlaceholders(sentence),
      relation,
    });
  }
  return sentences;
}

/**
 * A line of the TSV layout; undefined for a blank one and, as the first, for the names of columns.
 * @throws what `fail` makes
 */
export function parseMaskedRow(
  raw: string,
  line: number,
  fail: (what: string, hint?: string) => Error,
): { readonly index?: string; readonly text: string; readonly relation: string } | undefined {
  if (raw.trim() === "" || (line === 1 && /^(?:index\t)?sentence\tlabel$/i.test(raw.trim())))
    return undefined;
  const cells = raw.split("\t");
  if (cells.length < 2 || cells.length > 3) {
    const hint = "A line is sentence, tab, class; or index, tab, sentence, tab, class.";
    throw fail(`${cells.length} columns, where 2 or 3 are read.`, hint);
  }
  const relation = cells.at(-1)!.trim();
  if (relation === "") throw fail("no class in the last column.");
  const index = cells.length === 3 ? cells[0]!.trim() : "";
  return { text: cells.at(-2)!, relation, ...(index === "" ? {} : { index }) };
}

/** Every `@NAME$` of a text, in order. */
export function findPlaceholders(text: string): Mention[] {
  return [...text.matchAll(/@([A-Za-z][\w-]*)\$/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    label: match[1]!,
  }));
}
