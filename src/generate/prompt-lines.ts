/** @file The parts of a prompt that both kinds of task share -> its lines. */
import type { PromptSetSpec, PromptsSpec } from "../task/prompt-spec.ts";
import type { LabelSpec, TaskKind, TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { nounOf } from "./label-noun.ts";

/** What was drawn for one prompt. */
export interface PromptParts {
  readonly topic?: string;
  readonly style?: string;
  /** Name -> values: one, or for documents one a document. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Names to be used, by label of the task. */
  readonly terms: readonly { readonly label: string; readonly names: readonly string[] }[];
}

/** Sentences, or documents, asked of one prompt where the set does not say. */
const ITEMS = { sentences: 25, documents: 3 } as const;

/** Sentences, or documents, that a prompt of a set asks for. */
export function itemsOf({ form, items = ITEMS[form] }: PromptSetSpec): number {
  return items;
}

const WORDS: { readonly [K in TaskKind]: readonly [number, number] } = { ner: [8, 45], relation: [10, 50] };

/** Words of a sentence that a set asks for. */
export function wordsOf({ words }: PromptSetSpec, kind: TaskKind): readonly [number, number] {
  return words ?? WORDS[kind];
}

/** @throws InputError `prompts-absent` when the task has nothing to generate */
export function requirePrompts(spec: TaskSpec): PromptsSpec {
  if (spec.prompts !== undefined) return spec.prompts;
  throw new InputError("prompts-absent", `Task "${spec.name}" has no "prompts", so none can be written.`, {
    hint: 'Add "prompts" with at least one set to the task file; docs/task-spec.md has an example.',
  });
}

const capitalised = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Topic, style, attributes, names: a line each. */
export function renderDrawn({ topic, style, attributes, terms }: PromptParts): string[] {
  return [
    ...(topic === undefined ? [] : [`Topic: ${topic}.`]),
    ...(style === undefined ? [] : [`Style: ${style}.`]),
    ...Object.entries(attributes).map(([name, values]) => {
      const each = values.length > 1 ? ", one each" : "";
      return `${capitalised(name)}${each}: ${values.join("; ")}.`;
    }),
    ...terms
      .filter(({ names }) => names.length > 0)
      .map(
        ({ label, names }) =>
          `Names to use, each at least once, beside others of your own (${nounOf(label)}): ${names.join("; ")}.`,
      ),
  ].map((line) => line.replace(/([.!?])\.$/, "$1"));
}

/** Definition, rules and examples of a label or class under its name. */
export function renderDefinition(name: string, { definition, rules, examples }: LabelSpec): string[] {
  return [
    `${name}: ${definition}`,
    ...rules.map((rule) => `- ${rule}`),
    ...(examples.length === 0 ? [] : [`Examples of ${name}:`, ...examples]),
  ];
}

/** What every text has to be. */
export function renderManner({ language }: PromptsSpec): string {
  return `Write what a text of this kind could say, in ${language}. Do not copy published sentences.`;
}

/** Paragraphs with a blank line between; empty ones are left out. */
export function joinParagraphs(paragraphs: readonly (readonly string[])[]): string {
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
}
