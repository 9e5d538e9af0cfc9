/** @file What token formats hold -> random documents of that kind: tokens with single spaces between. */
import fc from "fast-check";
import { compareMentions } from "../src/dataset/formats/order-mentions.ts";
import type { CorpusDocument, CorpusMention } from "../src/task/corpus-document.ts";
import { TEXT_PIECES } from "./arbitrary-documents.ts";

const WORDS = [
  ...TEXT_PIECES.filter((piece) => !/\s/.test(piece)),
  "-DOCSTART-x",
  "O",
  "B-Disease",
  "#",
  "[",
  "{}",
];

/** What may occur. */
export interface TokenDocumentKind {
  readonly overlaps?: boolean;
  /** Types of relations between mentions. */
  readonly relations?: readonly string[];
  /** 0: documents without any token, too. Default 1. */
  readonly minTokens?: number;
}

/** Documents with `tokens`; ids are numbers from 1, as formats without ids give them. */
export function arbitraryTokenDocuments(kind: TokenDocumentKind = {}): fc.Arbitrary<CorpusDocument[]> {
  const { overlaps = false, relations = [], minTokens = 1 } = kind;
  const draw = fc.record({
    words: fc.array(fc.constantFrom(...WORDS), { minLength: minTokens, maxLength: 12 }),
    marks: fc.array(
      fc.record({
        from: fc.nat(),
        length: fc.integer({ min: 1, max: 4 }),
        label: fc.constantFrom("Disease", "Adverse-Event", "Ж"),
      }),
      { maxLength: 6 },
    ),
    links: fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom("", ...relations)), { maxLength: 3 }),
  });
  type Drawn = typeof draw extends fc.Arbitrary<infer Value> ? Value : never;
  const build = ({ words, marks, links }: Drawn, index: number): CorpusDocument => {
    const tokens = words.map((word, at) => {
      const start = words.slice(0, at).reduce((sum, { length }) => sum + length + 1, 0);
      return { start, end: start + word.length };
    });
    const taken = new Set<number>();
    const mentions: CorpusMention[] = [];
    for (const { from, length, label } of words.length === 0 ? [] : marks) {
      const first = from % words.length;
      const last = Math.min(first + length, words.length) - 1;
      const places = Array.from({ length: last - first + 1 }, (_, at) => first + at);
      if (!overlaps && places.some((place) => taken.has(place))) continue;
      for (const place of places) taken.add(place);
      mentions.push({ label, spans: [{ start: tokens[first]!.start, end: tokens[last]!.end }] });
    }
    mentions.sort(compareMentions);
    const found = links.flatMap(([a, b, type]) => {
      if (mentions.length < 2 || type === "") return [];
      return [{ type, head: { mention: a % mentions.length }, tail: { mention: b % mentions.length } }];
    });
    return { id: String(index + 1), text: words.join(" "), mentions, relations: found, tokens };
  };
  return fc.array(draw, { minLength: 1, maxLength: 5 }).map((drawn) => drawn.map(build));
}
