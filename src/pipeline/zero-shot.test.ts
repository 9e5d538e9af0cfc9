/** @file The baseline from a task file to zero-shot.json: gold, privacy, store, limit, relations. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stringify } from "yaml";
import type { Completion } from "../generate/completer.ts";
import { taskSchema } from "../task/spec-schema.ts";
import { createAnsweringCompleter } from "../testing/answering-completer.ts";
import { runZeroShot, scoreZeroShot, type ZeroShotEvent } from "./zero-shot.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "zero-shot-"));
});
afterEach(() => rm(folder, { recursive: true }));

const common = {
  domain: "notes",
  labels: { Disease: { definition: "A disease." } },
  prompts: { sets: [{ name: "one", prompts: 1 }] },
  completions: { from: "api", provider: "openai", model: "some-model", temperature: 0 },
};
const notes = ["We saw gout on day 1.", "Bad asthma was seen.", "The ward was calm.", "No gout, no asthma."];

async function writeTask(gold: readonly object[]): Promise<string> {
  const lines = notes.map((text, index) => {
    const spans = [...text.matchAll(/gout|asthma/g)].map(({ index: start, 0: name }) => ({
      start,
      end: start + name.length,
      label: "Disease",
    }));
    return JSON.stringify({ id: `n${index}`, text, spans });
  });
  await writeFile(join(folder, "gold.jsonl"), lines.join("\n"));
  const path = join(folder, "task.yaml");
  await writeFile(
    path,
    stringify({ name: "tiny", kind: "ner", ...common, gold, training: { evaluateEvery: "epoch" } }),
  );
  return path;
}

/** Knows gout and not asthma. */
const half = (line: string) => line.replace(/gout/g, "<Disease>gout</Disease>");
const runsFolder = () => join(folder, "runs");
const isPublic = { name: "public", path: "gold.jsonl" };
const isPrivate = { name: "private", path: "absent-but-never-read.jsonl", private: true };

test("scores the model's own answers with the code that scores a trained model, and writes them without text", async () => {
  const taskFile = await writeTask([isPublic, { name: "missing", path: "no.jsonl", optional: true }]);
  const events: ZeroShotEvent[] = [];
  const record = await runZeroShot(taskFile, {
    completer: createAnsweringCompleter(half, { isLocal: false }),
    runsFolder: runsFolder(),
    textsPerPrompt: 3,
    names: [{ text: "asthma", label: "Disease", count: 1 }],
    onEvent: (event) => events.push(event),
  });
  expect(record).toMatchObject({
    task: "tiny",
    kind: "ner",
    completions: { from: "api", provider: "openai", model: "some-model", temperature: 0 },
    isLocal: false,
    absent: [{ name: "missing" }],
  });
  const [set] = record.sets;
  if (set?.kind !== "ner") throw new Error("not a set of mentions");
  expect(set.evaluation.strict.micro).toMatchObject({ tp: 2, fp: 0, fn: 2, precision: 1, recall: 1 / 2 });
  expect(set.evaluation.baselines.dictionary).toMatchObject({
    names: 1,
    strict: { micro: { tp: 2, fn: 2 } },
  });
  expect(set.counts).toMatchObject({ prompts: 2, texts: 4, answered: 4, missing: 0, unaligned: 0 });
  expect(events).toEqual([
    { kind: "zero-shot-gold", name: "public", texts: 4 },
    { kind: "zero-shot-progress", name: "public", answered: 1, prompts: 2 },
    { kind: "zero-shot-progress", name: "public", answered: 2, prompts: 2 },
  ]);
  const written = await readFile(join(runsFolder(), "tiny", "zero-shot.json"), "utf8");
  expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(record)));
  for (const word of ["gout", "asthma", "ward"]) expect(written).not.toContain(word);
});

test("refuses private gold to a service before any prompt is written or any gold read", async () => {
  const taskFile = await writeTask([isPublic, isPrivate]);
  const completer = createAnsweringCompleter(half, { isLocal: false });
  await expect(runZeroShot(taskFile, { completer, runsFolder: runsFolder() })).rejects.toMatchObject({
    code: "gold-private",
  });
  expect(completer.asked).toEqual([]);
  expect(existsSync(runsFolder())).toBe(false);

  await runZeroShot(taskFile, { completer, gold: ["public"], runsFolder: runsFolder() });
  expect(completer.asked.length).toBe(1);
});

test("shows private gold to a model on this machine", async () => {
  const taskFile = await writeTask([{ ...isPublic, name: "ours", private: true }]);
  const { sets } = await runZeroShot(taskFile, {
    completer: createAnsweringCompleter(half, { isLocal: true }),
    runsFolder: runsFolder(),
  });
  expect(sets[0]!.counts.answered).toBe(4);
});

