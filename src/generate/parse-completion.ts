/** @file A completion, a sentence a line with inline tags -> examples, and a rejection for every other line. */
import type { Example } from "../task/example.ts";
import { addRepairs, type MarkupRepairs, parseMarkup } from "../task/markup.ts";
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { CUT_OFF, findChatter, isFence, isLayout, unwrapLine } from "./completion-lines.ts";

/** What a completion held. `lines` (those that are not blank) = examples + rejections that have a line, always. */
export interface ParsedCompletion {
  readonly lines: number;
  readonly examples: Example[];
  readonly rejections: Rejection[];
  readonly repairs: MarkupRepairs;
}

/**
 * Reads a completion. A blank line, or a code fence, ends a passage (abstract). Where there are code fences the answer
 * is inside them: an unmarked line outside is chatter. A completion that was cut off loses its last line, unless that
 * line was ended by a line break.
 * @example parseCompletion({ promptId: "p", text: "Two cases of <Disease>gout</Disease>." }, ["Disease"])
 */
export function parseCompletion(completion: Completion, labels: readonly string[]): ParsedCompletion {
  const { promptId: prompt, text, finishReason = "" } = completion;
  const parsed: ParsedCompletion = {
    lines: 0,
    examples: [],
    rejections: [],
    repairs: { trimmed: 0, recased: 0, unescaped: 0 },
  };
  const rows = text.split(/\r\n|\n|\r/);
  const fenced = rows.some(isFence);
  const cut = CUT_OFF.includes(finishReason) ? rows.length - 1 : -1;
  let insideFence = false;
  let passage = 0;
  let passageHasExamples = false;
  const endPassage = () => {
    if (passageHasExamples) passage++;
    passageHasExamples = false;
  };

  let lines = 0;
  for (const [index, raw] of rows.entries()) {
    if (raw.trim() === "") {
      endPassage();
      continue;
    }
    lines++;
    const reject = (reason: RejectionReason, tag?: string) => {
      parsed.rejections.push({ prompt, line: index + 1, reason, ...(tag ? { tag } : {}), raw });
    };
    if (isFence(raw)) {
      insideFence = !insideFence;
      endPassage();
      reject("layout");
      continue;
    }
    if (index === cut) {
      reject("truncated");
      continue;
    }
    if (isLayout(raw)) {
      reject("layout");
      continue;
    }
    const markup = parseMarkup(unwrapLine(raw), labels);
    if ("rejected" in markup) {
      reject(markup.rejected, markup.tag);
      continue;
    }
    const marked = markup.mentions.length > 0;
    const fault =
      findChatter(markup.text, marked) ?? (fenced && !insideFence && !marked ? "chatter" : undefined);
    if (fault !== undefined) {
      reject(fault);
      continue;
    }
    const { text: sentence, mentions } = markup;
    parsed.examples.push({ id: `${prompt}-${index + 1}`, text: sentence, mentions, prompt, passage });
    addRepairs(parsed.repairs, markup.repairs);
    passageHasExamples = true;
  }
  if (lines === 0) parsed.rejections.push({ prompt, reason: "no-text", raw: "" });
  return { ...parsed, lines };
}
