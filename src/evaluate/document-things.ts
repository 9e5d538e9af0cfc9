/** @file A gold document and mentions of it -> what each mention stands for: concepts, or its own name. */
import type { CorpusArgument, CorpusDocument } from "../task/corpus-document.ts";
import type { Mention, Span } from "../task/example.ts";
import { normaliseText } from "../util/normalise-text.ts";

/** A mention that relations are sought for. */
export interface ScoredThing extends Mention {
  /** Of gold. Absent: it is known by its text alone. */
  readonly concepts?: readonly string[];
}

/** What mentions and arguments of one document stand for. Things are strings, equal where they are the same. */
export interface DocumentThings {
  /**
   * A mention's concepts; without any, those that gold gives in this document to a mention of the same label and name;
   * else its own name.
   */
  ofMention(mention: ScoredThing): readonly string[];
  ofArgument(argument: CorpusArgument): readonly string[];
  /** Whether a mention of gold stands for it. */
  isKnown(thing: string): boolean;
}

const CONCEPT = "concept ";
const NAME = "name ";

export function readThings({ text, mentions }: CorpusDocument): DocumentThings {
  const byName = new Map<string, Set<string>>();
  const nameOf = (spans: readonly Span[]) =>
    normaliseText(spans.map(({ start, end }) => text.slice(start, end)).join(" "));
  const keyOf = (label: string, name: string) => `${label}\n${name}`;
  for (const { label, spans, concepts = [] } of mentions) {
    const names = byName.get(keyOf(label, nameOf(spans))) ?? new Set();
    for (const concept of concepts) names.add(concept);
    byName.set(keyOf(label, nameOf(spans)), names);
  }
  const of = (label: string, spans: readonly Span[], concepts?: readonly string[]): string[] => {
    const known = concepts ?? [...(byName.get(keyOf(label, nameOf(spans))) ?? [])];
    return known.length > 0 ? known.map((id) => CONCEPT + id) : [NAME + nameOf(spans)];
  };
  const known = new Set(mentions.flatMap(({ label, spans, concepts }) => of(label, spans, concepts)));
  return {
    ofMention: ({ start, end, label, concepts }) => of(label, [{ start, end }], concepts),
    ofArgument: (argument) => {
      if ("concept" in argument) return [CONCEPT + argument.concept];
      const { label, spans, concepts } = mentions[argument.mention]!;
      return of(label, spans, concepts);
    },
    isKnown: (thing) => known.has(thing),
  };
}
