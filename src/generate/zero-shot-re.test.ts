/** @file The zero-shot relation predictor: contract, prompt, reading of classes, counts. */
import { describe, expect, test } from "vitest";
import { createAnsweringCompleter, linesOfPrompt } from "../testing/answering-completer.ts";
import { relationPredictorContract } from "../testing/relation-predictor-contract.ts";
import type { Completer } from "./completer.ts";
import { requireShowable } from "./showable.ts";
import { createZeroShotRelationPredictor, readRelationClass } from "./zero-shot-re.ts";

const label = (definition: string, examples: string[] = []) => ({ definition, rules: [], examples });
const task = {
  domain: "abstracts",
  labels: { Gene: label("A gene."), Disease: label("A disease.") },
  relation: {
    head: "Gene",
    tail: "Disease",
    directed: true,
    classes: {
      yes: label("It reports on an association.", [
        "yes\t<Gene>APOE</Gene> raises the risk of <Disease>AD</Disease>.",
      ]),
      no: label("It does not."),
    },
    negative: "no",
  },
};
const create = (completer: Completer) =>
  createZeroShotRelationPredictor(task, completer, {
    source: requireShowable({ name: "GAD", private: false }, completer),
    textsPerPrompt: 4,
  });
const pair = (text: string, head: string, tail: string) => ({
  text,
  head: { start: text.indexOf(head), end: text.indexOf(head) + head.length, label: "Gene" },
  tail: { start: text.indexOf(tail), end: text.indexOf(tail) + tail.length, label: "Disease" },
});
const pairs = [
  pair("APOE causes AD.", "APOE", "AD"),
  pair("In gout,\n  MTHFR was typed.", "MTHFR", "gout"),
  pair("@GENE$ causes @DISEASE$.", "@GENE$", "@DISEASE$"),
];

describe("the contract of relation predictors", () => {
  const completer = () => createAnsweringCompleter((line) => (line.includes("causes") ? "yes" : "no"));
  for (const { name, check } of relationPredictorContract(pairs))
    test(name, () => check(create(completer())));
});

test("shows each pair in tags on one line, with classes, direction and examples", async () => {
  const completer = createAnsweringCompleter((line) => (line.includes("causes") ? "yes" : "no"), {
    join: (answers) => answers.map((answer, i) => `${i + 1}\t${answer}`).join("\n"),
  });
  expect(await create(completer).predict(pairs)).toEqual([
    { relation: "yes", score: 1 },
    { relation: "no", score: 1 },
    { relation: "yes", score: 1 },
  ]);
  const content = completer.asked[0]!.messages.at(-1)!.content;
  expect(linesOfPrompt(completer.asked[0]!)).toEqual([
    "<Gene>APOE</Gene> causes <Disease>AD</Disease>.",
    "In <Disease>gout</Disease>, <Gene>MTHFR</Gene> was typed.",
    "<Gene>@GENE$</Gene> causes <Disease>@DISEASE$</Disease>.",
  ]);
  for (const line of [
    "<Gene>: A gene.",
    "The relation goes from Gene to Disease.",
    "yes: It reports on an association.",
    "Example: yes = <Gene>APOE</Gene> raises the risk of <Disease>AD</Disease>.",
    "no (not related): It does not.",
  ]) {
    expect(content.split("\n")).toContain(line);
  }
});

test("reads a class behind a number or a wrapping, and nothing that is none", () => {
  const read = (line: string) => readRelationClass(line, ["yes", "no", "no-effect"]);
  for (const line of ["yes", "Yes.", "**YES**", '"yes"', "yes, because ...", "3 yes", "3 - yes", "<yes>"]) {
    expect(read(line)).toBe("yes");
  }
  expect(read("no-effect")).toBe("no-effect");
  for (const line of ["", "maybe", "not at all", "yes/no", "nothing", "3"])
    expect(read(line)).toBeUndefined();
  expect(readRelationClass("0", ["0", "1"])).toBe("0");
  expect(readRelationClass("1 0", ["0", "1"])).toBe("0");
});

test("a pair without a usable answer is negative with score 0, and counted", async () => {
  const completer = createAnsweringCompleter((line) => (line.includes("APOE") ? "perhaps" : "yes"), {
    join: (answers) =>
      answers
        .slice(0, 2)
        .map((answer, i) => `${i + 1}. ${answer}`)
        .join("\n"),
  });
  const predictor = create(completer);
  const unmarkable = pair("? causes gout", "?", "gout");
  expect(await predictor.predict([...pairs, unmarkable])).toEqual([
    { relation: "no", score: 0 },
    { relation: "yes", score: 1 },
    { relation: "no", score: 0 },
    { relation: "no", score: 0 },
  ]);
  expect(predictor.counts).toEqual({
    prompts: 1,
    texts: 3,
    answered: 1,
    missing: 2,
    renumbered: 0,
    rejections: { "empty-mention": 1, "unlike-class": 1 },
  });
});
