/** @file A JSON completion -> what a reader makes of each item, and a rejection for everything else in it. */
import { jsonrepair } from "jsonrepair";
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { findChatter, isFence, isLayout } from "./completion-lines.ts";
import { type ItemKeys, type JsonPart, scanJson } from "./scan-json.ts";
import {
  createPassageCounter,
  type ExamplePlace,
  type RejectedReading,
  type WalkedAnswer,
} from "./walk-lines.ts";

/** An item that was read; `mended` when it was not JSON as the model wrote it. */
interface ParsedItem {
  readonly value: unknown;
  readonly mended: boolean;
}

/** UTF-16 units of an item that is given to jsonrepair, whose time can grow with their square; and of all of an answer. */
const MAX_MENDED = 8000;
const MAX_MENDED_SUM = 200_000;

function tryParse(parse: () => unknown): ParsedItem | undefined {
  try {
    return { value: parse(), mended: false };
  } catch {
    return undefined; // broken, or too deep for jsonrepair's recursion: data, which the caller counts
  }
}

/** A parser for the items of one answer. */
function createItemParser(): (part: JsonPart) => ParsedItem | undefined {
  let left = MAX_MENDED_SUM;
  return ({ raw, json }) => {
    const isClosed = raw.endsWith("}");
    const asWritten = isClosed ? tryParse(() => JSON.parse(raw)) : undefined;
    if (asWritten !== undefined) return asWritten;
    let mended = isClosed && json !== raw ? tryParse(() => JSON.parse(json)) : undefined;
    if (mended === undefined && json.length <= MAX_MENDED && json.length <= left) {
      left -= json.length;
      mended = tryParse(() => JSON.parse(jsonrepair(json)));
    }
    return mended && { ...mended, mended: true };
  };
}

/** Why a line beside the JSON gives no example. */
function findLineFault(line: string): RejectionReason {
  if (isFence(line) || isLayout(line)) return "layout";
  return findChatter(line.replace(/<[^<>]*>/g, "").trim(), true) ?? "not-json";
}

/**
 * Walks the items of a JSON answer: a list, an object around lists, JSON Lines, in code fences or between lines of text,
 * with the faults that models make. `lines` and `line` count items and lines of text around them. A list that ends, ends
 * a passage. An item that the answer ends in is `truncated`, whatever the finish reason says.
 */
export function walkJson<T extends object>(
  completion: Completion,
  keys: ItemKeys,
  read: (value: unknown, mended: boolean) => T | RejectedReading,
): WalkedAnswer<T & ExamplePlace> {
  const { promptId: prompt, text } = completion;
  const examples: (T & ExamplePlace)[] = [];
  const rejections: Rejection[] = [];
  const passage = createPassageCounter();
  let section = 0;
  const parseItem = createItemParser();
  const parts = scanJson(text, keys);
  for (const [index, part] of parts.entries()) {
    const line = index + 1;
    const reject = ({ rejected: reason, tag }: RejectedReading) =>
      rejections.push({ prompt, line, reason, ...(tag ? { tag } : {}), raw: part.raw });
    if (part.section !== section) passage.end();
    section = part.section;
    if (part.kind === "text") reject({ rejected: findLineFault(part.raw) });
    else if (part.kind === "cut") reject({ rejected: "truncated" });
    else if (part.kind === "stray") reject({ rejected: "wrong-shape" });
    else {
      const parsed = parseItem(part);
      const reading: T | RejectedReading =
        parsed === undefined ? { rejected: "malformed-json" } : read(parsed.value, parsed.mended);
      if ("rejected" in reading) {
        reject(reading);
        continue;
      }
      examples.push({ id: `${prompt}-${line}`, ...reading, prompt, passage: passage.current() });
      passage.keep();
    }
  }
  if (parts.length === 0) rejections.push({ prompt, reason: "no-text", raw: "" });
  return { lines: parts.length, examples, rejections };
}
