/** @file A relation task and a completer -> a RelationPredictor that asks the model itself: the baseline of the paper. */
import type { RelationPredictor } from "../task/relation-example.ts";
import type { RelationSpec } from "../task/relation-spec.ts";
import type { LabelSpec } from "../task/spec.ts";
import {
  type AskCounts,
  askNumbered,
  countRejection,
  createAskCounts,
  renderNumbered,
} from "./ask-numbered.ts";
import type { Completer, Prompt } from "./completer.ts";
import { markPair } from "./mark-pair.ts";
import { type ShowableText, showText } from "./showable.ts";
import type { ZeroShotOptions } from "./zero-shot-ner.ts";

/** What is needed of a task. */
export interface ZeroShotRelationTask {
  readonly domain: string;
  readonly labels: Readonly<Record<string, LabelSpec>>;
  readonly relation: RelationSpec;
}

export interface ZeroShotRelationPredictor extends RelationPredictor {
  /** So far; `texts` counts distinct marked pairs. */
  readonly counts: Readonly<AskCounts>;
}

/**
 * Asks a language model for the class of marked pairs. A model that writes text gives no probability: **the score is
 * 1**, and 0 for a pair without a usable answer, which is given the negative class (nothing is predicted for it) and
 * counted as missing. Each distinct pair is asked once in the life of the predictor.
 */
export function createZeroShotRelationPredictor(
  task: ZeroShotRelationTask,
  completer: Completer,
  options: ZeroShotOptions,
): ZeroShotRelationPredictor {
  const { relation: spec } = task;
  const classes = Object.keys(spec.classes);
  const counts = createAskCounts();
  const known = new Map<string, { relation: string; score: number }>();

  const ask = async (unknown: readonly string[]) => {
    const lines = unknown.map((line) => showText(options.source, line));
    const write = (group: readonly ShowableText[]) => writeZeroShotRelationPrompt(task, group);
    const answers = await askNumbered(lines, write, completer, counts, options);
    for (const [index, line] of unknown.entries()) {
      const answer = answers[index];
      const relation = answer === undefined ? undefined : readRelationClass(answer, classes);
      if (answer !== undefined && relation === undefined) countRejection(counts, "unlike-class");
      counts.texts++;
      counts[relation === undefined ? "missing" : "answered"]++;
      known.set(
        line,
        relation === undefined ? { relation: spec.negative, score: 0 } : { relation, score: 1 },
      );
    }
  };

  return {
    classes,
    counts,
    async predict(pairs) {
      const lines = pairs.map((pair) => markPair(pair, spec));
      const unknown = new Set(lines.filter((line) => line !== undefined && !known.has(line)));
      if (unknown.size > 0) await ask([...unknown] as string[]);
      return lines.map((line) => {
        if (line !== undefined) return { ...known.get(line)! };
        countRejection(counts, "empty-mention");
        return { relation: spec.negative, score: 0 };
      });
    },
  };
}

/** The prompt that asks for classes; {@link readRelationClass} is its twin. The lines are pairs in inline markup. */
function writeZeroShotRelationPrompt(
  { domain, labels, relation }: ZeroShotRelationTask,
  lines: readonly ShowableText[],
): Prompt["messages"] {
  const { head, tail, directed, classes, negative } = relation;
  const marked = [...new Set([head, tail])];
  const described = Object.keys(classes).flatMap((name) => {
    const { definition, rules, examples } = classes[name]!;
    const title = `${name}${name === negative ? " (not related)" : ""}: ${definition}`;
    return [title, ...rules.map((rule) => `- ${rule}`), ...examples.map(renderExample), ""];
  });
  const count = lines.length;
  const user = [
    `Say how the two marked mentions are related, in texts from: ${domain}.`,
    ...marked.map((name) => `<${name}>: ${labels[name]?.definition ?? name}`),
    ...(directed && head !== tail ? [`The relation goes from ${head} to ${tail}.`] : []),
    "",
    "Classes:",
    ...described,
    `${count === 1 ? "There is 1 text" : `There are ${count} texts`}, numbered, one a line, with one pair marked in each. Judge by what the text says of the marked pair, not by what else is known. Answer one line a text: its number, a tab, the class (${Object.keys(classes).join(" or ")}). Write nothing else.`,
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

/** `class<tab>sentence` -> an example line. */
const renderExample = (example: string): string => `Example: ${example.replace("\t", " = ")}`;

/**
 * The class that a line begins with, in any case, behind a number or a wrapping; undefined when it is none of them. A
 * class that is itself a number must be the whole line.
 */
export function readRelationClass(line: string, classes: readonly string[]): string | undefined {
  const answer = line.replace(/^[\s"'`*“(<[]+/, "").replace(/[\s"'`*”)>\].]+$/, "");
  const lower = answer.toLowerCase();
  const found = classes.filter((name) => {
    if (/^\d+$/.test(name)) return name === answer;
    return lower.startsWith(name.toLowerCase()) && !/^[\p{L}\p{N}_/-]/u.test(answer.slice(name.length));
  });
  if (found.length > 0) return found.sort((a, b) => b.length - a.length)[0];
  const behindNumber = /^\d+[^\p{L}\p{N}]+(.+)$/su.exec(answer)?.[1];
  return behindNumber === undefined ? undefined : readRelationClass(behindNumber, classes);
}
