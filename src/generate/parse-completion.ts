/** @file A completion, a sentence a line with inline tags -> examples, and a rejection for every other line. */
import type { Example } from "../task/example.ts";
import { type MarkupRepairs, parseMarkup } from "../task/markup.ts";
import { addCounts } from "../util/counts.ts";
import type { Completion } from "./completer.ts";
import { unwrapLine } from "./completion-lines.ts";
import { findTextFault, type WalkedAnswer, walkLines } from "./walk-lines.ts";

/** What a completion held. `lines` (those that are not blank) = examples + rejections that have a line, always. */
export interface ParsedCompletion extends WalkedAnswer<Example> {
  readonly repairs: MarkupRepairs;
}

/**
 * Reads a completion. A blank line, or a code fence, ends a passage (abstract). Where there are code fences the answer
 * is inside them: an unmarked line outside is chatter. A completion that was cut off loses its last line, unless that
 * line was ended by a line break.
 * @example parseCompletion({ promptId: "p", text: "Two cases of <Disease>gout</Disease>." }, ["Disease"])
 */
export function parseCompletion(completion: Completion, labels: readonly string[]): ParsedCompletion {
  const repairs: MarkupRepairs = { trimmed: 0, recased: 0, unescaped: 0 };
  const walked = walkLines(completion, (line, outsideFence) => {
    const markup = parseMarkup(unwrapLine(line), labels);
    if ("rejected" in markup) return markup;
    const { text, mentions } = markup;
    const fault = findTextFault(text, mentions.length > 0, outsideFence);
    if (fault !== undefined) return fault;
    addCounts(repairs, markup.repairs);
    return { text, mentions };
  });
  return { ...walked, repairs };
}
