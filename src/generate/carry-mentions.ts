/** @file Mentions in an answer's copy of a text -> the same mentions in the text itself, or none. */
import type { Mention } from "../task/example.ts";
import type { Span } from "../util/span.ts";
import { alignWords } from "./align-words.ts";

/** A text with marks as a model gave it back. */
export interface MarkedCopy {
  readonly text: string;
  /** In reading order, not overlapping. */
  readonly mentions: readonly Mention[];
}

/** What could be carried over. */
export interface CarriedMentions {
  /** Offsets into the source. */
  readonly mentions: Mention[];
  /** Mentions whose words are not, one after another, those of one place in the source. */
  readonly unaligned: number;
  /** `exact`: the copy is the source; `alike`: word for word; `changed`: words differ; `unlike`: it is another text. */
  readonly copy: "exact" | "alike" | "changed" | "unlike";
}

/** Share of equal words under which a copy is no copy. */
const LEAST_LIKENESS = 0.5;

/**
 * Places each mention where its words stand in the source, and never by guess: every word must have one certain
 * partner, the partners must follow each other without a gap, and a word that a tag cuts must be spelt the same.
 * @example carryMentions({ text: "two cases of Gout", mentions: [{ start: 13, end: 17, label: "Disease" }] }, "Two cases of gout.")
 */
export function carryMentions(copy: MarkedCopy, source: string): CarriedMentions {
  if (copy.text === source) return { mentions: [...copy.mentions], unaligned: 0, copy: "exact" };
  const { from, to, partner, likeness } = alignWords(copy.text, source);
  if (likeness < LEAST_LIKENESS) return { mentions: [], unaligned: copy.mentions.length, copy: "unlike" };
  const mentions: Mention[] = [];
  for (const { start, end, label } of copy.mentions) {
    const first = from.findIndex((word) => word.end > start);
    const last = from.findLastIndex((word) => word.start < end);
    const begin = partner[first] ?? -1;
    let follows = begin >= 0 && first <= last;
    for (let word = first; word <= last; word++) follows &&= partner[word] === begin + word - first;
    if (!follows) continue;
    const [head, tail] = [to[begin]!, to[begin + last - first]!];
    const cutBefore = Math.max(0, start - from[first]!.start);
    const cutAfter = Math.max(0, from[last]!.end - end);
    if (cutBefore > 0 && textOf(copy.text, from[first]!) !== textOf(source, head)) continue;
    if (cutAfter > 0 && textOf(copy.text, from[last]!) !== textOf(source, tail)) continue;
    mentions.push({ start: head.start + cutBefore, end: tail.end - cutAfter, label });
  }
  const unaligned = copy.mentions.length - mentions.length;
  return { mentions, unaligned, copy: likeness === 1 ? "alike" : "changed" };
}

const textOf = (text: string, { start, end }: Span): string => text.slice(start, end);
