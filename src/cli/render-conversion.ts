/** @file What came of a conversion -> lines for people; ids of documents, never text. */
import type { Conversion } from "../dataset/convert-corpus.ts";
import { renderCount, renderPlural, renderTable } from "./render-table.ts";

/** The counts, then each kind of loss with its meaning and the first documents that have it. */
export function renderConversion(
  { from, to, documents, mentions, relations, losses }: Conversion,
  output: string,
): string {
  const counts = [
    renderPlural(documents, "document"),
    renderPlural(mentions, "mention"),
    renderPlural(relations, "relation"),
  ];
  const lines = [`${output}: ${counts.join(", ")}, from ${from} to ${to}.`];
  if (losses.length === 0) return `${lines.join("\n")}\nEverything was carried over.\n`;
  const rows = renderTable(losses.map(({ kind, count }) => [`  ${kind}`, renderCount(count)]));
  const told = losses.map(({ meaning, documents: named }, index) => {
    return `${rows[index]}  ${meaning} (first in ${named.join(", ")})`;
  });
  return `${[...lines, "Not carried over, or read with a doubt:", ...told].join("\n")}\n`;
}
