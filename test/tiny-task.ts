/** @file A folder -> a task that trains in seconds: a tiny encoder, recorded sentences of two labels, gold. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { writeTinyEncoder } from "../src/testing/tiny-encoder.ts";
import { renderJsonLines } from "../src/util/files.ts";

const DISEASES = ["asthma", "gout", "migraine", "anaemia", "psoriasis", "lung cancer", "kidney failure"];
const CHEMICALS = ["aspirin", "codeine", "heparin", "insulin", "morphine", "folic acid", "nitric oxide"];
const TEMPLATES = [
  "The patient with D was given C on day N.",
  "C did not help in D on day N.",
  "We saw D after C in N cases.",
  "No sign of D was seen on day N.",
  "Is C safe in D and in D in case N?",
  "The ward was calm on day N.",
];
const GOLD_TEMPLATES = ["We saw D after C on day N.", "Is C safe on day N?", "No D was seen in D on day N."];

type Name = { text: string; label: string };

/** Fills `D`, `C` and `N` of a template; each call takes the next names and number, so no two texts are alike. */
function createFiller() {
  const turns = { D: 0, C: 3, N: 1 };
  return (template: string): (string | Name)[] =>
    template.split(/\b([DCN])\b/).map((part) => {
      if (part === "N") return String(turns.N++);
      if (part === "D") return { text: DISEASES[turns.D++ % DISEASES.length]!, label: "Disease" };
      if (part === "C") return { text: CHEMICALS[turns.C++ % CHEMICALS.length]!, label: "Chemical" };
      return part;
    });
}

const markUp = (parts: readonly (string | Name)[]): string =>
  parts
    .map((part) => (typeof part === "string" ? part : `<${part.label}>${part.text}</${part.label}>`))
    .join("");

/** A line of gold in our JSON lines. */
function toGold(id: string, parts: readonly (string | Name)[]) {
  let text = "";
  const spans: { start: number; end: number; label: string }[] = [];
  for (const part of parts) {
    if (typeof part === "string") text += part;
    else {
      spans.push({ start: text.length, end: text.length + part.text.length, label: part.label });
      text += part.text;
    }
  }
  return { id, text, spans };
}

/** Answers as a model would give them, one a prompt: 6 sentences each, and one line of chatter in the first. */
export function writeTinyAnswers(prompts: number, fill = createFiller()): string[] {
  return Array.from({ length: prompts }, (_, prompt) =>
    [...(prompt === 0 ? ["Here are 6 sentences:"] : []), ...TEMPLATES.map((t) => markUp(fill(t)))].join("\n"),
  );
}

export interface TinyTaskOptions {
  /** Keys that replace or join those of the task file. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly training?: Readonly<Record<string, unknown>>;
  /** Answers, one a prompt. Default: 12 with 6 sentences each, and one line of chatter. */
  readonly completions?: readonly string[];
}

/** Paths of what {@link writeTinyTask} wrote. */
export interface TinyTask {
  readonly folder: string;
  readonly taskFile: string;
  readonly gold: string;
  readonly encoder: string;
}

/** Writes task.yaml, recorded requests and output, gold.jsonl, and the encoder's folder. */
export async function writeTinyTask(folder: string, options: TinyTaskOptions = {}): Promise<TinyTask> {
  const fill = createFiller();
  const completions = options.completions ?? writeTinyAnswers(12, fill);
  const gold = Array.from({ length: 10 }, (_, round) =>
    GOLD_TEMPLATES.map((template, index) => toGold(`g${round}-${index}`, fill(template))),
  ).flat();
  await mkdir(folder, { recursive: true });
  const words = new Set(
    [...TEMPLATES, ...GOLD_TEMPLATES, ...DISEASES, ...CHEMICALS]
      .join(" ")
      .toLowerCase()
      .match(/[a-z]{2,}/g),
  );
  await writeTinyEncoder(join(folder, "encoder"), { words: [...words], hiddenSize: 32, layers: 1 });
  const id = (prompt: number) => `tiny-${String(prompt).padStart(3, "0")}`;
  const messages = [{ role: "user", content: "Write sentences." }];
  await writeFile(
    join(folder, "requests.jsonl"),
    renderJsonLines(completions.map((_, prompt) => ({ custom_id: id(prompt), body: { messages } }))),
  );
  const answer = (content: string) => ({
    status_code: 200,
    body: { choices: [{ message: { role: "assistant", content }, finish_reason: "stop" }] },
  });
  await writeFile(
    join(folder, "output.jsonl"),
    renderJsonLines(completions.map((text, prompt) => ({ custom_id: id(prompt), response: answer(text) }))),
  );
  await writeFile(join(folder, "gold.jsonl"), renderJsonLines(gold));
  const label = (definition: string) => ({ definition });
  const spec = {
    name: "tiny",
    kind: "ner",
    domain: "made-up sentences",
    labels: { Disease: label("A disease."), Chemical: label("A chemical.") },
    completions: { from: "recorded", requests: "requests.jsonl", output: "output.jsonl" },
    encoder: { name: "./encoder" },
    training: { epochs: 12, batchSize: 8, learningRate: 0.01, maxTokens: 32, ...options.training },
    dataset: { devFraction: 0.1 },
    curation: { minHash: 0 }, // filled templates are near duplicates of each other
    gold: [
      { name: "tiny gold", path: "gold.jsonl" },
      { name: "absent gold", path: "absent.jsonl", optional: true },
    ],
    ...options.spec,
  };
  const taskFile = join(folder, "task.yaml");
  await writeFile(taskFile, stringify(spec));
  return { folder, taskFile, gold: join(folder, "gold.jsonl"), encoder: join(folder, "encoder") };
}
