/** @file A task and examples -> prompts that ask for the same texts to be marked again, by a reader who sees no marks. */
import type { Example } from "../task/example.ts";
import { renderMarkup } from "../task/markup.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { Prompt } from "./completer.ts";

/** A prompt of the second pass, and whose texts it shows. */
export interface VerifyPrompt {
  readonly prompt: Prompt;
  /** Ids of the examples, in the order of the prompt's last lines. */
  readonly ids: readonly string[];
}

/** How they are written. */
export interface VerifyPromptOptions {
  /** Texts of one prompt. Default: 25. */
  readonly items?: number;
}

/** Of both kinds of task. */
export const VERIFY_SYSTEM =
  "You annotate text for training data. You follow the annotation rules to the letter.";

/**
 * Cuts what is asked into prompts. Ids: `<task>-verify-<number from 000>`; the same examples give the same prompts.
 * @param write the messages that ask for a part
 */
export function cutVerifyPrompts<T extends { readonly id: string }>(
  task: string,
  examples: readonly T[],
  { items = 25 }: VerifyPromptOptions,
  write: (part: readonly T[]) => Prompt["messages"],
): VerifyPrompt[] {
  const count = Math.ceil(examples.length / items);
  return Array.from({ length: count }, (_, number) => {
    const part = examples.slice(number * items, (number + 1) * items);
    const id = `${task}-verify-${String(number).padStart(3, "0")}`;
    return { prompt: { id, messages: write(part) }, ids: part.map((example) => example.id) };
  });
}

/** The rules are those of the task, so that the second reader marks what the first was asked to mark. */
export function writeVerifyPrompts(
  spec: Pick<TaskSpec, "name" | "domain" | "labels">,
  examples: readonly Pick<Example, "id" | "text">[],
  options: VerifyPromptOptions = {},
): VerifyPrompt[] {
  const rules = renderRules(spec);
  return cutVerifyPrompts(spec.name, examples, options, (part) => {
    const sentences = part.length === 1 ? "sentence" : `${part.length} sentences in the same order`;
    const content = [
      rules,
      `Answer with the same ${sentences}, unchanged but for the marks, one a line, no numbering.`,
      part.map(({ text }) => renderMarkup(text.replace(/\s+/g, " ").trim(), [])).join("\n"),
    ].join("\n\n");
    return [
      { role: "system", content: VERIFY_SYSTEM },
      { role: "user", content },
    ];
  });
}

function renderRules({ domain, labels }: Pick<TaskSpec, "domain" | "labels">): string {
  const names = Object.keys(labels);
  const blocks = Object.entries(labels).map(([label, { definition, rules, examples }]) =>
    [
      `${label}: ${definition}`,
      ...rules.map((rule) => `- ${rule}`),
      ...(examples.length === 0 ? [] : ["Examples:", ...examples]),
    ].join("\n"),
  );
  const tags = names.map((label) => `<${label}>...</${label}>`).join(" or ");
  return [
    `Mark every mention of ${names.join(" and of ")} in sentences from ${domain} with ${tags}.`,
    ...blocks,
    "Marks do not overlap. A sentence may hold no mention: leave it as it is.",
  ].join("\n\n");
}
