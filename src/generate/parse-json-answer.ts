/** @file A completion in JSON, mentions named by their text -> examples or labelled pairs, and a rejection for all else. */
import { z } from "zod";
import type { Example, Mention } from "../task/example.ts";
import { parseMarkup } from "../task/markup.ts";
import type { RelationExample } from "../task/relation-example.ts";
import { addCounts } from "../util/counts.ts";
import {
  type AlignmentCounts,
  alignStrings,
  createStringFinder,
  isNameable,
  type NamedString,
} from "./align-strings.ts";
import type { Completion } from "./completer.ts";
import { isLayout } from "./completion-lines.ts";
import { walkJson } from "./json-items.ts";
import type { RelationRoles } from "./parse-relations.ts";
import { findTextFault, type RejectedReading, type WalkedAnswer } from "./walk-lines.ts";

/** How the strings of an answer were found in its texts, and what else was mended. */
interface JsonRepairs extends AlignmentCounts {
  /** Items that were not JSON as they were written. */
  mended: number;
  /** `&lt;` and the like in a text that became characters, as in inline markup. */
  unescaped: number;
  /** Labels and classes written in another case than the task's. */
  recasedNames: number;
  /** Relations: places of a head or a tail beside the one that was taken. */
  ambiguous: number;
}

/** What a completion held. `lines` (items, and lines of text around them) = examples + rejections that have a line. */
export interface ParsedJson<E> extends WalkedAnswer<E> {
  readonly repairs: JsonRepairs;
}

/** UTF-16 units of an item's text: some ten long sentences. */
const MAX_TEXT = 5000;

const mentionSchema = z.union([z.string(), z.looseObject({ text: z.string(), label: z.string() })]);
const exampleSchema = z.looseObject({
  text: z.string().max(MAX_TEXT),
  mentions: z.array(mentionSchema).nullable(),
});
const pairSchema = z.looseObject({
  relation: z.string(),
  text: z.string().max(MAX_TEXT),
  head: z.string(),
  tail: z.string(),
});

const noRepairs = (): JsonRepairs => ({
  exact: 0,
  recased: 0,
  normalised: 0,
  repeated: 0,
  surplus: 0,
  mended: 0,
  unescaped: 0,
  recasedNames: 0,
  ambiguous: 0,
});

interface ReadText {
  readonly text: string;
  readonly unescaped: number;
}

/** The text of an item as `parseCompletion` would have it: no tags, nothing that speaks to the reader. */
function readText(written: string, labels: readonly string[], marked: boolean): ReadText | RejectedReading {
  const markup = parseMarkup(written.trim(), labels);
  if ("rejected" in markup) return markup;
  if (markup.mentions.length > 0) return { rejected: "wrong-shape" }; // tags and strings: which of them counts?
  if (isLayout(markup.text)) return { rejected: "layout" };
  return findTextFault(markup.text, marked) ?? { text: markup.text, unescaped: markup.repairs.unescaped };
}

/** A mention as it stands in a text whose entities were read. */
function unescapeString(string: string): string {
  const markup = parseMarkup(string, []);
  return "rejected" in markup ? string : markup.text;
}

/** A name of the task, whatever the case. */
function findName(written: string, names: readonly string[]): string | undefined {
  const lower = written.trim().toLowerCase();
  return names.includes(written) ? written : names.find((name) => name.toLowerCase() === lower);
}

/** The mentions of an item with labels of the task. */
function readStrings(
  mentions: readonly z.output<typeof mentionSchema>[],
  labels: readonly string[],
): { strings: NamedString[]; recasedNames: number } | RejectedReading {
  const strings: NamedString[] = [];
  let recasedNames = 0;
  for (const mention of mentions) {
    if (typeof mention === "string") {
      if (labels.length > 1) return { rejected: "wrong-shape" };
      strings.push({ text: unescapeString(mention), label: labels[0]! });
      continue;
    }
    const label = findName(mention.label, labels);
    if (label === undefined) return { rejected: "unknown-tag", tag: mention.label };
    if (label !== mention.label) recasedNames++;
    strings.push({ text: unescapeString(mention.text), label });
  }
  return { strings, recasedNames };
}

