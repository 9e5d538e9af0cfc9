/** @file A completion, `class<tab>sentence with a marked pair` a line -> labelled pairs, and a rejection for every other line. */
import type { RelationExample } from "../task/relation-example.ts";
import { parseRelationLine, type RelationRepairs } from "../task/relation-markup.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { addCounts } from "../util/counts.ts";
import type { Completion } from "./completer.ts";
import { unwrapLine } from "./completion-lines.ts";
import { findTextFault, type RejectedReading, type WalkedAnswer, walkLines } from "./walk-lines.ts";

/** What a completion held. `lines` (those that are not blank) = examples + rejections that have a line, always. */
export interface ParsedRelations extends WalkedAnswer<RelationExample> {
  readonly repairs: RelationRepairs;
}

/** Which classes there are, and the labels of the two arguments. */
export type RelationRoles = Pick<RelationSpec, "head" | "tail"> & {
  readonly classes: Readonly<Record<string, unknown>>;
};

/** Something short that is set off from the rest: a class, though none of the task's. */
const SET_OFF = /^[^\w\t]{0,3}[\p{L}\p{N}_-]{1,40}[^\w\t]{0,3}(?:\t|\\t|:\s)/u;
const TAG = /<\/?[A-Za-z][^<>]*>/g;

/** What is wrong with a line that does not begin with a class: it may not be meant as a pair at all. */
export function describeUnclassed(line: string, { head, classes }: RelationRoles): RejectedReading {
  const text = line.replace(TAG, "");
  const isClass = Object.keys(classes).some((name) => name.toLowerCase() === line.toLowerCase());
  if (isClass) return { rejected: "wrong-pair", tag: head }; // a class without its sentence
  return (
    findTextFault(text, text !== line) ?? { rejected: SET_OFF.test(line) ? "unknown-class" : "no-class" }
  );
}

/**
 * Reads a completion of relation lines as `parseCompletion` reads sentences: numbering, quotes and bold are taken off, a
 * line that is no pair is rejected with its reason, the last line of an answer that was cut off is dropped. `labels` are
 * those of the task.
 * @example parseRelations({ promptId: "p", text: "no\t<Gene>F5</Gene> in <Disease>gout</Disease>." }, spec.relation, labels)
 */
export function parseRelations(
  completion: Completion,
  relation: RelationRoles,
  labels: readonly string[],
): ParsedRelations {
  const repairs: RelationRepairs = {
    trimmed: 0,
    recased: 0,
    unescaped: 0,
    recasedClasses: 0,
    reseparated: 0,
  };
  const walked = walkLines(completion, (raw) => {
    const whole = unwrapLine(raw);
    const tab = whole.indexOf("\t") + 1;
    // The sentence may have quotes or a number of its own: yes<tab>"..."
    const line = tab === 0 ? whole : whole.slice(0, tab) + unwrapLine(whole.slice(tab));
    const read = parseRelationLine(line, relation, labels);
    if ("rejected" in read) {
      return read.rejected === "unknown-class" ? describeUnclassed(line, relation) : read;
    }
    const { repairs: mended, ...pair } = read;
    const fault = findTextFault(pair.text, true);
    if (fault !== undefined) return fault;
    addCounts(repairs, mended);
    return pair;
  });
  return { ...walked, repairs };
}
