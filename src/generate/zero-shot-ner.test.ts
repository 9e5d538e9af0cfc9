/** @file The zero-shot predictor: contract, prompts, counts, what is not asked. */
import { describe, expect, test } from "vitest";
import { createAnsweringCompleter, linesOfPrompt } from "../testing/answering-completer.ts";
import { predictorContract } from "../testing/predictor-contract.ts";
import { InterruptedError } from "../util/errors.ts";
import type { Completer } from "./completer.ts";
import { requireShowable, showText } from "./showable.ts";
import { createZeroShotPredictor, writeZeroShotPrompt } from "./zero-shot-ner.ts";

const label = (definition: string, rules: string[] = [], examples: string[] = []) => ({
  definition,
  rules,
  examples,
});
const task = {
  domain: "case notes",
  labels: {
    Disease: label("A disease.", ["Mark abbreviations."], ["He had <Disease>gout</Disease>."]),
    Chemical: label("A chemical."),
  },
};
const gold = { name: "notes", private: false };
const source = (completer: Completer) => requireShowable(gold, completer);
const create = (completer: Completer, options = {}) =>
  createZeroShotPredictor(task, completer, { source: source(completer), ...options });

/** Marks as an ideal model would. */
const mark = (line: string) =>
  line
    .replace(
      /breast cancer|cancer|asthma|“?gout”?|hyper\u00adtension|糖尿病/gu,
      (name) => `<Disease>${name}</Disease>`,
    )
    .replace(/aspirin/g, "<Chemical>aspirin</Chemical>");

describe("the contract of predictors", () => {
  const texts = ["Two cases of breast cancer after aspirin.", "Gout? No, asthma & <b>gout</b>, p < 0.05."];
  for (const { name, check } of predictorContract(texts)) {
    test(name, () => check(create(createAnsweringCompleter(mark))));
  }
});

test("asks for numbered texts under the task's definitions, rules and examples", () => {
  const local = { isLocal: true };
  const lines = ["He took aspirin.", "No."].map((text) => showText(requireShowable(gold, local), text));
  const [system, user] = writeZeroShotPrompt(task, lines);
  expect(system!.role).toBe("system");
  expect(user!.content).toBe(
    [
      "Mark every mention of Disease, Chemical in texts from: case notes.",
      "A mention is written between tags: <Disease>...</Disease>, <Chemical>...</Chemical>. Tags are never nested and never overlap.",
      "",
      "<Disease>: A disease.",
      "- Mark abbreviations.",
      "Examples:",
      "He had <Disease>gout</Disease>.",
      "",
      "<Chemical>: A chemical.",
      "",
      "There are 2 texts, numbered, one a line. Answer with the same texts in the same order, one a line, each with its number, unchanged but for the tags. A text without a mention is repeated as it is. Write nothing else.",
      "",
      "1. He took aspirin.",
      "2. No.",
    ].join("\n"),
  );
});

test("asks each distinct text once, in prompts of so many, and scores every mention 1", async () => {
  const completer = createAnsweringCompleter(mark);
  const predictor = create(completer, { textsPerPrompt: 2 });
  const texts = ["asthma a", "gout b", "asthma a", " ", "cancer c"];
  expect(await predictor.predict(texts)).toEqual([
    [{ start: 0, end: 6, label: "Disease", score: 1 }],
    [{ start: 0, end: 4, label: "Disease", score: 1 }],
    [{ start: 0, end: 6, label: "Disease", score: 1 }],
    [],
    [{ start: 0, end: 6, label: "Disease", score: 1 }],
  ]);
  await predictor.predict(texts);
  expect(completer.asked.map(linesOfPrompt)).toEqual([["asthma a", "gout b"], ["cancer c"]]);
  expect(predictor.counts).toMatchObject({ prompts: 2, texts: 3, answered: 3, missing: 0, mentions: 3 });
});

test("a long text stands alone in its prompt", async () => {
  const completer = createAnsweringCompleter(mark);
  await create(completer, { charactersPerPrompt: 20 }).predict(["short", "x".repeat(30), "a", "b"]);
  expect(completer.asked.map((prompt) => linesOfPrompt(prompt).length)).toEqual([1, 1, 2]);
});

test("a prompt's id changes with its texts and with the model, and with nothing else", async () => {
  const idOf = async (text: string, salt?: string) => {
    const completer = createAnsweringCompleter(mark);
    await create(completer, salt === undefined ? {} : { salt }).predict([text]);
    return completer.asked[0]!.id;
  };
  const id = await idOf("gout");
  expect(id).toMatch(/^zero-shot-[0-9a-f]{16}$/);
  expect(await idOf("gout")).toBe(id);
  expect(await idOf("gout!")).not.toBe(id);
  expect(await idOf("gout", "other model")).not.toBe(id);
});

test("counts what could not be used, and predicts nothing for it", async () => {
  const answers: Record<string, string> = {
    "plain gout": "plain <Disease>gout</Disease>",
    "bad asthma": "bad <Disease>asthma",
    "lost cancer": "<Disease>Something</Disease> quite different here",
    "big old gene of gout": "big old <Gene>gene</Gene> of <disease> gout</disease>",
    "an asthma of the old kind": "an <Disease>Asthma attack</Disease> of the old kind",
    "the Gout of kings": "the <Disease>gout</Disease> of kings",
  };
  const texts = [...Object.keys(answers), "silent cancer"];
  const completer = createAnsweringCompleter((line) => answers[line] ?? "", {
    join: (lines) =>
      ["Here are the texts:", ...lines.slice(0, 6).map((line, i) => `${i + 1}. ${line}`)].join("\n"),
  });
  const predictor = create(completer);
  const found = await predictor.predict(texts);
  expect(found.map((mentions, i) => mentions.map(({ start, end }) => texts[i]!.slice(start, end)))).toEqual([
    ["gout"],
    [],
    [],
    ["gout"],
    [],
    ["Gout"],
    [],
  ]);
  expect(predictor.counts).toEqual({
    prompts: 1,
    texts: 7,
    answered: 4,
    missing: 3,
    renumbered: 0,
    rejections: { chatter: 1, "unclosed-tag": 1, "unlike-text": 1 },
    mentions: 3,
    unaligned: 1,
    foreign: 1,
    respelt: 1,
    reworded: 1,
    repairs: { trimmed: 1, recased: 2, unescaped: 0 },
  });
});

test("a prompt that failed leaves its texts missing, and says why", async () => {
  const completer: Completer = {
    isLocal: true,
    async *complete(prompts) {
      for await (const { id } of prompts) yield { prompt: id, reason: "failed-request", raw: "status 500" };
    },
  };
  const predictor = create(completer);
  expect(await predictor.predict(["gout", "asthma"])).toEqual([[], []]);
  expect(predictor.counts).toMatchObject({ texts: 2, missing: 2, rejections: { "failed-request": 1 } });
});

test("stops with what was answered kept by whoever keeps it", async () => {
  const abort = new AbortController();
  abort.abort();
  const predictor = create(createAnsweringCompleter(mark), { signal: abort.signal });
  await expect(predictor.predict(["gout"])).rejects.toThrow(InterruptedError);
});
