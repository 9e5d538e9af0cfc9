/** @file IOB2 tables, `token<TAB>B-Disease` a line and a blank line between sentences <-> gold examples. */
import type { GoldExample, Mention } from "../../task/example.ts";
import { TextphantomError } from "../../util/errors.ts";
import { goldError } from "../gold-error.ts";

/** What was read. */
export interface ParsedIob2 {
  readonly examples: GoldExample[];
  /** Mentions that begin with I-, as IOB1 writes them. */
  readonly iob1Starts: number;
}

/**
 * Reads IOB2. A text is its tokens with single spaces between; tokens stay as they are. `-DOCSTART-` begins a document;
 * without it a sentence is its own. A mention that begins with I- (IOB1) is taken and counted.
 * @throws InputError `gold-invalid` with the line: another number of columns, another tag.
 */
export function parseIob2(text: string, source: string): ParsedIob2 {
  const examples: GoldExample[] = [];
  let tokens: string[] = [];
  let mentions: { start: number; end: number; label: string }[] = [];
  let length = 0;
  let open: string | undefined;
  let documents = 0;
  let iob1Starts = 0;

  const endSentence = () => {
    if (tokens.length > 0) {
      const document = documents > 0 ? { document: String(documents) } : {};
      examples.push({ id: String(examples.length + 1), text: tokens.join(" "), mentions, ...document });
    }
    [tokens, mentions, length, open] = [[], [], 0, undefined];
  };

  for (const [index, row] of text.split(/\r?\n/).entries()) {
    if (row.trim() === "" || row.startsWith("-DOCSTART-")) {
      endSentence();
      if (row.startsWith("-DOCSTART-")) documents++;
      continue;
    }
    const columns = row.split("\t");
    const [token, tag] = columns as [string, string];
    if (columns.length !== 2 || token === "") {
      const what = `${columns.length} columns, or an empty token; a line is a token, a tab and a tag.`;
      throw goldError(source, index + 1, what);
    }
    const match = /^(?:O|([BI])-(\S+))$/.exec(tag.trim());
    if (match === null) {
      const bioes = /^[ESLU]-\S+$/.test(tag.trim());
      const what = bioes
        ? "a BIOES or BILOU tag, which is read in a later version"
        : "a tag that is not IOB2";
      throw goldError(source, index + 1, `${what}. Tags: O, B-<label>, I-<label>.`);
    }
    const start = tokens.length === 0 ? 0 : length + 1;
    length = start + token.length;
    tokens.push(token);
    const [, position, label] = match;
    if (label === undefined) open = undefined;
    else if (position === "I" && open === label) mentions.at(-1)!.end = length;
    else {
      if (position === "I") iob1Starts++;
      mentions.push({ start, end: length, label });
      open = label;
    }
  }
  endSentence();
  return { examples, iob1Starts };
}

/** Tokens of a text and their tags, if every mention begins and ends at a token. */
function renderSentence({ text, mentions }: GoldExample): string {
  let start = 0;
  let fitting = 0;
  const rows = text.split(" ").map((token) => {
    const end = start + token.length;
    const mention: Mention | undefined = mentions.find((other) => other.start <= start && end <= other.end);
    if (mention?.start === start) fitting++;
    if (mention?.end === end) fitting++;
    const tag = mention === undefined ? "O" : `${mention.start === start ? "B" : "I"}-${mention.label}`;
    start = end + 1;
    return `${token}\t${tag}\n`;
  });
  if (fitting !== 2 * mentions.length) {
    throw new TextphantomError(
      "mention-untaggable",
      "A mention overlaps another or cuts a token: IOB2 cannot say it.",
    );
  }
  return rows.join("");
}

/**
 * The inverse of {@link parseIob2} for texts whose tokens are joined by single spaces.
 * @throws TextphantomError `mention-untaggable` for mentions that overlap or cut a token.
 */
export function renderIob2(examples: readonly GoldExample[]): string {
  let document: string | undefined;
  const parts = examples.map((example) => {
    const header = example.document === document ? "" : "-DOCSTART-\tO\n\n";
    document = example.document;
    return `${header}${renderSentence(example)}\n`;
  });
  return parts.join("");
}
