/** @file A folder -> a relation task that trains in seconds: recorded pairs whose class follows from the words between them, gold. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { renderJsonLines } from "../src/util/files.ts";
import { type TinyTask, writeTinyTask } from "./tiny-task.ts";

const DISEASES = ["asthma", "gout", "migraine", "anaemia", "psoriasis"];
const CHEMICALS = ["aspirin", "codeine", "heparin", "insulin", "morphine"];
/** Of each class; only words that the tiny encoder knows. */
const TEMPLATES = {
  yes: ["We saw D after C in N cases.", "In case N D was seen after C.", "On day N was D after C."],
  no: ["C did help in D on day N.", "Is C safe in D in case N?", "C on day N did help in D."],
} as const;

interface Pair {
  readonly relation: string;
  readonly text: string;
  readonly head: { readonly start: number; readonly end: number; readonly label: string };
  readonly tail: { readonly start: number; readonly end: number; readonly label: string };
}

/** Every pair has another number, so no two texts are alike. */
function writePairs(count: number, from: number): Pair[] {
  return Array.from({ length: count }, (_, index) => {
    const turn = from + index;
    const relation = turn % 2 === 0 ? "yes" : "no";
    const template = TEMPLATES[relation][Math.floor(turn / 2) % 3]!;
    const spans = new Map<string, { start: number; end: number }>();
    let text = "";
    for (const part of template.split(/\b([DCN])\b/)) {
      const names = { D: DISEASES[turn % 5]!, C: CHEMICALS[(turn * 3) % 5]!, N: String(turn) };
      const shown = names[part as keyof typeof names] ?? part;
      spans.set(part, { start: text.length, end: text.length + shown.length });
      text += shown;
    }
    const head = { ...spans.get("C")!, label: "Chemical" };
    return { relation, text, head, tail: { ...spans.get("D")!, label: "Disease" } };
  });
}

function toLine({ relation, text, head, tail }: Pair): string {
  let marked = text;
  for (const { start, end, label } of [head, tail].sort((a, b) => b.start - a.start))
    marked = `${marked.slice(0, start)}<${label}>${marked.slice(start, end)}</${label}>${marked.slice(end)}`;
  return `${relation}\t${marked}`;
}

export interface TinyRelationOptions {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly training?: Readonly<Record<string, unknown>>;
  /** A third class: every fifth pair has it, whatever its words. */
  readonly third?: string;
}

/** Writes what `writeTinyTask` does, of pairs: 12 answers with 8 of them each; 30 pairs of gold. */
export async function writeTinyRelationTask(
  folder: string,
  { spec = {}, training = {}, third }: TinyRelationOptions = {},
): Promise<TinyTask> {
  const pairs = writePairs(96, 1).map((pair, index) =>
    third !== undefined && index % 5 === 0 ? { ...pair, relation: third } : pair,
  );
  const completions = Array.from({ length: 12 }, (_, prompt) =>
    pairs
      .slice(8 * prompt, 8 * prompt + 8)
      .map(toLine)
      .join("\n"),
  );
  const task = await writeTinyTask(folder, {
    completions,
    training: { epochs: 6, maxTokens: 64, ...training },
    spec: {
      kind: "relation",
      relation: {
        head: "Chemical",
        tail: "Disease",
        negative: "no",
        classes: { yes: { definition: "It came after." }, no: { definition: "It did not." } },
      },
      ...spec,
    },
  });
  const gold = writePairs(30, 200).map((pair, index) => ({ id: `g${index}`, ...pair }));
  await writeFile(join(folder, "gold.jsonl"), renderJsonLines(gold));
  return task;
}
