/** @file A completion of the second pass -> the marks of each text in it that is one of those asked, on that text's offsets. */
import type { Example, Mention } from "../task/example.ts";
import type { SecondReading } from "../task/label-doubt.ts";
import { type ParsedMarkup, parseMarkup } from "../task/markup.ts";
import type { Rejection } from "../task/rejection.ts";
import type { Completion } from "./completer.ts";
import { findChatter } from "./completion-lines.ts";
import { joinSecondPass, type PassReader, type PassReadings, squeeze } from "./second-pass.ts";
import type { VerifyPrompt } from "./verify-prompts.ts";

export type SecondPass = PassReadings<SecondReading>;

type Asked = Pick<Example, "id" | "text">;
type MarkedLine = ParsedMarkup & { readonly key: string };

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
  const reader: PassReader<Asked, MarkedLine, SecondReading> = {
    keyOf: ({ text }) => squeeze(text),
    read: (line, bare) =>
      [...new Set([line, bare])].map((written) => {
        const form = parseMarkup(written, labels);
        return "rejected" in form ? form : { ...form, key: squeeze(form.text) };
      }),
    toReading: (form, { id, text }) => ({ id, mentions: moveMentions(form, text) }),
    explain: ({ text, mentions }) => findChatter(text, mentions.length > 0) ?? "text-changed",
  };
  return joinSecondPass(stream, examples, prompts, reader);
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