/**
 * Reads `[{"text", "mentions": [{"text", "label"}]}]`, also with bare strings for mentions where the task has one label,
 * and in objects around lists; `null` is an empty list, but a missing one is `wrong-shape`. Offsets come from looking
 * the strings up: see {@link alignStrings} for what is marked and counted.
 * @example parseJsonExamples({ promptId: "p", text: '[{"text": "Old gout.", "mentions": ["gout"]}]' }, ["Disease"])
 */
export function parseJsonExamples(completion: Completion, labels: readonly string[]): ParsedJson<Example> {
  const repairs = noRepairs();
  const keys = { any: ["text", "mentions"], outermost: "mentions" };
  const walked = walkJson(completion, keys, (value, mended) => {
    const item = exampleSchema.safeParse(value);
    if (!item.success) return { rejected: "wrong-shape" };
    const mentions = item.data.mentions ?? [];
    const read = readText(item.data.text, labels, mentions.length > 0);
    if ("rejected" in read) return read;
    const named = readStrings(mentions, labels);
    if ("rejected" in named) return named;
    const aligned = alignStrings(read.text, named.strings);
    if ("rejected" in aligned) return aligned;
    const { text, unescaped } = read;
    const { recasedNames } = named;
    addCounts(repairs, { ...aligned.counts, recasedNames, unescaped, mended: Number(mended) });
    return { text, mentions: aligned.mentions };
  });
  return { ...walked, repairs };
}

/** The two arguments by their text, the longer one first; each takes its first place that is free. */
function alignPair(
  text: string,
  strings: { readonly head: NamedString; readonly tail: NamedString },
): { head: Mention; tail: Mention; counts: Partial<JsonRepairs> } | RejectedReading {
  const finder = createStringFinder(text);
  const counts: Partial<Record<keyof JsonRepairs, number>> = {};
  const find = (role: "head" | "tail", other?: Mention): Mention | RejectedReading => {
    const { text: string, label } = strings[role];
    if (!isNameable(string)) return { rejected: "empty-mention", tag: label };
    const found = finder.find(string.trim());
    if (found === undefined) return { rejected: "mention-not-found", tag: label };
    const free = found.places.filter(({ start, end }) => !other || end <= other.start || start >= other.end);
    if (free.length === 0) return { rejected: "nested-tags", tag: label };
    addCounts(counts, { [found.form]: 1, ambiguous: free.length - 1 });
    return { ...free[0]!, label };
  };
  const headFirst = strings.head.text.length >= strings.tail.text.length;
  const first = find(headFirst ? "head" : "tail");
  if ("rejected" in first) return first;
  const second = find(headFirst ? "tail" : "head", first);
  if ("rejected" in second) return second;
  return headFirst ? { head: first, tail: second, counts } : { head: second, tail: first, counts };
}

/**
 * Reads `[{"relation", "text", "head", "tail"}]`. Where head or tail stand in the text more than once, the first place is
 * taken and the others are counted as `ambiguous`.
 */
export function parseJsonRelations(
  completion: Completion,
  relation: RelationRoles,
  labels: readonly string[],
): ParsedJson<RelationExample> {
  const repairs = noRepairs();
  const classes = Object.keys(relation.classes);
  const keys = { any: ["relation", "text", "head", "tail"], outermost: "relation" };
  const walked = walkJson(completion, keys, (value, mended) => {
    const item = pairSchema.safeParse(value);
    if (!item.success) return { rejected: "wrong-shape" };
    const name = findName(item.data.relation, classes);
    if (name === undefined) return { rejected: "unknown-class" };
    const read = readText(item.data.text, labels, true);
    if ("rejected" in read) return read;
    const pair = alignPair(read.text, {
      head: { text: unescapeString(item.data.head), label: relation.head },
      tail: { text: unescapeString(item.data.tail), label: relation.tail },
    });
    if ("rejected" in pair) return pair;
    const { head, tail, counts } = pair;
    const { text, unescaped } = read;
    const recasedNames = Number(name !== item.data.relation);
    addCounts(repairs, { ...counts, recasedNames, unescaped, mended: Number(mended) });
    return { text, head, tail, relation: name };
  });
  return { ...walked, repairs };
}
