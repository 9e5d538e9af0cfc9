/** @file The errors of an evaluation and the gold they are in -> JSON lines with the words around each. */
import type { EvaluationError } from "../evaluate/evaluation.ts";
import type { GoldExample, Mention } from "../task/example.ts";
import { renderJsonLines } from "../util/files.ts";
import type { Span } from "../util/span.ts";

/** UTF-16 units of text shown before and after the mentions. */
const AROUND = 80;

/** Holds text of the gold: written only where the user asks for it. */
export function renderErrorList(errors: readonly EvaluationError[], gold: readonly GoldExample[]): string {
  return renderJsonLines(
    errors.map(({ example, index, kind, gold: wanted, predicted }) => {
      const { text, document } = gold[index]!;
      const withText = (mention: Mention | undefined) =>
        mention === undefined ? {} : { ...mention, text: text.slice(mention.start, mention.end) };
      const { start, end } = contextOf(text, wanted, predicted);
      return {
        example,
        ...(document === undefined ? {} : { document }),
        kind,
        ...(wanted === undefined ? {} : { gold: withText(wanted) }),
        ...(predicted === undefined ? {} : { predicted: withText(predicted) }),
        context: { start, end, text: text.slice(start, end) },
      };
    }),
  );
}

function contextOf(text: string, ...mentions: readonly (Span | undefined)[]): Span {
  const spans = mentions.filter((span) => span !== undefined);
  let start = Math.max(0, Math.min(...spans.map((span) => span.start)) - AROUND);
  let end = Math.min(text.length, Math.max(...spans.map((span) => span.end)) + AROUND);
  if (splitsCharacter(text, start)) start++;
  if (splitsCharacter(text, end)) end--;
  return { start, end };
}

function splitsCharacter(text: string, offset: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(Math.max(0, offset - 1), offset + 1));
}
