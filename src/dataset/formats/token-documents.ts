/** @file Documents <-> tokens and runs of them: what every format made of tokens shares. */
import type { CorpusDocument, CorpusMention } from "../../task/corpus-document.ts";
import { splitWords } from "../../tokenize/words.ts";
import { countBefore } from "../../util/count-before.ts";
import type { Span } from "../../util/span.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { hullOf, keepOutermost } from "./keep-outermost.ts";
import type { TokenRun } from "./tag-schemes.ts";

/** A text is its tokens with single spaces between. Empty tokens must have been left out. @param runs in order */
export function fromTokens(
  tokens: readonly string[],
  runs: readonly TokenRun[],
): Pick<CorpusDocument, "text" | "mentions" | "tokens"> {
  const spans: Span[] = [];
  let start = 0;
  for (const token of tokens) {
    spans.push({ start, end: start + token.length });
    start += token.length + 1;
  }
  const mentions = runs.map(({ first, last, label }): CorpusMention => {
    return { label, spans: [{ start: spans[first]!.start, end: spans[last]!.end }] };
  });
  return { text: tokens.join(" "), mentions, tokens: spans };
}

/** A document on its tokens. */
export interface OnTokens {
  readonly tokens: string[];
  /** In order; `source` is the place of its mention in the document. */
  readonly runs: (TokenRun & { readonly source: number })[];
}

/**
 * Puts a document on its tokens, or on its words where it has none. A mention becomes one run, from the token of its first
 * character to that of its last.
 * @param options.overlaps false: of mentions that share a token the longest is kept
 */
export function toTokens(
  document: CorpusDocument,
  { overlaps }: { readonly overlaps: boolean },
  onLoss: ReportLoss,
): OnTokens {
  const { id, text } = document;
  const spans = (document.tokens ?? splitWords(text)).filter(({ start, end }) => start < end);
  reportGaps(document, spans, onLoss);
  const found: (TokenRun & { source: number })[] = [];
  let tokenless = 0;
  for (const [source, mention] of document.mentions.entries()) {
    const { start, end } = hullOf(mention);
    const first = countBefore(spans, (token) => token.end <= start);
    const last = countBefore(spans, (token) => token.start < end) - 1;
    if (first > last) tokenless++;
    else found.push({ first, last, label: mention.label, source });
  }
  const kept = overlaps
    ? found
    : keepOutermost(found, ({ first, last }) => ({ start: first, end: last + 1 }));
  let [widened, joined] = [0, 0];
  for (const { first, last, source } of kept) {
    const mention = document.mentions[source]!;
    const { start, end } = hullOf(mention);
    if (spans[first]!.start !== start || spans[last]!.end !== end) widened++;
    if (mention.spans.length > 1) joined++;
  }
  const report = (kind: Parameters<ReportLoss>[0], count: number) => {
    if (count > 0) onLoss(kind, id, count);
  };
  report("no-token", tokenless);
  report("overlap", found.length - kept.length);
  report("token-border", widened);
  report("discontinuous", joined);
  return {
    tokens: spans.map(({ start, end }) => text.slice(start, end)),
    runs: kept.sort((a, b) => a.first - b.first || a.last - b.last || a.source - b.source),
  };
}

/** What stands between tokens is lost where it is not one space. */
function reportGaps({ id, text }: CorpusDocument, tokens: readonly Span[], onLoss: ReportLoss): void {
  let [spaces, characters] = [0, 0];
  let from = 0;
  for (let index = 0; index <= tokens.length; index++) {
    const isBorder = index === 0 || index === tokens.length;
    const gap = text.slice(from, tokens[index]?.start ?? text.length);
    from = tokens[index]?.end ?? from;
    if (gap === (isBorder ? "" : " ")) continue;
    if (gap.trim() === "") spaces++;
    else characters++;
  }
  if (spaces > 0) onLoss("whitespace", id, spaces);
  if (characters > 0) onLoss("character", id, characters);
}
