/** @file A function from a numbered line to its answer -> a Completer for tests, which writes down what it was asked. */
import type { Completer, Completion, Prompt } from "../generate/completer.ts";
import type { Rejection } from "../task/rejection.ts";

/** A completer that knows what it was asked. */
export interface AnsweringCompleter extends Completer {
  readonly asked: readonly Prompt[];
}

export interface AnsweringOptions {
  /** Default: true. */
  readonly isLocal?: boolean;
  /** Called with all answered lines of a prompt; gives the whole answer. Default: `1. answer` a line. */
  readonly join?: (answers: readonly string[]) => string;
}

/** The lines `1. text` at the end of a prompt's last message. */
export function linesOfPrompt({ messages }: Prompt): string[] {
  const lines: string[] = [];
  for (const line of (messages.at(-1)?.content ?? "").split("\n").reverse()) {
    const match = /^(\d+)\. (.*)$/s.exec(line);
    if (match === null) break;
    lines.unshift(match[2]!);
  }
  return lines;
}

/** Answers zero-shot prompts line by line, as an ideal model would. */
export function createAnsweringCompleter(
  answer: (line: string) => string,
  {
    isLocal = true,
    join = (answers) => answers.map((line, i) => `${i + 1}. ${line}`).join("\n"),
  }: AnsweringOptions = {},
): AnsweringCompleter {
  const asked: Prompt[] = [];
  return {
    asked,
    isLocal,
    async *complete(prompts): AsyncGenerator<Completion | Rejection> {
      for await (const prompt of prompts) {
        asked.push(prompt);
        yield { promptId: prompt.id, text: join(linesOfPrompt(prompt).map(answer)), finishReason: "stop" };
      }
    },
  };
}
