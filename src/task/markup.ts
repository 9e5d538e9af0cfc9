/** @file A line with inline tags `<Disease>gout</Disease>` <-> a text and its mentions: inverse twins. */
import { TextphantomError } from "../util/errors.ts";
import type { Mention } from "./example.ts";
import type { MarkupFault } from "./rejection.ts";

/** Small faults that are mended and counted. */
export interface MarkupRepairs {
  /** Mentions with white space just inside their tags; the space now stands outside the mention. */
  trimmed: number;
  /** Tags written in another case than the label. */
  recased: number;
  /** `&lt;`, `&gt;` and `&amp;` (and their numbers) that became `<`, `>` and `&`. */
  unescaped: number;
}

/** A line that could be read. */
export interface ParsedMarkup {
  readonly text: string;
  readonly mentions: Mention[];
  readonly repairs: MarkupRepairs;
}

/** A line that could not be read; `tag` is the name of the tag at fault. */
export interface RejectedMarkup {
  readonly rejected: MarkupFault;
  readonly tag: string;
}

/**
 * What looks like a tag: a bracket, a name that begins with a letter, perhaps attributes, a bracket. So "p < 0.05",
 * "IL-2<IL-4" and "3243A>G" are text. Groups: slash, name, rest.
 */
const TAG = /<(\/?)([A-Za-z][\w-]*)(\s+[\w:-]+\s*=[^<>]*|\s*\/?)>/g;
const ENTITY = /&(?:lt|gt|amp|#60|#62|#38);/g;
const CHARACTERS: Record<string, string> = {
  "&lt;": "<",
  "&#60;": "<",
  "&gt;": ">",
  "&#62;": ">",
  "&amp;": "&",
  "&#38;": "&",
};

/** A string that says whether `raw` (without tags) still holds part of a label's tag, and of which label. */
function findBrokenTag(raw: string, labels: ReadonlyMap<string, string>): string | undefined {
  for (const match of raw.matchAll(/(?:<|&lt;)\/?([A-Za-z][\w-]*)/g)) {
    const label = labels.get(match[1]!.toLowerCase());
    // "IL-2<IL-4" with a label IL: the name must be whole, which [\w-]* sees to.
    if (label !== undefined) return label;
  }
  return undefined;
}

/**
 * Reads a line. Offsets are exact because text and mentions grow together. Tags of the labels in any case; entities
 * `&lt; &gt; &amp;` become characters; anything else that looks like a tag rejects the line.
 */
export function parseMarkup(line: string, labels: readonly string[]): ParsedMarkup | RejectedMarkup {
  const byName = new Map(labels.map((label) => [label.toLowerCase(), label]));
  const repairs: MarkupRepairs = { trimmed: 0, recased: 0, unescaped: 0 };
  const mentions: Mention[] = [];
  const open: { label: string; start: number }[] = [];
  let nested: string | undefined;
  let text = "";
  let broken: string | undefined;

  const addText = (raw: string) => {
    broken ??= findBrokenTag(raw, byName);
    text += raw.replace(ENTITY, (entity) => {
      repairs.unescaped++;
      return CHARACTERS[entity]!;
    });
  };
  const close = (label: string, start: number): boolean => {
    const inner = text.slice(start);
    if (!/[\p{L}\p{N}]/u.test(inner)) return false;
    const trimmed = inner.trim();
    if (trimmed.length < inner.length) repairs.trimmed++;
    const from = start + (inner.length - inner.trimStart().length);
    mentions.push({ start: from, end: from + trimmed.length, label });
    return true;
  };

  let done = 0;
  for (const match of line.matchAll(TAG)) {
    const [whole, slash, name, rest] = match as unknown as [string, string, string, string];
    const label = byName.get(name.toLowerCase());
    if (label === undefined) return { rejected: "unknown-tag", tag: name };
    if (rest.trim() !== "") return { rejected: "malformed-tag", tag: label };
    addText(line.slice(done, match.index));
    done = match.index + whole.length;
    if (name !== label) repairs.recased++;
    if (slash === "") {
      if (open.length > 0) nested ??= label;
      open.push({ label, start: text.length });
    } else {
      const last = open.at(-1);
      if (last?.label !== label) {
        const crosses = open.some((tag) => tag.label === label);
        return { rejected: crosses ? "crossed-tags" : "unopened-tag", tag: label };
      }
      open.pop();
      if (!close(label, last.start)) return { rejected: "empty-mention", tag: label };
    }
  }
  addText(line.slice(done));
  if (broken !== undefined) return { rejected: "malformed-tag", tag: broken };
  const unclosed = open.at(-1);
  if (unclosed !== undefined) return { rejected: "unclosed-tag", tag: unclosed.label };
  if (nested !== undefined) return { rejected: "nested-tags", tag: nested };
  return { text, mentions, repairs };
}

/** Escapes only what {@link parseMarkup} would take for a tag or an entity: "p < 0.05" stays as it is. */
function renderText(text: string): string {
  return text.replace(/&(?=(?:lt|gt|amp|#60|#62|#38);)/g, "&#38;").replace(/<(?=\/?[A-Za-z])/g, "&#60;");
}

/**
 * Writes a text with its mentions as tags.
 * @throws TextphantomError `mention-unmarkable` for mentions that overlap, are out of order or out of range, begin or
 * end with white space, or hold no letter or digit: inline tags cannot say those.
 */
export function renderMarkup(text: string, mentions: readonly Mention[]): string {
  let line = "";
  let done = 0;
  for (const [index, { start, end, label }] of mentions.entries()) {
    const inner = text.slice(start, end);
    if (start < done || end > text.length || inner.trim() !== inner || !/[\p{L}\p{N}]/u.test(inner)) {
      throw new TextphantomError(
        "mention-unmarkable",
        `Mention ${index} (${start}-${end}) has no inline form.`,
      );
    }
    line += `${renderText(text.slice(done, start))}<${label}>${renderText(inner)}</${label}>`;
    done = end;
  }
  return line + renderText(text.slice(done));
}
