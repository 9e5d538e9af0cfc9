/** @file IOB2 tables, `token<TAB>B-Disease` a line and a blank line between sentences <-> documents, or gold examples. */
import type { GoldExample } from "../../task/example.ts";
import { goldError } from "../gold-error.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { fromTokens } from "./token-documents.ts";
import { createSentenceReader, createTableFormat, type TokenSentence } from "./token-table.ts";
import { isIob1, isPlain, TSV_LAYOUT } from "./tsv-layout.ts";

/** `token<TAB>tag` in IOB2; all other schemes are read too, mentions that begin with I- are counted. */
export const iob2Format: CorpusFormat = createTableFormat(
  { name: "iob2", title: "IOB2 TSV" },
  TSV_LAYOUT,
  "iob2",
  (tags) => isPlain(tags) && !isIob1(tags),
);

/** What was read. */
export interface ParsedIob2 {
  readonly examples: GoldExample[];
  /** Mentions that begin with I-, as IOB1 writes them. */
  readonly iob1Starts: number;
}

/**
 * Reads a gold table, in IOB2 or another scheme. A text is its tokens with single spaces between; tokens stay as they are.
 * `-DOCSTART-` begins a document; without it a sentence is its own. A mention that begins with I- is taken and counted.
 * @throws InputError `gold-invalid` with the line: another number of columns, another tag.
 */
export function parseIob2(text: string, source: string): ParsedIob2 {
  const reader = createSentenceReader(TSV_LAYOUT.split, (line, what) => goldError(source, line, what));
  const examples: GoldExample[] = [];
  let iob1Starts = 0;
  const take = (sentence: TokenSentence | undefined) => {
    if (sentence === undefined) return;
    const { tokens, runs, unopened, document } = sentence;
    const { text, mentions } = fromTokens(tokens, runs);
    examples.push({
      id: String(examples.length + 1),
      text,
      mentions: mentions.map(({ label, spans }) => ({ ...spans[0]!, label })),
      ...(document === undefined ? {} : { document }),
    });
    iob1Starts += unopened;
  };
  for (const [index, row] of text.split(/\r?\n/).entries()) take(reader.push({ line: index + 1, text: row }));
  take(reader.end());
  return { examples, iob1Starts };
}
