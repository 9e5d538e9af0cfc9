/** @file CoNLL-2003 tables, `token POS chunk tag` a line and a blank line between sentences <-> documents. */
import type { CorpusFormat } from "./corpus-format.ts";
import { createTableFormat, type TableLayout } from "./token-table.ts";

const SPACE = /[ \t]+/;

/** The first column is the token, the last the tag; those between are not read: counted where they say something. */
const LAYOUT: TableLayout = {
  split(row) {
    const cells = row.replace(/^[ \t]+|[ \t]+$/g, "").split(SPACE);
    if (cells.length < 2)
      return "one column; a line is a token, what is known of it, and a tag, with spaces between.";
    const others = cells.slice(1, -1).filter((cell) => !/^(?:-X-|_|-|O)$/.test(cell)).length;
    return { token: cells[0]!, tag: cells.at(-1)!, others };
  },
  render: (token, tag) => `${token} -X- _ ${tag}`,
  documentStart: "-DOCSTART- -X- O O\n\n",
  forbidden: /\s|\p{Cs}|^-(?=DOCSTART-$)/gu,
};

/** Four columns with spaces between; two or more are read, tabs too. */
export const conll2003Format: CorpusFormat = createTableFormat(
  { name: "conll2003", title: "CoNLL-2003" },
  LAYOUT,
  "iob2",
  () => true,
);
