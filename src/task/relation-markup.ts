/** @file A line `class<tab>sentence in markup` <-> a class, a text and its marked pair: inverse twins. */
import { TextphantomError } from "../util/errors.ts";
import type { Mention } from "./example.ts";
import { type MarkupRepairs, parseMarkup, renderMarkup } from "./markup.ts";
import type { MarkupFault, RelationFault } from "./rejection.ts";
import type { MarkedPair } from "./relation-example.ts";
import type { RelationSpec } from "./relation-spec.ts";

/** Small faults that are mended and counted. */
export interface RelationRepairs extends MarkupRepairs {
  /** Classes written in another case than the task's. */
  recasedClasses: number;
  /** Classes in quotes, bold or brackets, or set off by something else than one tab: `yes: `, `yes | `, `yes\t` in letters. */
  reseparated: number;
}

/** A pair and the class of what its text says of it. */
export interface LabelledPair extends MarkedPair {
  readonly relation: string;
}

/** A line that could be read. */
export interface ParsedRelationLine extends LabelledPair {
  readonly repairs: RelationRepairs;
}

/** A line that could not be read. */
export interface RejectedRelationLine {
  readonly rejected: MarkupFault | RelationFault;
  /** The offending tag; for `wrong-pair` the label that is missing or one too many. Absent for `unknown-class`. */
  readonly tag?: string;
}

type Roles = Pick<RelationSpec, "head" | "tail"> & { readonly classes: Readonly<Record<string, unknown>> };

/** One space is not enough: "No association was found" begins with no class. */
const SEPARATOR = /^["'`*\])]{0,3}(?:\s*\t\s*|\s*\\t\s*|\s*\|\s*|:\s+|\s+[-–—]\s+| {2,})/;

interface ClassPrefix {
  readonly relation: string;
  readonly rest: string;
  readonly recased: boolean;
  readonly reseparated: boolean;
}

function readClass(line: string, classes: readonly string[]): ClassPrefix | undefined {
  const exact = classes.find((name) => line.startsWith(`${name}\t`));
  if (exact !== undefined) {
    const rest = line.slice(exact.length + 1);
    const trimmed = rest.trim();
    return { relation: exact, rest: trimmed, recased: false, reseparated: trimmed !== rest };
  }
  const bare = line.trimStart().replace(/^["'`*[(]{1,3}/, "");
  // The longest first: "no-relation: " is not "no".
  for (const relation of classes.toSorted((a, b) => b.length - a.length)) {
    const written = bare.slice(0, relation.length);
    if (written.toLowerCase() !== relation.toLowerCase()) continue;
    const after = bare.slice(relation.length);
    const separator = SEPARATOR.exec(after)?.[0];
    if (separator === undefined) continue;
    const rest = after.slice(separator.length).trim();
    const reseparated = line !== `${written}\t${rest}`;
    return { relation, rest, recased: written !== relation, reseparated };
  }
  return undefined;
}

/** The label of the pair that `mentions` has not exactly once, or a label that has no part in it. */
function findWrongMark({ head, tail }: Roles, mentions: readonly Mention[]): string | undefined {
  const stranger = mentions.find(({ label }) => label !== head && label !== tail);
  if (stranger !== undefined) return stranger.label;
  const wanted = head === tail ? 2 : 1;
  return [head, tail].find((role) => mentions.filter(({ label }) => label === role).length !== wanted);
}

/**
 * Reads a line: a class of the relation in any case, a tab, a sentence with exactly one mention of the head's label and
 * one of the tail's. Where both are one label, the first in the text is the head. `labels` are those of the task.
 * @example parseRelationLine("no\t<Gene>F5</Gene> in <Disease>gout</Disease>", spec.relation, ["Gene", "Disease"])
 */
export function parseRelationLine(
  line: string,
  relation: Roles,
  labels: readonly string[],
): ParsedRelationLine | RejectedRelationLine {
  const prefix = readClass(line, Object.keys(relation.classes));
  if (prefix === undefined) return { rejected: "unknown-class" };
  const markup = parseMarkup(prefix.rest, labels);
  if ("rejected" in markup) return markup;
  const { text, mentions, repairs } = markup;
  const wrong = findWrongMark(relation, mentions);
  if (wrong !== undefined) return { rejected: "wrong-pair", tag: wrong };
  const headAt = mentions[0]!.label === relation.head ? 0 : 1;
  return {
    relation: prefix.relation,
    text,
    head: mentions[headAt]!,
    tail: mentions[1 - headAt]!,
    repairs: {
      ...repairs,
      recasedClasses: Number(prefix.recased),
      reseparated: Number(prefix.reseparated),
    },
  };
}

/**
 * Writes a pair as a line. {@link parseRelationLine} is the inverse; where both labels are the same, up to which of the
 * two is called the head.
 * @throws TextphantomError `mention-unmarkable` as {@link renderMarkup}; `relation-unmarkable` for a text that begins or
 * ends with white space or holds a line break, and for a class with white space: a line cannot say those.
 */
export function renderRelationLine({ relation, text, head, tail }: LabelledPair): string {
  if (text.trim() !== text || /[\n\r]/.test(text) || !/^\S+$/.test(relation)) {
    throw new TextphantomError("relation-unmarkable", "This pair has no form of one line.");
  }
  const mentions = head.start <= tail.start ? [head, tail] : [tail, head];
  return `${relation}\t${renderMarkup(text, mentions)}`;
}
