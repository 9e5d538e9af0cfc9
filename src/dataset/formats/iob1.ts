/** @file IOB1 tables, `token<TAB>tag` a line and a blank line between sentences <-> documents. */
import type { CorpusFormat } from "./corpus-format.ts";
import { createTableFormat } from "./token-table.ts";
import { isIob1, TSV_LAYOUT } from "./tsv-layout.ts";

/** `token<TAB>tag` in IOB1: B- only between two mentions of one label that touch. */
export const iob1Format: CorpusFormat = createTableFormat(
  { name: "iob1", title: "IOB1 TSV" },
  TSV_LAYOUT,
  "iob1",
  isIob1,
);
