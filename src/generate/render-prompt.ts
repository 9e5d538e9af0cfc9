/** @file A task and what was drawn for a prompt -> its messages: one writer a kind of task. */
import type { PromptSetSpec } from "../task/prompt-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import type { Prompt } from "./completer.ts";
import { type PromptParts, requirePrompts } from "./prompt-lines.ts";
import { renderNerPrompt } from "./prompts-ner.ts";
import { renderRelationPrompt } from "./prompts-re.ts";

const WRITERS: {
  readonly [K in TaskKind]: (spec: TaskSpec, set: PromptSetSpec, parts: PromptParts) => string;
} = { ner: renderNerPrompt, relation: renderRelationPrompt };

/** @throws InputError `prompts-absent`; as `requireRelation` does */
export function renderPrompt(spec: TaskSpec, set: PromptSetSpec, parts: PromptParts): Prompt["messages"] {
  return [
    { role: "system", content: requirePrompts(spec).system },
    { role: "user", content: WRITERS[spec.kind](spec, set, parts) },
  ];
}
