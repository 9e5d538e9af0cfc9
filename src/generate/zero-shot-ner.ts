/** @file A task and a completer -> a Predictor that asks the model itself to mark texts: the baseline of the paper. */
import type { Mention, ScoredMention } from "../task/example.ts";
import { type MarkupRepairs, parseMarkup, renderMarkup } from "../task/markup.ts";
import type { Predictor } from "../task/predictor.ts";
import type { TaskSpec } from "../task/spec.ts";
import { addCounts } from "../util/counts.ts";
import {
  type AskCounts,
  type AskOptions,
  askNumbered,
  countRejection,
  createAskCounts,
  flatten,
  renderNumbered,
} from "./ask-numbered.ts";
import { carryMentions } from "./carry-mentions.ts";
import type { Completer, Prompt } from "./completer.ts";
import { type ShowableText, type ShownSource, showText } from "./showable.ts";

/** What is needed of a task. */
export type ZeroShotTask = Pick<TaskSpec, "domain" | "labels">;

export interface ZeroShotOptions extends AskOptions {
  /** Whose texts `predict` will be given: from `requireShowable`. */
  readonly source: ShownSource;
}

/** {@link AskCounts}, and what became of the marks. */
export interface ZeroShotCounts extends AskCounts {
  mentions: number;
  /** Mentions whose words could not be found in the text for certain: they are left out, never placed by guess. */
  unaligned: number;
  /** Tags of labels that the task has not: taken out. */
  foreign: number;
  /** Answered texts that came back with other case, white space, dashes, quotation marks ... */
  respelt: number;
  /** ... and with other words. */
  reworded: number;
  /** Small faults of the markup. */
  readonly repairs: MarkupRepairs;
}

export interface ZeroShotPredictor extends Predictor {
  /** So far; grows with each call of `predict`. */
  readonly counts: Readonly<ZeroShotCounts>;
}

/**
 * Asks a language model to mark mentions. A model that writes text gives no probability: **every score is 1**. Each
 * distinct text is asked once in the life of the predictor; without a usable answer nothing is predicted for it, and it
 * is counted as missing. Texts without a letter or digit are not asked.
 * @example
 * const source = requireShowable(gold, completer);
 * const predictor = createZeroShotPredictor(spec, completer, { source });
 */
export function createZeroShotPredictor(
  task: ZeroShotTask,
  completer: Completer,
  options: ZeroShotOptions,
): ZeroShotPredictor {
  const labels = Object.keys(task.labels);
  const repairs: MarkupRepairs = { trimmed: 0, recased: 0, unescaped: 0 };
  const marks = { mentions: 0, unaligned: 0, foreign: 0, respelt: 0, reworded: 0, repairs };
  const counts: ZeroShotCounts = { ...createAskCounts(), ...marks };
  const known = new Map<string, ScoredMention[]>();

  const ask = async (texts: readonly string[]) => {
    const lines = texts.map((text) => showText(options.source, renderMarkup(flatten(text), [])));
    const write = (group: readonly ShowableText[]) => writeZeroShotPrompt(task, group);
    const answers = await askNumbered(lines, write, completer, counts, options);
    for (const [index, text] of texts.entries()) {
      const answer = answers[index];
      const mentions = answer === undefined ? undefined : readMarkedText(answer, text, labels, counts);
      counts.texts++;
      counts[mentions ? "answered" : "missing"]++;
      known.set(
        text,
        (mentions ?? []).map(({ start, end, label }) => ({ start, end, label, score: 1 })),
      );
    }
  };

  return {
    labels,
    counts,
    async predict(texts) {
      const unknown = new Set(texts.filter((text) => /[\p{L}\p{N}]/u.test(text) && !known.has(text)));
      if (unknown.size > 0) await ask([...unknown]);
      return texts.map((text) => (known.get(text) ?? []).map((mention) => ({ ...mention })));
    },
  };
}

/** The prompt that asks for marks; {@link readMarkedText} is its twin. The texts are lines in inline markup without a mark. */
export function writeZeroShotPrompt(task: ZeroShotTask, lines: readonly ShowableText[]): Prompt["messages"] {
  const names = Object.keys(task.labels);
  const described = names.flatMap((name) => {
    const { definition, rules, examples } = task.labels[name]!;
    return [
      `<${name}>: ${definition}`,
      ...rules.map((rule) => `- ${rule}`),
      ...(examples.length > 0 ? ["Examples:", ...examples] : []),
      "",
    ];
  });
  const count = lines.length;
  const user = [
    `Mark every mention of ${names.join(", ")} in texts from: ${task.domain}.`,
    `A mention is written between tags: ${names.map((name) => `<${name}>...</${name}>`).join(", ")}. Tags are never nested and never overlap.`,
    "",
    ...described,
    `${count === 1 ? "There is 1 text" : `There are ${count} texts`}, numbered, one a line. Answer with the same texts in the same order, one a line, each with its number, unchanged but for the tags. A text without a mention is repeated as it is. Write nothing else.`,
    "",
    renderNumbered(lines),
  ];
  return [
    {
      role: "system",
      content: "You annotate clinical and biomedical text. You follow the annotation rules to the letter.",
    },
    { role: "user", content: user.join("\n") },
  ];
}

/** Reads one line of an answer onto its text and counts what it was like. Undefined: it cannot be used. */
function readMarkedText(
  line: string,
  text: string,
  labels: readonly string[],
  counts: ZeroShotCounts,
): Mention[] | undefined {
  const parsed = parseWithForeignTags(line, labels);
  if ("rejected" in parsed) {
    countRejection(counts, parsed.rejected);
    return undefined;
  }
  const marked = parsed.mentions.filter(({ label }) => labels.includes(label));
  const carried = carryMentions({ text: parsed.text, mentions: marked }, text);
  if (carried.copy === "unlike") {
    countRejection(counts, "unlike-text");
    return undefined;
  }
  if (carried.copy === "alike" && flatten(text) !== flatten(parsed.text)) counts.respelt++;
  if (carried.copy === "changed") counts.reworded++;
  counts.mentions += carried.mentions.length;
  counts.unaligned += carried.unaligned;
  counts.foreign += parsed.mentions.length - marked.length;
  addCounts(counts.repairs, parsed.repairs);
  return carried.mentions;
}

/** A model that marks genes as well should not lose its diseases: tags of other names are read, to be left out. */
function parseWithForeignTags(line: string, labels: readonly string[]) {
  const known = [...labels];
  let parsed = parseMarkup(line, known);
  for (let round = 0; round < 8 && "rejected" in parsed && parsed.rejected === "unknown-tag"; round++) {
    known.push(parsed.tag);
    parsed = parseMarkup(line, known);
  }
  return parsed;
}
