/** @file A stream of completions and failures -> all their examples and rejections, with the count of everything seen. */
import { addRepairs } from "../task/markup.ts";
import type { Rejection } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { type ParsedCompletion, parseCompletion } from "./parse-completion.ts";

/** What a stream held. `lines` = examples + rejections that have a line. */
export interface CollectedExamples extends ParsedCompletion {
  /** Completions read. */
  readonly completions: number;
}

/** Parses every completion of a stream, in its order. */
export async function collectExamples(
  stream: AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>,
  labels: readonly string[],
): Promise<CollectedExamples> {
  const repairs = { trimmed: 0, recased: 0, unescaped: 0 };
  const examples: ParsedCompletion["examples"] = [];
  const rejections: Rejection[] = [];
  let lines = 0;
  let completions = 0;
  for await (const result of stream) {
    if (!("text" in result)) {
      rejections.push(result);
      continue;
    }
    const parsed = parseCompletion(result, labels);
    completions++;
    lines += parsed.lines;
    for (const example of parsed.examples) examples.push(example);
    for (const rejection of parsed.rejections) rejections.push(rejection);
    addRepairs(repairs, parsed.repairs);
  }
  return { completions, lines, examples, rejections, repairs };
}
