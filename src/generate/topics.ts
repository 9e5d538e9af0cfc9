/** @file The first stage: prompts that ask for topics, and their answers -> topics and what was rejected. */
import type { Rejection, RejectionReason } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { Completion, Prompt } from "./completer.ts";
import { findChatter, isFence, isLayout, splitAnswer, unwrapLine } from "./completion-lines.ts";
import { joinWords, nounOf } from "./label-noun.ts";
import { requirePrompts } from "./prompt-lines.ts";

/** Topics asked of one prompt. */
const PER_PROMPT = 25;
const MAX_CHARACTERS = 120;
/** Topics shown to the model so that it writes others: the latest. */
const MAX_SHOWN = 300;

/** Prompts of one round are asked at the same time; each looks from another side, so that they differ. */
const SIDES = [
  "what is common",
  "what is rare",
  "causes, risk and prevention",
  "diagnosis, tests and measurements",
  "treatment and its effects",
  "mechanisms, from molecules to organs",
  "children, the old, and other populations",
  "methods and kinds of study",
  "complications and what comes together",
  "course, outcome and follow-up",
] as const;

function renderTopicPrompt(spec: TaskSpec, have: readonly string[], count: number, side: string): string {
  const { language } = requirePrompts(spec);
  const labels = Object.entries(spec.labels);
  const shown = have.slice(-MAX_SHOWN);
  return [
    `List ${count} topics of ${spec.domain}. Texts will be written on them in which ${joinWords(labels.map(([label]) => nounOf(label)))} mentions are marked.`,
    ...labels.map(([label, { definition }]) => `${label}: ${definition}`),
    `Look at it from this side: ${side}. Each topic is specific enough for some sentences (a group of names, a question, a situation), in 3 to 12 words, in ${language}, and far from the others.`,
    ...(shown.length === 0 ? [] : ["There are these already; give none of them again:", ...shown]),
    `Answer with the ${count} topics only, one a line, no numbering.`,
  ].join("\n");
}

/**
 * Prompts for the topics that are still missing, some 25 each; none when there are enough. What comes back may repeat
 * itself: call it again with the topics there are by then. The ids go by how many there are, so a call with the same
 * topics gives the same prompts, and one with more gives other ids.
 * @param have the task's own topics and those found so far
 * @throws InputError `prompts-absent`
 */
export function writeTopicPrompts(spec: TaskSpec, have: readonly string[]): Prompt[] {
  const { expandTopics, system } = requirePrompts(spec);
  const missing = Math.max(0, expandTopics - have.length);
  return Array.from({ length: Math.ceil(missing / PER_PROMPT) }, (_, number) => {
    const side = SIDES[(number + Math.ceil(have.length / PER_PROMPT)) % SIDES.length]!;
    const numbers = [have.length, number].map((n) => String(n).padStart(3, "0"));
    return {
      // An underscore is in no set's name, so no other prompt of the task has this id.
      id: `${spec.name}-topics_${numbers.join("-")}`,
      messages: [
        { role: "system", content: system },
        { role: "user", content: renderTopicPrompt(spec, have, PER_PROMPT, side) },
      ],
      attributes: { stage: "topics", side },
    };
  });
}

/** The form in which topics are compared: case, punctuation and spaces do not count. */
const keyOf = (topic: string) =>
  topic
    .normalize("NFKC")
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== "")
    .join(" ");

/**
 * Reads topics, one a line; numbering, quotes, bold and the full stop at the end are taken off.
 * @param have topics that are there already
 */
export function parseTopics(
  completion: Completion,
  have: readonly string[] = [],
): { readonly topics: string[]; readonly rejections: Rejection[] } {
  const topics: string[] = [];
  const rejections: Rejection[] = [];
  const seen = new Set(have.map(keyOf));
  const { promptId: prompt } = completion;
  const { rows, cut } = splitAnswer(completion);
  for (const [index, raw] of rows.entries()) {
    if (raw.trim() === "") continue;
    const topic = unwrapLine(raw).replace(/(?<=[\p{L}\p{N})])\.$/u, "");
    const fault = ((): RejectionReason | undefined => {
      if (index === cut) return "truncated";
      if (isFence(raw) || isLayout(raw)) return "layout";
      // A topic may be as short as it likes; a sentence that speaks to the reader is none.
      const chatter = findChatter(unwrapLine(raw), true);
      if (chatter !== undefined) return chatter;
      if (topic.length > MAX_CHARACTERS) return "topic-too-long";
      return seen.has(keyOf(topic)) ? "topic-repeated" : undefined;
    })();
    if (fault !== undefined) {
      rejections.push({ prompt, line: index + 1, reason: fault, raw });
      continue;
    }
    seen.add(keyOf(topic));
    topics.push(topic);
  }
  if (topics.length + rejections.length === 0) rejections.push({ prompt, reason: "no-text", raw: "" });
  return { topics, rejections };
}
