/** @file Answers of a second pass and a reader of their lines -> the reading of each text that was asked, whatever its kind. */
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { isFence, isLayout, splitAnswer, unwrapLine } from "./completion-lines.ts";
import type { VerifyPrompt } from "./verify-prompts.ts";
import type { RejectedReading } from "./walk-lines.ts";

/** What a second pass gave. Every example is in `readings` or in `missing`. */
export interface PassReadings<R> {
  readonly readings: readonly R[];
  /** Ids of the examples that no answer has with an equal text. */
  readonly missing: readonly string[];
  /** Lines that are no reading, and answers that failed. */
  readonly rejections: readonly Rejection[];
}

/** A line that can be read. `key` says which examples it may be of: those with an equal one. */
interface ReadLine {
  readonly key: string;
}

/** How the lines of one kind of task are read. */
export interface PassReader<E extends { readonly id: string }, F extends ReadLine, R> {
  keyOf(example: E): string;
  /** The ways to read a line, the likeliest first; `bare` is the line without numbering and wrapping. */
  read(line: string, bare: string): readonly (F | RejectedReading)[];
  toReading(form: F, example: E): R;
  /** Why a line that could be read is of no example. */
  explain(form: F): RejectionReason;
}

/** Reasons of lines that take no place in the order of the texts. */
const BESIDE: readonly RejectionReason[] = ["chatter", "refusal"];

/** A text without white space: what must be equal. */
export const squeeze = (text: string): string => text.replace(/\s+/gu, "");

/**
 * Joins the lines of a stream of answers with the examples by {@link PassReader.keyOf}. Equal keys are told apart by
 * their position in the answer, then they are given out in order. So a left-out, repeated or moved line costs no other,
 * and answers to prompts that were cut otherwise (a recording of a larger corpus) are joined by text alone.
 */
export async function joinSecondPass<E extends { readonly id: string }, F extends ReadLine, R>(
  stream: AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>,
  examples: readonly E[],
  prompts: readonly VerifyPrompt[],
  reader: PassReader<E, F, R>,
): Promise<PassReadings<R>> {
  const waiting = createWaiting(examples, reader);
  const idsOf = new Map(prompts.map(({ prompt, ids }) => [prompt.id, ids]));
  const found = new Map<string, R>();
  const rejections: Rejection[] = [];
  for await (const result of stream) {
    if ("text" in result) {
      rejections.push(...readAnswer(result, reader, waiting, idsOf.get(result.promptId) ?? [], found));
    } else rejections.push(result);
  }
  const readings = examples.flatMap(({ id }) => (found.has(id) ? [found.get(id)!] : []));
  return { readings, missing: examples.flatMap(({ id }) => (found.has(id) ? [] : [id])), rejections };
}

/** Examples without an answer so far. */
interface Waiting<E> {
  /** Takes one with this key: `preferred` if it has it, else the first. `answered`: there was one, but it was taken. */
  take(key: string, preferred: string | undefined): E | "answered" | undefined;
}

/** @param asked ids are unique; keys need not be */
function createWaiting<E extends { readonly id: string }>(
  asked: readonly E[],
  { keyOf }: { keyOf(example: E): string },
): Waiting<E> {
  const byKey = new Map<string, E[]>();
  for (const example of asked) {
    const key = keyOf(example);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [example]);
    else known.push(example);
  }
  return {
    take(key, preferred) {
      const equal = byKey.get(key);
      if (equal === undefined) return undefined;
      if (equal.length === 0) return "answered";
      const place = equal.findIndex(({ id }) => id === preferred);
      return equal.splice(Math.max(0, place), 1)[0]!;
    },
  };
}

/**
 * Reads one answer into `found`.
 * @param ids of the examples in the order in which the prompt showed them
 */
function readAnswer<E extends { readonly id: string }, F extends ReadLine, R>(
  completion: Completion,
  reader: PassReader<E, F, R>,
  waiting: Waiting<E>,
  ids: readonly string[],
  found: Map<string, R>,
): Rejection[] {
  const rejections: Rejection[] = [];
  const { promptId: prompt } = completion;
  const { rows, cut } = splitAnswer(completion);
  let position = 0;
  for (const [index, raw] of rows.entries()) {
    if (raw.trim() === "") continue;
    const reject = (reason: RejectionReason, tag?: string) => {
      rejections.push({ prompt, line: index + 1, reason, ...(tag ? { tag } : {}), raw });
    };
    // as it stands first: an asked text may itself begin with "1." or stand in quotes
    const forms = reader.read(raw.trim(), unwrapLine(raw));
    const taken = takeFirst(forms, waiting, ids[position]);
    if (taken !== undefined && taken !== "answered") {
      found.set(taken.asked.id, reader.toReading(taken.form, taken.asked));
      position++;
      continue;
    }
    const form = forms.at(-1)!;
    if (isFence(raw) || isLayout(raw)) reject("layout");
    else if (index === cut) reject("truncated");
    else if ("rejected" in form) {
      reject(form.rejected, form.tag);
      if (!BESIDE.includes(form.rejected)) position++;
    } else if (taken === "answered") reject("repeated-text");
    else {
      const said = reader.explain(form);
      reject(said);
      if (!BESIDE.includes(said)) position++;
    }
  }
  if (rows.every((row) => row.trim() === "")) rejections.push({ prompt, reason: "no-text", raw: "" });
  return rejections;
}

function takeFirst<E, F extends ReadLine>(
  forms: readonly (F | RejectedReading)[],
  waiting: Waiting<E>,
  preferred: string | undefined,
) {
  let isAnswered = false;
  for (const form of forms) {
    if ("rejected" in form) continue;
    const asked = waiting.take(form.key, preferred);
    if (asked === "answered") isAnswered = true;
    else if (asked !== undefined) return { form, asked };
  }
  return isAnswered ? ("answered" as const) : undefined;
}
