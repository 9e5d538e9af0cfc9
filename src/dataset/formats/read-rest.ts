/** @file A row of our own formats -> what it says of a document beside its text, mentions and relations; the rest is counted. */
import type { CorpusDocument, Passage } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { parseFacts, parsePassages, parseTokens, takeScalars } from "./document-json.ts";

type Rest = Pick<CorpusDocument, "document" | "passages" | "tokens" | "meta">;

/**
 * Reads `doc`, `passages` (or `title_len`: title, one character, abstract), `tokens` and `meta`. Other scalars are facts
 * about the text too; what has another form is reported.
 * @param known keys that are read elsewhere
 */
export function readRest(
  row: Readonly<Record<string, unknown>>,
  { id, text }: Pick<CorpusDocument, "id" | "text">,
  known: readonly string[],
  onLoss: ReportLoss,
): Rest {
  const { doc, passages, title_len: titleLength, tokens, meta, ...others } = row;
  const orLoss = <T>(value: unknown, kind: "passage" | "token" | "meta", parse: () => T | undefined) => {
    const read = value == null ? undefined : parse();
    if (value != null && read === undefined) onLoss(kind, id);
    return read;
  };
  const parts: Passage[] | undefined =
    orLoss(passages, "passage", () => parsePassages(passages, text)) ??
    orLoss(titleLength, "passage", () => splitTitle(titleLength, text));
  const words: Span[] | undefined = orLoss(tokens, "token", () => parseTokens(tokens, text));
  const facts = orLoss(meta, "meta", () => parseFacts(meta));
  const { scalars, others: unread } = takeScalars(others, new Set(known));
  if (unread > 0) onLoss("meta", id, unread);
  return {
    ...(doc == null ? {} : { document: String(doc) }),
    ...(parts === undefined ? {} : { passages: parts }),
    ...(words === undefined ? {} : { tokens: words }),
    ...(facts === undefined && scalars.length === 0
      ? {}
      : { meta: Object.fromEntries([...Object.entries(facts ?? {}), ...scalars]) }),
  };
}

function splitTitle(length: unknown, text: string): Passage[] | undefined {
  const abstract = { type: "abstract", start: Number(length) + 1, end: text.length };
  const title = { type: "title", start: 0, end: Number(length) };
  return parsePassages(abstract.start < abstract.end ? [title, abstract] : [title], text);
}
