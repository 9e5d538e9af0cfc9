/** @file The kinds of examples -> what every step of curation asks of them, so that the steps are written once. */
import type { Example, Mention } from "../task/example.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskKind } from "../task/spec.ts";
import { normaliseText } from "../util/normalise-text.ts";

/** What all examples have. */
export interface CorpusItem {
  readonly id: string;
  readonly text: string;
  readonly prompt: string;
}

/** How a step looks into an example of one kind. */
export interface CorpusKind<T extends CorpusItem> {
  readonly kind: TaskKind;
  /** In reading order. */
  mentions(item: T): readonly Mention[];
  /** The class of a relation; undefined where the kind has none. Examples of different classes are no near duplicates. */
  classOf(item: T): string | undefined;
  /** The example with other marks; undefined where its marks are fixed (a relation has two). */
  remark(item: T, mentions: readonly Mention[]): T | undefined;
  /** Two examples are the same one where this is equal. */
  key(item: T): string;
  /** Two examples that are the same one contradict each other where this differs. */
  verdict(item: T): string;
  /** The text that similarity is measured on. */
  comparedText(item: T): string;
}

/** Marks in a form that does not depend on case and white space. */
function placeMarks(text: string, mentions: readonly Mention[]): string {
  const places = mentions.map(({ start, end, label }) => [
    normaliseText(text.slice(0, start)).replaceAll(" ", "").length,
    normaliseText(text.slice(start, end)),
    label,
  ]);
  return JSON.stringify(places);
}

export const NER_ITEMS: CorpusKind<Example> = {
  kind: "ner",
  mentions: ({ mentions }) => mentions,
  classOf: () => undefined,
  remark: (item, mentions) => ({ ...item, mentions }),
  key: ({ text }) => normaliseText(text),
  verdict: ({ text, mentions }) => placeMarks(text, mentions),
  comparedText: ({ text }) => text,
};

/** A sentence with another pair marked is another example, and differs in the words that stand for the marks. */
export const RELATION_ITEMS: CorpusKind<RelationExample> = {
  kind: "relation",
  mentions: ({ head, tail }) => (head.start <= tail.start ? [head, tail] : [tail, head]),
  classOf: ({ relation }) => relation,
  remark: () => undefined,
  key: ({ text, head, tail }) => `${normaliseText(text)}\n${placeMarks(text, [head, tail])}`,
  verdict: ({ relation }) => relation,
  comparedText({ text, head, tail }) {
    const first = head.start <= tail.start ? { ...head, word: " xhead " } : { ...tail, word: " xtail " };
    const second = head.start <= tail.start ? { ...tail, word: " xtail " } : { ...head, word: " xhead " };
    return (
      text.slice(0, first.start) +
      first.word +
      text.slice(first.start, second.start) +
      second.word +
      text.slice(second.start)
    );
  },
};
