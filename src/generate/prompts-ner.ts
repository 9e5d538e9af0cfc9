/** @file A task and what was drawn for a prompt -> the text that asks for marked sentences or documents. */
import type { PromptSetSpec } from "../task/prompt-spec.ts";
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

const EMPTY = 0.16;
const SEVERAL = 0.4;

const OFF = "but stay on the topic (methods, cohorts, measurements, what stands beside the things to mark)";

/** How many sentences hold nothing, and how many two or more. */
function renderCounts(items: number, empty: number, several: number): string {
  const without = Math.round(empty * items);
  const withSeveral = Math.min(Math.round(several * items), items - without);
  if (without === items) return `None of the ${items} names any of the things to mark, ${OFF}.`;
  const first =
    without === 0
      ? `Each of the ${items} names at least one of the things to mark`
      : `About ${without} of the ${items} name none of the things to mark ${OFF}`;
  return `${first}; ${withSeveral === 0 ? "none holds" : `about ${withSeveral} hold`} two or more mentions.`;
}

/** The same for documents, where it is left to the author unless the set says. */
function renderShares({ empty, several }: PromptSetSpec): string {
  const percent = (share: number) => `about ${Math.round(share * 100)} % of their sentences`;
  const first =
    empty === undefined
      ? "Many sentences hold nothing to mark, as methods and measurements do"
      : `Let ${percent(empty)} hold nothing to mark, as methods and measurements do`;
  return several === undefined ? `${first}.` : `${first}; let ${percent(several)} hold two or more mentions.`;
}

function renderSentences(set: PromptSetSpec): string[] {
  const [low, high] = wordsOf(set, "ner");
  const { empty = EMPTY, several = SEVERAL } = set;
  return [
    `Make them differ: length from ${low} to ${high} words, subject, syntax, position of the mentions.`,
    renderCounts(itemsOf(set), empty, several),
    ...(empty === 1
      ? []
      : ["Include rare names, long names, plural forms and abbreviations used without their long form."]),
  ];
}

function renderDocuments(set: PromptSetSpec, noun: string): string[] {
  const [low, high] = wordsOf(set, "ner");
  const [fewest, most] = set.sentences;
  const several = itemsOf(set) > 1;
  return [
    `Write ${several ? "them" : "it"} as authors do: a title, then ${fewest} to ${most} sentences from beginning to end (background, methods, results and conclusion, or the parts that such a text has), of ${low} to ${high} words, each on its own line${several ? ", with a blank line between documents" : ""}.`,
    `Long names come with their abbreviation once and as the abbreviation afterwards. Words that only point back (the ${noun}, this ${noun}) stay unmarked. ${renderShares(set)}`,
    `Vary names, numbers, populations, spelling habits and style${several ? " between them" : ""}.`,
  ];
}

/** The user's message of a prompt for marked texts. */
export function renderNerPrompt(spec: TaskSpec, set: PromptSetSpec, parts: PromptParts): string {
  const prompts = requirePrompts(spec);
  const labels = Object.keys(spec.labels);
  const shape: AnswerShape = { form: set.form, items: itemsOf(set), labels, classes: [] };
  return joinParagraphs([
    [
      `Write ${countItems(shape.form, shape.items)} for training a recogniser of ${joinWords(labels.map(nounOf))} mentions in ${spec.domain}.`,
      ...renderDrawn(parts),
    ],
    [
      describeMarks("ner", prompts.answer, shape),
      ...labels.flatMap((label) => renderDefinition(label, spec.labels[label]!)),
      ...set.rules,
      ...(set.hardNegatives.length === 0
        ? []
        : [
            `Let several sentences also hold what looks like a mention and is none, unmarked: ${set.hardNegatives.join("; ")}.`,
          ]),
    ],
    [
      ...(set.form === "sentences" ? renderSentences(set) : renderDocuments(set, nounOf(labels[0]!))),
      renderManner(prompts),
    ],
    [describeAnswer("ner", prompts.answer, shape)],
  ]);
}
