/** @file Tables of a token a line and a blank line between sentences <-> documents. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import type { TextLine } from "../../util/read-lines.ts";
import { corpusError } from "./corpus-error.ts";
import type { CorpusFormat, FormatSample, ReportLoss } from "./corpus-format.ts";
import { reportUnheld } from "./report-unheld.ts";
import {
  parseTag,
  readTags,
  renderTags,
  TAG_HINT,
  type Tag,
  type TagScheme,
  type TokenRun,
} from "./tag-schemes.ts";
import { writePieces } from "./text-sink.ts";
import { readTextLines } from "./text-source.ts";
import { fromTokens, toTokens } from "./token-documents.ts";

/** How a table is laid out. */
export interface TableLayout {
  /** The cells of a line; what is wrong with them as a string. */
  readonly split: (
    row: string,
  ) => { readonly token: string; readonly tag: string; readonly others: number } | string;
  readonly render: (token: string, tag: string) => string;
  /** The line that begins a document, and the blank one after it. */
  readonly documentStart: string;
  /** Characters that neither a token nor a label may have; each is written as `_`. */
  readonly forbidden: RegExp;
}

/** A sentence of a table. */
interface TokenSentence {
  readonly tokens: readonly string[];
  readonly runs: readonly TokenRun[];
  /** Mentions that no tag begins, as IOB1 writes them. */
  readonly unopened: number;
  /** Columns that are not read, where they say something. */
  readonly others: number;
  /** Number of the document, where `-DOCSTART-` counts them. */
  readonly document?: string;
}

const DOCUMENT_START = /^-DOCSTART-(?:\s|$)/;

/** Takes lines one by one. @param fail makes the error of a line */
function createSentenceReader(
  split: TableLayout["split"],
  fail: (line: number, what: string) => Error,
): { push(line: TextLine): TokenSentence | undefined; end(): TokenSentence | undefined } {
  let tokens: string[] = [];
  let tags: Tag[] = [];
  let others = 0;
  let documents = 0;
  const end = (): TokenSentence | undefined => {
    if (tokens.length === 0) return undefined;
    const document = documents > 0 ? { document: String(documents) } : {};
    const sentence = { tokens, ...readTags(tags), others, ...document };
    [tokens, tags, others] = [[], [], 0];
    return sentence;
  };
  return {
    end,
    push({ line, text }) {
      if (DOCUMENT_START.test(text)) {
        const sentence = end();
        documents++;
        return sentence;
      }
      if (text.trim() === "") return end();
      const cells = split(text);
      if (typeof cells === "string") throw fail(line, cells);
      const tag = parseTag(cells.tag);
      if (tag === undefined) throw fail(line, `a tag that is none of IOB, BIOES or BILOU. ${TAG_HINT}`);
      tokens.push(cells.token);
      tags.push(tag);
      others = Math.max(others, cells.others);
      return undefined;
    },
  };
}

/** Whether most of the lines are of a table; its tags are given to `fits`. */
function looksLikeTable(
  { isFolder, text }: FormatSample,
  split: TableLayout["split"],
  fits: (tags: readonly Tag[]) => boolean,
): boolean {
  if (isFolder) return false;
  const rows = text.split(/\r?\n/, 2000);
  if (rows.length > 1) rows.pop(); // perhaps cut off
  const tags: Tag[] = [];
  for (const row of rows) {
    if (row.trim() === "" || DOCUMENT_START.test(row)) {
      tags.push({ position: "O" });
      continue;
    }
    const cells = split(row);
    const tag = typeof cells === "string" ? undefined : parseTag(cells.tag);
    if (tag === undefined) return false;
    tags.push(tag);
  }
  return rows.some((row) => row.trim() !== "") && fits(tags);
}

/** A format of this layout. */
export function createTableFormat(
  facts: Pick<CorpusFormat, "name" | "title">,
  layout: TableLayout,
  scheme: TagScheme,
  fits: (tags: readonly Tag[]) => boolean,
): CorpusFormat {
  return {
    ...facts,
    looksLike: (sample) => looksLikeTable(sample, layout.split, fits),
    read: (path, { onLoss }) => readTable(path, layout, scheme, onLoss),
    write: (documents, path, { onLoss }) => writePieces(path, renderTable(documents, layout, scheme, onLoss)),
  };
}

async function* readTable(
  path: string,
  { split }: TableLayout,
  scheme: TagScheme,
  onLoss: ReportLoss,
): AsyncGenerator<CorpusDocument> {
  const reader = createSentenceReader(split, (line, what) => corpusError(path, line, what));
  let count = 0;
  const toDocument = ({ tokens, runs, unopened, others, document }: TokenSentence): CorpusDocument => {
    const id = String(++count);
    if (unopened > 0 && scheme !== "iob1") onLoss("iob1-start", id, unopened);
    if (others > 0) onLoss("column", id, others);
    return {
      id,
      ...fromTokens(tokens, runs),
      relations: [],
      ...(document === undefined ? {} : { document }),
    };
  };
  for await (const line of readTextLines(path)) {
    const sentence = reader.push(line);
    if (sentence !== undefined) yield toDocument(sentence);
  }
  const last = reader.end();
  if (last !== undefined) yield toDocument(last);
}

async function* renderTable(
  documents: AsyncIterable<CorpusDocument>,
  { render, documentStart, forbidden }: TableLayout,
  scheme: TagScheme,
  onLoss: ReportLoss,
): AsyncGenerator<string> {
  let [written, starts] = [0, 0];
  let current: string | undefined;
  for await (const document of documents) {
    const { id } = document;
    reportUnheld(document, ["mention", "overlap", "discontinuous", "document", "token"], onLoss);
    const { tokens, runs } = toTokens(document, { overlaps: false }, onLoss);
    if (tokens.length === 0) {
      onLoss("no-text", id);
      continue;
    }
    if (id !== String(++written)) onLoss("document-id", id);
    let text = "";
    // After the first -DOCSTART- every sentence stands below one: that of no document gets one of its own.
    if (document.document !== current || (document.document === undefined && starts > 0)) {
      text += documentStart;
      starts++;
      current = document.document;
    }
    if (starts > 0 && document.document !== String(starts)) onLoss("document", id);
    let replaced = 0;
    const clean = (cell: string) => {
      const cleaned = cell.replace(forbidden, "_") || "_";
      if (cleaned !== cell) replaced++;
      return cleaned;
    };
    const tags = renderTags(
      tokens.length,
      runs.map((run) => ({ ...run, label: clean(run.label) })),
      scheme,
    );
    for (const [index, token] of tokens.entries()) text += `${render(clean(token), tags[index]!)}\n`;
    if (replaced > 0) onLoss("character", id, replaced);
    yield `${text}\n`;
  }
}
