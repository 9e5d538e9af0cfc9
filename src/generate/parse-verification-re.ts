/** @file A completion of a relation task's second pass -> the class of each marked pair in it that is one of those asked. */
import type { Mention } from "../task/example.ts";
import type { RelationReading } from "../task/label-doubt.ts";
import type { Rejection } from "../task/rejection.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import { parseRelationLine } from "../task/relation-markup.ts";
import type { Completion } from "./completer.ts";
import { unwrapLine } from "./completion-lines.ts";
import { describeUnclassed, type RelationRoles } from "./parse-relations.ts";
import { joinSecondPass, type PassReader, type PassReadings, squeeze } from "./second-pass.ts";
import type { VerifyPrompt } from "./verify-prompts.ts";
import { findTextFault } from "./walk-lines.ts";

type Asked = MarkedPair & { readonly id: string };

interface ClassedLine {
  readonly key: string;
  readonly text: string;
  readonly relation: string;
}

/** Text and marks without white space. Which of the two is the head is said by the labels, or by the order. */
function keyOf({ text, head, tail }: MarkedPair, roles: RelationRoles): string {
  const ordinal = (offset: number) => squeeze(text.slice(0, offset)).length;
  const place = ({ start, end }: Mention, label: string) => [ordinal(start), ordinal(end), label] as const;
  const marks = [place(head, roles.head), place(tail, roles.tail)].sort(([a], [b]) => a - b);
  return JSON.stringify([squeeze(text), marks]);
}

/** A line as it stands, without its wrapping, and both with a sentence that has a wrapping of its own. */
function formsOf(line: string, bare: string): string[] {
  const forms = [line, bare].flatMap((written) => {
    const tab = written.indexOf("\t") + 1;
    return tab === 0 ? [written] : [written, written.slice(0, tab) + unwrapLine(written.slice(tab))];
  });
  return [...new Set(forms)];
}

/**
 * The twin of `collectSecondPass`: a line counts where its text and its marks equal those of an asked pair but for white
 * space. With another text it is `text-changed`, with the same text and another pair `marks-changed`.
 * @param examples all that were asked
 * @param prompts as `writeVerifyRelationPrompts` gave them; empty: by text and marks alone
 * @param labels of the task
 */
export async function collectSecondClasses(
  stream: AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>,
  examples: readonly Asked[],
  {
    prompts = [],
    relation,
    labels,
  }: {
    readonly prompts?: readonly VerifyPrompt[];
    readonly relation: RelationRoles;
    readonly labels: readonly string[];
  },
): Promise<PassReadings<RelationReading>> {
  const texts = new Set(examples.map(({ text }) => squeeze(text)));
  const reader: PassReader<Asked, ClassedLine, RelationReading> = {
    keyOf: (example) => keyOf(example, relation),
    read: (line, bare) =>
      formsOf(line, bare).map((written) => {
        const form = parseRelationLine(written, relation, labels);
        if (!("rejected" in form)) return { ...form, key: keyOf(form, relation) };
        return form.rejected === "unknown-class" ? describeUnclassed(written, relation) : form;
      }),
    toReading: ({ relation: name }, { id }) => ({ id, relation: name }),
    explain: ({ text }) =>
      findTextFault(text, true)?.rejected ?? (texts.has(squeeze(text)) ? "marks-changed" : "text-changed"),
  };
  return joinSecondPass(stream, examples, prompts, reader);
}
