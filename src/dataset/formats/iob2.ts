/** @file IOB2 tables, `token<TAB>B-Disease` a line and a blank line between sentences <-> documents, or gold examples. */
import type { GoldExample } from "../../task/example.ts";
import { goldError } from "../gold-error.ts";
import type { CorpusFormat } from "./corpus-format.ts";
import { readTags, type Tag } from "./tag-schemes.ts";
import { fromTokens } from "./token-documents.ts";
import {
  createSentenceReader,
  createTableFormat,
  type TableLayout,
  type TokenSentence,
} from "./token-table.ts";

/** `token<TAB>tag`. A token may have spaces, a label too. */
export const TSV_LAYOUT: TableLayout = {
  split(row) {
    const cells = row.split("\t");
    const [token, tag] = cells as [string, string];
    return cells.length === 2 && token !== ""
      ? { token, tag: tag.trim(), others: 0 }
      : `${cells.length} columns, or an empty token; a line is a token, a tab and a tag.`;
  },
  render: (token, tag) => `${token}\t${tag}`,
  documentStart: "-DOCSTART-\tO\n\n",
  // Also: what is trimmed off a tag, what would begin a document, a byte order mark, half a character.
  forbidden: /[\t\n\r\ufeff]|^\s|\s$|^-(?=DOCSTART-(?:\s|$))|\p{Cs}/gu,
};

const isPlain = (tags: readonly Tag[]) => tags.every(({ position }) => "OBI".includes(position));

/** Whether tags can only be IOB1: some mention begins with I-, and none begins with B- but right after one of its label. */
const isIob1 = (tags: readonly Tag[]) =>
  isPlain(tags) &&
  readTags(tags).unopened > 0 &&
  tags.every((tag, index) => {
    const before = tags[index - 1];
    return tag.position !== "B" || (before !== undefined && "label" in before && before.label === tag.label);
  });

/** `token<TAB>tag` in IOB2; all other schemes are read too, mentions that begin with I- are counted. */
export const iob2Format: CorpusFormat = createTableFormat(
  { name: "iob2", title: "IOB2 TSV" },
  TSV_LAYOUT,
  "iob2",
  (tags) => isPlain(tags) && !isIob1(tags),
);

/** `token<TAB>tag` in IOB1: B- only between two mentions of one label that touch. */
export const iob1Format: CorpusFormat = createTableFormat(
  { name: "iob1", title: "IOB1 TSV" },
  TSV_LAYOUT,
  "iob1",
  isIob1,
);

/** `token<TAB>tag` in BIOES; BILOU is read too. */
export const bioesFormat: CorpusFormat = createTableFormat(
  { name: "bioes", title: "BIOES TSV" },
  TSV_LAYOUT,
  "bioes",
  (tags) => !isPlain(tags),
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
