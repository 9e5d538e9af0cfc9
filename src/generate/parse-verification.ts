/** @file A completion of the second pass -> the marks of each text in it that is one of those asked, on that text's offsets. */
import type { Example, Mention } from "../task/example.ts";
import type { SecondReading } from "../task/label-doubt.ts";
import { type ParsedMarkup, parseMarkup } from "../task/markup.ts";
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { findChatter, isFence, isLayout, splitAnswer, unwrapLine } from "./completion-lines.ts";
import type { VerifyPrompt } from "./verify-prompts.ts";

/** What a second pass gave. Every example is in `readings` or in `missing`. */
export interface SecondPass {
  readonly readings: readonly SecondReading[];
  /** Ids of the examples that no answer has with an equal text. */
  readonly missing: readonly string[];
  /** Lines that are no reading, and answers that failed. */
  readonly rejections: readonly Rejection[];
}

type Asked = Pick<Example, "id" | "text">;

/** A text without white space: what must be equal. */
const squeeze = (text: string): string => text.replace(/\s+/gu, "");

/**
 * Reads a stream of answers. A line counts where its text, marks taken out, equals an asked one but for white space:
 * the model may have changed a character, and then its marks are of another text (`text-changed`). Equal texts are told
 * apart by their position in the answer, then they are given out in order. So a left-out, repeated or moved line costs
 * no other, and answers to prompts that were cut otherwise (a recording of a larger corpus) are joined by text alone.
 * @param examples all that were asked
 * @param prompts as `writeVerifyPrompts` gave them; empty: by text alone
 */
export async function collectSecondPass(
  stream: AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>,
  examples: readonly Asked[],
  {
    prompts = [],
    labels,
  }: { readonly prompts?: readonly VerifyPrompt[]; readonly labels: readonly string[] },
): Promise<SecondPass> {
  const waiting = createWaiting(examples);
  const idsOf = new Map(prompts.map(({ prompt, ids }) => [prompt.id, ids]));
  const found = new Map<string, SecondReading>();
  const rejections: Rejection[] = [];
  for await (const result of stream) {
    if (!("text" in result)) {
      rejections.push(result);
      continue;
    }
    const parsed = parseVerification(result, labels, waiting, idsOf.get(result.promptId) ?? []);
    for (const reading of parsed.readings) found.set(reading.id, reading);
    rejections.push(...parsed.rejections);
  }
  const readings = examples.flatMap(({ id }) => found.get(id) ?? []);
  return { readings, missing: examples.flatMap(({ id }) => (found.has(id) ? [] : [id])), rejections };
}

/** Asked texts without an answer so far. */
interface Waiting {
  /** Takes one with this text: `preferred` if it has it, else the first. `answered`: there was one, but it was taken. */
  take(text: string, preferred: string | undefined): Asked | "answered" | undefined;
}

/** @param asked ids are unique; texts need not be */
function createWaiting(asked: readonly Asked[]): Waiting {
  const byText = new Map<string, Asked[]>();
  for (const example of asked) {
    const key = squeeze(example.text);
    const known = byText.get(key);
    if (known === undefined) byText.set(key, [example]);
    else known.push(example);
  }
  return {
    take(text, preferred) {
      const equal = byText.get(squeeze(text));
      if (equal === undefined) return undefined;
      if (equal.length === 0) return "answered";
      const place = equal.findIndex(({ id }) => id === preferred);
      return equal.splice(Math.max(0, place), 1)[0]!;
    },
  };
}

/**
 * Reads one answer.
 * @param ids of the examples in the order in which the prompt showed them
 */
function parseVerification(
  completion: Completion,
  labels: readonly string[],
  waiting: Waiting,
  ids: readonly string[],
): { readonly readings: SecondReading[]; readonly rejections: Rejection[] } {
  const readings: SecondReading[] = [];
  const rejections: Rejection[] = [];
  const { promptId: prompt } = completion;
  const { rows, cut } = splitAnswer(completion);
  let position = 0;
  for (const [index, raw] of rows.entries()) {
    if (raw.trim() === "") continue;
    const reject = (reason: RejectionReason, tag?: string) =>
      rejections.push({ prompt, line: index + 1, reason, ...(tag ? { tag } : {}), raw });
    // as it stands first: an asked text may itself begin with "1." or stand in quotes
    const forms = [...new Set([raw.trim(), unwrapLine(raw)])].map((line) => parseMarkup(line, labels));
    const whole = forms.filter((form) => "text" in form);
    const taken = takeFirst(whole, waiting, ids[position]);
    if (taken !== undefined && taken !== "answered") {
      readings.push({ id: taken.asked.id, mentions: moveMentions(taken.form, taken.asked.text) });
      position++;
      continue;
    }
    const form = forms.at(-1)!;
    if (isFence(raw) || isLayout(raw)) reject("layout");
    else if (index === cut) reject("truncated");
    else if ("rejected" in form) {
      reject(form.rejected, form.tag);
      position++;
    } else if (taken === "answered") reject("repeated-text");
    else {
      const said = findChatter(form.text, form.mentions.length > 0);
      reject(said ?? "text-changed");
      if (said === undefined) position++;
    }
  }
  if (rows.every((row) => row.trim() === "")) rejections.push({ prompt, reason: "no-text", raw: "" });
  return { readings, rejections };
}

function takeFirst(forms: readonly ParsedMarkup[], waiting: Waiting, preferred: string | undefined) {
  let isAnswered = false;
  for (const form of forms) {
    const asked = waiting.take(form.text, preferred);
    if (asked === "answered") isAnswered = true;
    else if (asked !== undefined) return { form, asked };
  }
  return isAnswered ? "answered" : undefined;
}

/** Mentions of a text -> of another that is equal but for white space: the n-th unit that is none stays the n-th. */
function moveMentions({ text, mentions }: ParsedMarkup, to: string): Mention[] {
  const places = [...to.matchAll(/\S/g)].map(({ index }) => index); // UTF-16 units
  const ordinal = (offset: number) => squeeze(text.slice(0, offset)).length;
  return mentions.map(({ start, end, label }) => ({
    start: places[ordinal(start)]!,
    end: places[ordinal(end) - 1]! + 1,
    label,
  }));
}
