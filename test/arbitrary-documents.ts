/** @file What a format can hold -> random documents of that kind, for its round trip: emoji, astral letters, combining marks, CRLF, gaps, overlaps. */
import fc from "fast-check";
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../src/task/corpus-document.ts";
import type { Span } from "../src/util/span.ts";

/** What may occur; what is not named does not. */
export interface DocumentKind {
  readonly labels?: readonly string[];
  /** Pieces that texts are joined from. Default: {@link TEXT_PIECES}. */
  readonly pieces?: readonly string[];
  readonly overlaps?: boolean;
  readonly discontinuous?: boolean;
  /** Types of relations between mentions. */
  readonly relations?: readonly string[];
  readonly concepts?: boolean;
  readonly scores?: boolean;
}

/** Words and white space that break offsets: astral, combining, joined, wide, right-to-left. */
export const TEXT_PIECES: readonly string[] = [
  "gout", "HD", "β", "𝛼-synuclein", "😷", "👩🏽‍⚕️", "e\u0301", "ﬁbrosis", "数字", "דם", "<b>", "&amp;", '"', "\\", "|", ";", "-", ".", ",",
  " ", " ", " ", "\n", "\r\n", "\t", "\u00a0", "\u2028", "  ",
]; // biome-ignore format: a table

/** Reading order: the first span's start, then its end, then the others. */
const compareMentions = (a: CorpusMention, b: CorpusMention): number => {
  for (let index = 0; index < Math.min(a.spans.length, b.spans.length); index++) {
    const [one, other] = [a.spans[index]!, b.spans[index]!];
    if (one.start !== other.start || one.end !== other.end)
      return one.start - other.start || one.end - other.end;
  }
  return a.spans.length - b.spans.length || (a.label < b.label ? -1 : a.label > b.label ? 1 : 0);
};

/** Documents without ids of mentions; no two mentions are alike. */
function arbitraryDocument(kind: DocumentKind = {}): fc.Arbitrary<CorpusDocument> {
  const { labels = ["Disease", "Chemical"], pieces = TEXT_PIECES, relations = [] } = kind;
  const draw = fc.record({
    id: fc.stringMatching(/^[a-z0-9]{1,8}$/),
    parts: fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 24 }),
    marks: fc.array(
      fc.record({
        from: fc.nat(),
        length: fc.integer({ min: 1, max: 4 }),
        gap: fc.integer({ min: 1, max: 3 }),
        isSplit: fc.boolean(),
        label: fc.constantFrom(...labels),
        concept: fc.constantFrom("D003866", "MESH:D009369", "C535"),
        score: fc.integer({ min: 0, max: 1000 }).map((value) => value / 1000),
      }),
      { maxLength: 6 },
    ),
    links: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("", ...relations)), { maxLength: 4 }),
  });
  return draw.map(({ id, parts, marks, links }): CorpusDocument => {
    const borders = [0];
    for (const part of parts) borders.push(borders.at(-1)! + part.length);
    const text = parts.join("");
    const isVisible = ({ start, end }: Span) =>
      text.slice(start, end).trim() === text.slice(start, end) && start < end;
    const mentions: CorpusMention[] = [];
    for (const { from, length, gap, isSplit, label, concept, score } of marks) {
      const at = (place: number) => borders[Math.min(place, parts.length)]!;
      const first = from % parts.length;
      const spans: Span[] = [{ start: at(first), end: at(first + length) }];
      if (kind.discontinuous && isSplit && first + length + gap < parts.length)
        spans.push({ start: at(first + length + gap), end: at(first + length + gap + 1) });
      if (!spans.every(isVisible)) continue;
      const [start, end] = [spans[0]!.start, spans.at(-1)!.end];
      const touches = (other: CorpusMention) =>
        other.spans[0]!.start < end && start < other.spans.at(-1)!.end;
      if (!kind.overlaps && mentions.some(touches)) continue;
      const mention: CorpusMention = {
        label,
        spans,
        ...(kind.concepts ? { concepts: [concept] } : {}),
        ...(kind.scores ? { score } : {}),
      };
      if (!mentions.some((other) => compareMentions(other, mention) === 0)) mentions.push(mention);
    }
    mentions.sort(compareMentions);
    const seen = new Set<string>();
    const found = links.flatMap(([a, b, type]): CorpusRelation[] => {
      if (mentions.length < 2 || type === "") return [];
      const [head, tail] = [a % mentions.length, b % mentions.length];
      const key = `${head} ${tail} ${type}`;
      if (head === tail || seen.has(key)) return [];
      seen.add(key);
      return [{ type, head: { mention: head }, tail: { mention: tail } }];
    });
    return { id, text, mentions, relations: found };
  });
}

/** Several, with ids of their own. */
export const arbitraryDocuments = (kind: DocumentKind = {}): fc.Arbitrary<CorpusDocument[]> =>
  fc.uniqueArray(arbitraryDocument(kind), { selector: ({ id }) => id, minLength: 1, maxLength: 4 });
