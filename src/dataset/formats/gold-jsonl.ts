/** @file JSON lines `{id, text, spans: [{start, end, label}], doc}` <-> gold examples. */
import { z } from "zod";
import type { GoldExample, Mention } from "../../task/example.ts";
import { renderJsonLines } from "../../util/files.ts";
import { goldError, parseGoldRows } from "../gold-error.ts";
import { checkSpan } from "./check-span.ts";
import { identifier } from "./document-json.ts";

const mention = z.looseObject({
  start: z.int(),
  end: z.int(),
  label: z.string().min(1),
  text: z.string().optional(),
});
const row = z
  .looseObject({
    id: identifier.optional(),
    text: z.string(),
    spans: z.array(mention).optional(),
    mentions: z.array(mention).optional(),
    doc: identifier.nullish(),
  })
  .refine((value) => value.spans !== undefined || value.mentions !== undefined, {
    path: ["spans"],
    error: "neither spans nor mentions",
  });

/**
 * Reads gold JSON lines. `mentions` is an alias of `spans`; other fields are not looked at. Offsets are UTF-16 units
 * (for text without astral characters code points are the same); a `text` in a span is compared, which finds files that
 * count otherwise. Mentions come out in reading order; those that overlap stay.
 * @throws InputError `gold-invalid` with the line: no text, no spans, a span outside the text or of no length.
 */
export function parseGoldJsonl(text: string, source: string): GoldExample[] {
  const hint = 'A line is {"id": "1", "text": "...", "spans": [{"start": 0, "end": 4, "label": "Disease"}]}.';
  return parseGoldRows(text, source, row, { what: "a gold example", hint }).map(({ line, data }) => {
    const { id = String(line), text: sentence, doc } = data;
    const mentions: Mention[] = [];
    for (const [index, span] of (data.spans ?? data.mentions ?? []).entries()) {
      checkSpan(span, sentence, `span ${index}`, (what, hint) => goldError(source, line, what, hint));
      const { start, end, label } = span;
      mentions.push({ start, end, label });
    }
    mentions.sort((a, b) => a.start - b.start || a.end - b.end);
    return { id, text: sentence, mentions, ...(doc == null ? {} : { document: doc }) };
  });
}

/** The inverse of {@link parseGoldJsonl}. */
export function renderGoldJsonl(examples: readonly GoldExample[]): string {
  const rows = examples.map(({ id, text, mentions, document }) => ({
    id,
    text,
    spans: mentions.map(({ start, end, label }) => ({ start, end, label })),
    ...(document === undefined ? {} : { doc: document }),
  }));
  return renderJsonLines(rows);
}