test("asks for nothing that the store has, and for no more than the limit", async () => {
  const taskFile = await writeTask([isPublic]);
  const kept: Completion[] = [];
  const store = {
    has: (id: string) => kept.some(({ promptId }) => promptId === id),
    append: (completion: Completion) => void kept.push(completion),
    read: () => kept,
  };
  const run = async (limit: number) => {
    const completer = createAnsweringCompleter(half);
    const options = { completer, store, limit, textsPerPrompt: 1, runsFolder: runsFolder() };
    const record = await runZeroShot(taskFile, options);
    return { asked: completer.asked.length, texts: record.sets[0]!.counts.texts, limit: record.limit };
  };
  expect(await run(2)).toEqual({ asked: 2, texts: 2, limit: 2 });
  expect(await run(3)).toEqual({ asked: 1, texts: 3, limit: 3 });
  expect(await run(3)).toEqual({ asked: 0, texts: 3, limit: 3 });
});

test("does not score the set that training is chosen by, unless it is named; names that are not there are told", async () => {
  const taskFile = await writeTask([isPublic, { ...isPublic, name: "chooser", use: "select" }]);
  const completer = createAnsweringCompleter(half);
  const namesOf = async (gold?: string[]) =>
    (await runZeroShot(taskFile, { completer, runsFolder: runsFolder(), ...(gold && { gold }) })).sets.map(
      ({ name }) => name,
    );
  expect(await namesOf()).toEqual(["public"]);
  expect(await namesOf(["chooser"])).toEqual(["chooser"]);
  await expect(namesOf(["publik"])).rejects.toThrow('has no gold "publik". Did you mean "public"?');
});

const relationTask = (gold: readonly object[]) =>
  taskSchema.parse({
    ...common,
    name: "pairs",
    kind: "relation",
    labels: { Gene: { definition: "A gene." }, Disease: { definition: "A disease." } },
    relation: {
      head: "Gene",
      tail: "Disease",
      classes: { yes: { definition: "Related." }, no: { definition: "Not related." } },
      negative: "no",
    },
    gold,
  });

test("scores relations, with trivial baselines and the pairs of the run folder's training set", async () => {
  const text = "APOE causes gout.";
  const pair = (relation: unknown) => ({
    text,
    head: { start: 0, end: 4, label: "Gene" },
    tail: { start: 12, end: 16, label: "Disease" },
    relation,
  });
  const masked = [
    { text: "@GENE$ causes @DISEASE$.", label: 1 },
    { text: "@GENE$ prevents @DISEASE$.", label: 1 },
    { text: "@GENE$ and @DISEASE$.", label: 0 },
  ];
  await writeFile(join(folder, "gold.jsonl"), masked.map((row) => JSON.stringify(row)).join("\n"));
  await mkdir(join(runsFolder(), "pairs", "dataset"), { recursive: true });
  await writeFile(join(runsFolder(), "pairs", "dataset", "train.jsonl"), JSON.stringify(pair("yes")));
  const spec = relationTask([{ ...isPublic, classes: { 1: "yes", 0: "no" } }]);
  const completer = createAnsweringCompleter((line) => (line.includes("causes") ? "yes" : "no"));
  const { sets } = await scoreZeroShot(join(folder, "task.yaml"), spec, {
    completer,
    runsFolder: runsFolder(),
  });
  const [set] = sets;
  if (set?.kind !== "relation") throw new Error("not a set of pairs");
  expect(set.evaluation.micro).toMatchObject({ tp: 1, fp: 0, fn: 1, precision: 1, recall: 1 / 2 });
  expect(set.evaluation.baselines).toMatchObject({
    alwaysPositive: { micro: { f1: 4 / 5 } },
    majority: { relation: "yes" },
    pairDictionary: { pairs: 1, known: 0, micro: { f1: 0 } },
  });
  expect(set.counts).toMatchObject({ texts: 3, answered: 3, missing: 0 });
});

const gad = resolve(import.meta.dirname, "../../../shared/corpora/gad/dev.jsonl");

test("on GAD, saying yes to everything scores F1 67, for the model as for the baseline", async (context) => {
  context.skip(!existsSync(gad), `${gad} is not there`);
  const spec = relationTask([{ name: "GAD", path: gad, classes: { 1: "yes", 0: "no" } }]);
  const completer = createAnsweringCompleter(() => "yes");
  const { sets } = await scoreZeroShot(join(folder, "task.yaml"), spec, {
    completer,
    runsFolder: runsFolder(),
  });
  const [set] = sets;
  if (set?.kind !== "relation") throw new Error("not a set of pairs");
  expect(set.counts).toMatchObject({ prompts: 100, texts: 1000, answered: 1000 });
  expect(set.evaluation.micro.f1).toBeCloseTo(1010 / 1505, 12);
  expect(set.evaluation.baselines.alwaysPositive.micro).toEqual(set.evaluation.micro);
  expect(set.evaluation.mcc).toBe(0);
});
