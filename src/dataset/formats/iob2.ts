/** @file IOB2 tables, `token<TAB>B-Disease` a line and a blank line between sentences <-> documents. */
import type { CorpusFormat } from "./corpus-format.ts";
import { createTableFormat } from "./token-table.ts";
import { isIob1, isPlain, TSV_LAYOUT } from "./tsv-layout.ts";

/** `token<TAB>tag` in IOB2; all other schemes are read too, mentions that begin with I- are counted. */
export const iob2Format: CorpusFormat = createTableFormat(
  { name: "iob2", title: "IOB2 TSV" },
  TSV_LAYOUT,
  "iob2",
  (tags) => isPlain(tags) && !isIob1(tags),
);
