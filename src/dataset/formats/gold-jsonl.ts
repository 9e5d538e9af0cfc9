/** @file Gold examples -> JSON lines `{id, text, spans: [{start, end, label}], doc}`, which `jsonlFormat` reads. */
import type { GoldExample } from "../../task/example.ts";
import { renderJsonLines } from "../../util/files.ts";

/** Discontinuous mentions are not written: examples of ours have none. */
export function renderGoldJsonl(examples: readonly GoldExample[]): string {
  const rows = examples.map(({ id, text, mentions, document }) => ({
    id,
    text,
    spans: mentions.map(({ start, end, label }) => ({ start, end, label })),
    ...(document === undefined ? {} : { doc: document }),
  }));
  return renderJsonLines(rows);
}
