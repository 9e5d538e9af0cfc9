/** @file A row of an annotation tool -> its text, with what is told of the whole text, as a document. */
import { z } from "zod";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import { fromCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { corpusError } from "./corpus-error.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { inReadingOrder, readMeta } from "./draft-document.ts";
import type { Holding } from "./report-unheld.ts";

/** Ids may be numbers. */
export const anyId = z.union([z.string(), z.number()], "a string or a number").transform(String);

/** What every row may have beside its marks. */
export const textRow = z.looseObject({
  text: z.string().nullish(),
  id: anyId.nullish(),
  doc: anyId.nullish(),
});
type TextRow = z.infer<typeof textRow>;

/** What every tool holds. */
export const HELD_BY_TOOLS = [
  "mention",
  "overlap",
  "relation",
  "relation-mentions",
  "document",
  "meta",
] as const satisfies readonly Holding[];

/** A text and its name. */
export interface ToolText {
  readonly id: string;
  readonly text: string;
  /** A span of the row, in code points, as one of the text. @throws InputError `corpus-invalid` with the line and `name` */
  readonly toSpan: (offsets: Span, name: string) => Span;
}

/** Undefined where the row has no text, which is counted. A row without an id is named by its line. */
export function readToolText(
  { text, id: given }: TextRow,
  { path, place }: { readonly path: string; readonly place: number },
  onLoss: ReportLoss,
): ToolText | undefined {
  const id = given ?? String(place);
  if (text == null) {
    onLoss("no-text", id);
    return undefined;
  }
  const map = createCodePointMap(text);
  const fail = (what: string, hint: string) => corpusError(path, place, what, hint);
  return { id, text, toSpan: (offsets, name) => fromCodePoints(offsets, text, map, name, fail) };
}

/** @param known keys of the row that are no facts about the text */
export function toToolDocument(
  row: TextRow,
  { id, text }: ToolText,
  { mentions, relations }: { mentions: readonly CorpusMention[]; relations: readonly CorpusRelation[] },
  known: ReadonlySet<string>,
  onLoss: ReportLoss,
): CorpusDocument {
  return {
    id,
    text,
    ...inReadingOrder(mentions, relations),
    ...(row.doc == null ? {} : { document: row.doc }),
    ...readMeta(row, known, (count) => onLoss("meta", id, count)),
  };
}
