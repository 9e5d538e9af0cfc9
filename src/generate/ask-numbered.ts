/** @file Lines to be answered -> prompts of some lines each -> the answer to each line, and the count of everything seen. */
import { createHash } from "node:crypto";
import type { RejectionReason } from "../task/rejection.ts";
import { InterruptedError } from "../util/errors.ts";
import type { Completer, Prompt } from "./completer.ts";
import { readNumberedLines } from "./numbered-lines.ts";
import type { ShowableText } from "./showable.ts";

/** How texts are put into prompts. */
export interface AskOptions {
  /** Default: 10. */
  readonly textsPerPrompt?: number;
  /** UTF-16 units of the texts of one prompt; a longer text stands alone. Default: 12,000. */
  readonly charactersPerPrompt?: number;
  /** Names the model and its settings: part of the prompts' ids, so that answers of another model are not taken. Default: "". */
  readonly salt?: string;
  /** @throws InterruptedError from `predict`, once what is in flight is there. */
  readonly signal?: AbortSignal;
  /** After each answer. */
  readonly onProgress?: (answered: number, prompts: number) => void;
}

/** What was asked and answered so far; texts are counted once, however often they occur. */
export interface AskCounts {
  prompts: number;
  /** Texts (or pairs) asked: answered + missing. */
  texts: number;
  answered: number;
  /** Without a usable answer: nothing is predicted for them. */
  missing: number;
  /** Answers without the texts' numbers, taken in their order. */
  renumbered: number;
  /** Lines and answers that could not be used, by reason. */
  readonly rejections: Partial<Record<RejectionReason, number>>;
}

export function createAskCounts(): AskCounts {
  return { prompts: 0, texts: 0, answered: 0, missing: 0, renumbered: 0, rejections: {} };
}

/** Counts one rejection. */
export function countRejection({ rejections }: AskCounts, reason: RejectionReason): void {
  rejections[reason] = (rejections[reason] ?? 0) + 1;
}

/** A text on one line, as a numbered list needs it; offsets are carried over by words. */
export const flatten = (text: string): string => text.replace(/\s+/g, " ").trim();

/**
 * Asks for every line and gives the answers in order; undefined where there is none. A prompt's id is a hash of its
 * messages and of `salt`, so a stored answer is found again by what was asked.
 */
export async function askNumbered(
  lines: readonly ShowableText[],
  write: (lines: readonly ShowableText[]) => Prompt["messages"],
  completer: Completer,
  counts: AskCounts,
  options: AskOptions,
): Promise<(string | undefined)[]> {
  const answers = new Array<string | undefined>(lines.length).fill(undefined);
  const groups = new Map<string, { first: number; size: number }>();
  const prompts: Prompt[] = [];
  let first = 0;
  for (const group of groupLines(lines, options)) {
    const messages = write(group);
    const id = hashPrompt(messages, options.salt ?? "");
    prompts.push({ id, messages });
    groups.set(id, { first, size: group.length });
    first += group.length;
  }
  counts.prompts += prompts.length;
  const done = new Set<string>();
  const complete = completer.complete(prompts, options.signal ? { signal: options.signal } : {});
  for await (const result of complete) {
    if (!("text" in result)) {
      countRejection(counts, result.reason);
      continue;
    }
    const group = groups.get(result.promptId);
    if (group === undefined || done.has(result.promptId)) {
      countRejection(counts, group ? "duplicate-answer" : "unknown-request");
      continue;
    }
    done.add(result.promptId);
    const read = readNumberedLines(result, group.size);
    for (const [place, line] of read.lines.entries()) answers[group.first + place] = line;
    for (const { reason } of read.rejected) countRejection(counts, reason);
    if (read.counted) counts.renumbered++;
    options.onProgress?.(done.size, prompts.length);
  }
  if (options.signal?.aborted) {
    throw new InterruptedError(
      "zero-shot-interrupted",
      `Stopped after ${done.size} of ${prompts.length} prompts.`,
      {
        hint: "Answers that were kept are not asked for again: run the same command.",
      },
    );
  }
  return answers;
}

/** `3. text`, from 1. */
export function renderNumbered(lines: readonly ShowableText[]): string {
  return lines.map((line, index) => `${index + 1}. ${line}`).join("\n");
}

function* groupLines(
  lines: readonly ShowableText[],
  { textsPerPrompt = 10, charactersPerPrompt = 12_000 }: AskOptions,
): Generator<ShowableText[]> {
  let group: ShowableText[] = [];
  let length = 0;
  for (const line of lines) {
    if (group.length > 0 && (group.length >= textsPerPrompt || length + line.length > charactersPerPrompt)) {
      yield group;
      group = [];
      length = 0;
    }
    group.push(line);
    length += line.length;
  }
  if (group.length > 0) yield group;
}

function hashPrompt(messages: Prompt["messages"], salt: string): string {
  const digest = createHash("sha256").update(JSON.stringify([salt, messages]));
  return `zero-shot-${digest.digest("hex").slice(0, 16)}`;
}
