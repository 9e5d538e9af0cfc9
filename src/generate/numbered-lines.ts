/** @file The answer to a prompt of numbered texts -> one line for each number, and why other lines are none. */
import type { RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { findChatter, isFence, splitAnswer } from "./completion-lines.ts";

/** Lines by their place, counted from 0; a place without a line is undefined. */
export interface NumberedLines {
  readonly lines: readonly (string | undefined)[];
  /** Whether the model left the numbers out and its lines were counted instead. */
  readonly counted: boolean;
  /** Other lines; `line` is counted from 1, in the completion. */
  readonly rejected: readonly {
    readonly line: number;
    readonly reason: RejectionReason;
    readonly raw: string;
  }[];
}

/** "3. text", "3) text", "(3) text", "3: text", "**3.** text", "[3] text", "3<tab>text". */
const NUMBERED =
  /^\s*(?:\*\*)?(?:\((\d{1,4})\)|\[(\d{1,4})\]|(\d{1,4})(?:[.):](?=\s|\*\*|<)|(?=\t)))(?:\*\*)?\s*(.*)$/su;

/**
 * Of two lines with one number the first counts. Without any number, as many lines as there are texts are taken in
 * their order; any other count of lines cannot be told apart, and all are rejected.
 */
export function readNumberedLines(completion: Completion, places: number): NumberedLines {
  const { rows, cut } = splitAnswer(completion);
  const lines = new Array<string | undefined>(places).fill(undefined);
  const rejected: { line: number; reason: RejectionReason; raw: string }[] = [];
  const plain: { line: number; raw: string }[] = [];
  for (const [index, raw] of rows.entries()) {
    const line = index + 1;
    if (raw.trim() === "") continue;
    if (index === cut) rejected.push({ line, reason: "truncated", raw });
    else if (isFence(raw)) rejected.push({ line, reason: "layout", raw });
    else {
      const match = NUMBERED.exec(raw);
      const place = Number(match?.[1] ?? match?.[2] ?? match?.[3] ?? 0) - 1;
      if (place < 0 || place >= places) plain.push({ line, raw });
      else if (lines[place] !== undefined) rejected.push({ line, reason: "duplicate-answer", raw });
      else lines[place] = match![4]!.trim();
    }
  }
  const spoken = plain.filter(({ raw }) => findChatter(raw.trim(), /<[A-Za-z]/.test(raw)) === undefined);
  const inOrder = [plain, spoken].find((rest) => rest.length === places);
  const counted = inOrder !== undefined && lines.every((line) => line === undefined);
  for (const { line, raw } of plain) {
    const place = counted ? inOrder.findIndex((taken) => taken.line === line) : -1;
    if (place >= 0) lines[place] = raw.trim();
    else rejected.push({ line, reason: "chatter", raw });
  }
  return { lines, counted, rejected: rejected.sort((a, b) => a.line - b.line) };
}
