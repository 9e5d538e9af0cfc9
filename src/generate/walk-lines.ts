/** @file A completion of one item a line -> what a reader makes of each line, and a rejection for every other line. */
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { findChatter, isFence, isLayout, splitAnswer } from "./completion-lines.ts";

/** Where an example stands: what every reader adds to what it has read. */
export interface ExamplePlace {
  /** `<prompt id>-<line>`; in a JSON answer `<prompt id>-<number of the item>`. */
  readonly id: string;
  readonly prompt: string;
  readonly passage: number;
}

/** A line, or an item, that gives no example. */
export interface RejectedReading {
  readonly rejected: RejectionReason;
  readonly tag?: string;
}

/** What an answer held. `lines` = examples + rejections that have a line, always. */
export interface WalkedAnswer<E> {
  /** Lines that are not blank; in a JSON answer, items and lines of text around them. */
  readonly lines: number;
  readonly examples: E[];
  readonly rejections: Rejection[];
}

/** Numbers the passages that have examples, from 0. */
export function createPassageCounter(): { readonly current: () => number; keep(): void; end(): void } {
  let passage = 0;
  let hasExamples = false;
  return {
    current: () => passage,
    keep: () => {
      hasExamples = true;
    },
    end: () => {
      if (hasExamples) passage++;
      hasExamples = false;
    },
  };
}

/** Why the text of a line or an item is none that was asked for; `outsideFence`: the answer has code fences, elsewhere. */
export function findTextFault(
  text: string,
  marked: boolean,
  outsideFence = false,
): RejectedReading | undefined {
  const fault = findChatter(text, marked) ?? (outsideFence && !marked ? "chatter" : undefined);
  return fault === undefined ? undefined : { rejected: fault };
}

/**
 * Walks the lines of a completion and hands those that may be items to `read`, as the model wrote them. A blank line, or
 * a code fence, ends a passage (abstract). A completion that was cut off loses its last line, unless that line was ended
 * by a line break.
 */
export function walkLines<T extends object>(
  completion: Completion,
  read: (line: string, outsideFence: boolean) => T | RejectedReading,
): WalkedAnswer<T & ExamplePlace> {
  const { promptId: prompt } = completion;
  const examples: (T & ExamplePlace)[] = [];
  const rejections: Rejection[] = [];
  const { rows, cut } = splitAnswer(completion);
  const fenced = rows.some(isFence);
  const passage = createPassageCounter();
  let insideFence = false;
  let lines = 0;
  for (const [index, raw] of rows.entries()) {
    if (raw.trim() === "") {
      passage.end();
      continue;
    }
    lines++;
    const reject = ({ rejected: reason, tag }: RejectedReading) => {
      rejections.push({ prompt, line: index + 1, reason, ...(tag ? { tag } : {}), raw });
    };
    if (isFence(raw)) {
      insideFence = !insideFence;
      passage.end();
      reject({ rejected: "layout" });
    } else if (index === cut) {
      reject({ rejected: "truncated" });
    } else if (isLayout(raw)) {
      reject({ rejected: "layout" });
    } else {
      const reading = read(raw, fenced && !insideFence);
      if ("rejected" in reading) {
        reject(reading);
        continue;
      }
      examples.push({ id: `${prompt}-${index + 1}`, ...reading, prompt, passage: passage.current() });
      passage.keep();
    }
  }
  if (lines === 0) rejections.push({ prompt, reason: "no-text", raw: "" });
  return { lines, examples, rejections };
}
