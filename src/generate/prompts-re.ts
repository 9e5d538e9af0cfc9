/** @file A task and what was drawn for a prompt -> the text that asks for sentences with a marked pair and its class. */

import { requireRelation } from "../task/output-names.ts";
import type { PromptSetSpec } from "../task/prompt-spec.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { type AnswerShape, countItems, describeAnswer, describeMarks } from "./answer-shape.ts";
import { joinWords, nounOf } from "./label-noun.ts";
import {
  itemsOf,
  joinParagraphs,
  type PromptParts,
  renderDefinition,
  renderDrawn,
  renderManner,
  requirePrompts,
  wordsOf,
} from "./prompt-lines.ts";
import { shareOut } from "./share-out.ts";

/** Of the sentences: those that hedge, and those that report what was not found. */
const CAUTIOUS = 0.08;
const NOT_FOUND = 0.12;

/** Class and how many sentences of it, in the order of the task; classes with none are left out. */
function countClasses({ classes }: RelationSpec, set: PromptSetSpec): [string, number][] {
  const names = Object.keys(classes);
  const { shares } = set;
  const counts = shareOut(
    itemsOf(set),
    names.map((name) => (shares === undefined ? 1 : (shares[name] ?? 0))),
  );
  return names
    .map((name, index): [string, number] => [name, counts[index]!])
    .filter(([, count]) => count > 0);
}

const quoted = (name: string) => `"${name}"`;

/** What the classes are about: the marked pair, and in which direction. */
export function renderDirection({ head, tail, directed }: RelationSpec): string {
  const [first, second] = [nounOf(head), nounOf(tail)];
  const order = "the order in which the two stand in the sentence is free";
  return directed
    ? `The class is about the marked pair alone, and it has a direction: what the marked ${first} (head) does to the marked ${second} (tail), or is to it, not the other way round; ${order}.`
    : `The class is about the marked pair alone, whichever of the two comes first; ${order}.`;
}

function renderHard(
  { negative }: RelationSpec,
  counts: readonly [string, number][],
  items: number,
): string[] {
  const positive = counts.filter(([name]) => name !== negative).map(([name]) => quoted(name));
  if (positive.length === 0) return [];
  const cautious = Math.round(CAUTIOUS * items);
  const notFound = Math.round(NOT_FOUND * items);
  const hasNegative = counts.some(([name]) => name === negative);
  return [
    ...(hasNegative
      ? [
          `Make the ${quoted(negative)} sentences hard: most use the words of the ${joinWords(positive, "or")} sentences, said of another pair; in several of them a pair for which ${joinWords(positive, "or")} is true stands unmarked beside the marked one.`,
        ]
      : []),
    ...(cautious > 0 && notFound > 0
      ? [
          `About ${cautious} of the ${items} are cautious (may, suggests, possible) and about ${notFound} report that something was looked for and not found (no association, did not); give them the class that the definitions ask for.`,
        ]
      : []),
  ];
}

/** The user's message of a prompt for labelled pairs. @throws InputError `relation-absent` */
export function renderRelationPrompt(spec: TaskSpec, set: PromptSetSpec, parts: PromptParts): string {
  const prompts = requirePrompts(spec);
  const relation = requireRelation(spec);
  const { head, tail, classes, negative } = relation;
  const counts = countClasses(relation, set);
  const items = itemsOf(set);
  const labels = [head, tail];
  const shape: AnswerShape = { form: "sentences", items, labels, classes: Object.keys(classes) };
  const [low, high] = wordsOf(set, "relation");
  const pair =
    head === tail ? `the two ${nounOf(head)} mentions` : `the ${nounOf(head)} and the ${nounOf(tail)}`;
  return joinParagraphs([
    [
      `Write ${countItems("sentences", items)} for training a classifier that reads one sentence from ${spec.domain} and says how ${pair} marked in it are related.`,
      ...renderDrawn(parts),
    ],
    [
      `${describeMarks("relation", prompts.answer, shape)} Others of their kind may stand beside them, unmarked; in most sentences some do.`,
      ...[...new Set(labels)].flatMap((label) => {
        const found = spec.labels[label];
        return found === undefined ? [] : renderDefinition(label, found);
      }),
    ],
    [
      renderDirection(relation),
      ...Object.entries(classes).flatMap(([name, definition]) =>
        renderDefinition(`${quoted(name)}${name === negative ? " (not related)" : ""}`, definition),
      ),
    ],
    [
      `Write ${joinWords(counts.map(([name, count]) => `${count} ${quoted(name)}`))}, mixed.`,
      ...renderHard(relation, counts, items),
      ...(set.hardNegatives.length === 0
        ? []
        : [
            `Let several sentences hold what looks like a related pair and is none: ${set.hardNegatives.join("; ")}.`,
          ]),
      ...set.rules,
    ],
    [
      `Make them differ: length from ${low} to ${high} words, subject, syntax, order and distance of the pair, with and without the usual words for the relation.`,
      renderManner(prompts),
    ],
    [describeAnswer("relation", prompts.answer, shape)],
  ]);
}
