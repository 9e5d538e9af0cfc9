/** @file A relation task and examples -> prompts that ask for the class of the same marked pairs, by a reader who sees none. */
import { requireRelation } from "../task/output-names.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { joinWords, nounOf } from "./label-noun.ts";
import { markPair } from "./mark-pair.ts";
import { joinParagraphs, renderDefinition } from "./prompt-lines.ts";
import { renderDirection } from "./prompts-re.ts";
import {
  cutVerifyPrompts,
  VERIFY_SYSTEM,
  type VerifyPrompt,
  type VerifyPromptOptions,
} from "./verify-prompts.ts";

/**
 * The twin of `writeVerifyPrompts`: the pairs stay marked, their classes are left out, and definitions and rules are
 * those of the task. A pair that tags cannot say is in no prompt.
 * @throws InputError `relation-absent` for a task that does not say which
 */
export function writeVerifyRelationPrompts(
  spec: TaskSpec,
  examples: readonly Omit<RelationExample, "relation">[],
  options: VerifyPromptOptions = {},
): VerifyPrompt[] {
  const relation = requireRelation(spec);
  const lines = examples.flatMap((example) => {
    const line = markPair(example, relation);
    return line === undefined ? [] : [{ id: example.id, line }];
  });
  const rules = renderRules(spec);
  return cutVerifyPrompts(spec.name, lines, options, (part) => {
    const sentences = part.length === 1 ? "sentence" : `${part.length} sentences in the same order`;
    const content = [
      rules,
      `Answer with the same ${sentences}, one a line, no numbering: the class, a tab, and the sentence unchanged, its marks included.`,
      part.map(({ line }) => line).join("\n"),
    ].join("\n\n");
    return [
      { role: "system", content: VERIFY_SYSTEM },
      { role: "user", content },
    ];
  });
}

function renderRules(spec: TaskSpec): string {
  const relation = requireRelation(spec);
  const { head, tail, classes, negative } = relation;
  const pair =
    head === tail ? `the two ${nounOf(head)} mentions` : `the ${nounOf(head)} and the ${nounOf(tail)}`;
  const names = Object.keys(classes).map((name) => `"${name}"`);
  return joinParagraphs([
    [
      `Say of each sentence from ${spec.domain} how ${pair} marked in it are related: give it the class ${joinWords(names, "or")}.`,
    ],
    [...new Set([head, tail])].flatMap((label) => {
      const found = spec.labels[label];
      return found === undefined ? [] : renderDefinition(label, found);
    }),
    [
      renderDirection(relation),
      ...Object.entries(classes).flatMap(([name, definition]) =>
        renderDefinition(`"${name}"${name === negative ? " (not related)" : ""}`, definition),
      ),
    ],
    ["Judge by what the sentence says of the marked pair, not by what else is known of it."],
  ]);
}
