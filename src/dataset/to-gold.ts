/** @file Documents of any corpus format -> gold examples for scoring, and counts of what a flat model cannot express. */
import type { CorpusDocument } from "../task/corpus-document.ts";
import type { DiscontinuousMention, GoldExample, Mention, Span } from "../task/example.ts";

export interface ToGoldOptions {
  /** The file's label -> the label to give it; other labels are left out and counted. Absent: all, as they are. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** What became of a corpus's mentions. */
export interface GoldCounts {
  /** All that were taken, the discontinuous ones too. */
  readonly mentions: number;
  /** Of several spans: kept apart, and missed by every model here. */
  readonly discontinuous: number;
  /** Of several spans with nothing but white space between (as BRAT cuts at a line's end): made one. */
  readonly joined: number;
  /** That overlap one before them: kept, and at most one of them can be found. */
  readonly overlapping: number;
  /** Left out, by the file's label. */
  readonly outside: Readonly<Record<string, number>>;
}

/**
 * One document. Nothing is flattened: a discontinuous mention never becomes the span from its first word to its last, which nobody
 * annotated.
 * @example const { example, counts } = toGoldExample(document, { labels: { DISO: "Disease" } });
 */
export function toGoldExample(
  { id, text, mentions: annotated, document }: CorpusDocument,
  { labels }: ToGoldOptions = {},
): { example: GoldExample; counts: GoldCounts } {
  const mentions: Mention[] = [];
  const discontinuous: DiscontinuousMention[] = [];
  const outside: Record<string, number> = Object.create(null);
  let joined = 0;
  for (const { label: own, spans } of annotated) {
    if (labels !== undefined && !Object.hasOwn(labels, own)) {
      outside[own] = (outside[own] ?? 0) + 1;
      continue;
    }
    const label = labels?.[own] ?? own;
    const parts = joinSpans(text, spans);
    const [first] = parts;
    if (first === undefined) continue;
    if (parts.length > 1) discontinuous.push({ label, spans: parts });
    else {
      if (spans.length > 1) joined++;
      mentions.push({ start: first.start, end: first.end, label });
    }
  }
  mentions.sort((a, b) => a.start - b.start || a.end - b.end);
  const example = {
    id,
    text,
    mentions,
    ...(document === undefined ? {} : { document }),
    ...(discontinuous.length === 0 ? {} : { discontinuous }),
  };
  const counts = {
    mentions: mentions.length + discontinuous.length,
    discontinuous: discontinuous.length,
    joined,
    overlapping: countOverlapping(mentions),
    outside: { ...outside },
  };
  return { example, counts };
}

/** A whole corpus. */
export async function collectGold(
  documents: AsyncIterable<CorpusDocument> | Iterable<CorpusDocument>,
  options: ToGoldOptions = {},
): Promise<{ examples: GoldExample[]; counts: GoldCounts }> {
  const examples: GoldExample[] = [];
  const total = { mentions: 0, discontinuous: 0, joined: 0, overlapping: 0 };
  const outside = new Map<string, number>();
  for await (const document of documents) {
    const { example, counts } = toGoldExample(document, options);
    examples.push(example);
    total.mentions += counts.mentions;
    total.discontinuous += counts.discontinuous;
    total.joined += counts.joined;
    total.overlapping += counts.overlapping;
    for (const [label, count] of Object.entries(counts.outside)) {
      outside.set(label, (outside.get(label) ?? 0) + count);
    }
  }
  return { examples, counts: { ...total, outside: Object.fromEntries(outside) } };
}

function joinSpans(text: string, spans: readonly Span[]): Span[] {
  const joined: { start: number; end: number }[] = [];
  for (const { start, end } of spans) {
    const last = joined.at(-1);
    if (last !== undefined && text.slice(last.end, start).trim() === "") last.end = end;
    else joined.push({ start, end });
  }
  return joined;
}

function countOverlapping(mentions: readonly Mention[]): number {
  let count = 0;
  let end = 0;
  for (const mention of mentions) {
    if (mention.start < end) count++;
    end = Math.max(end, mention.end);
  }
  return count;
}
