/** @file BIOES tables, `token<TAB>tag` a line and a blank line between sentences <-> documents. */
import type { CorpusFormat } from "./corpus-format.ts";
import { createTableFormat } from "./token-table.ts";
import { isPlain, TSV_LAYOUT } from "./tsv-layout.ts";

/** `token<TAB>tag` in BIOES; BILOU is read too. */
export const bioesFormat: CorpusFormat = createTableFormat(
  { name: "bioes", title: "BIOES TSV" },
  TSV_LAYOUT,
  "bioes",
  (tags) => !isPlain(tags),
);
