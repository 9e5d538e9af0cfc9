/** @file A text with a marked pair -> one line of inline markup, for prompts that show pairs. */
import { renderMarkup } from "../task/markup.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import { TextphantomError } from "../util/errors.ts";
import { flatten } from "./ask-numbered.ts";

/** The pair under the task's labels, white space inside the marks moved out; undefined where tags cannot say it. */
export function markPair(
  { text, head, tail }: MarkedPair,
  spec: Pick<RelationSpec, "head" | "tail">,
): string | undefined {
  const pair = [
    { ...trimSpan(text, head), label: spec.head },
    { ...trimSpan(text, tail), label: spec.tail },
  ].sort((a, b) => a.start - b.start);
  try {
    return flatten(renderMarkup(text, pair));
  } catch (error) {
    if (error instanceof TextphantomError && error.code === "mention-unmarkable") return undefined;
    throw error;
  }
}

function trimSpan(text: string, { start, end }: { start: number; end: number }) {
  const inner = text.slice(start, end);
  return { start: end - inner.trimStart().length, end: start + inner.trimEnd().length };
}
