/** @file The classes of gold pairs, checked against those of the task. */
import { expect, test } from "vitest";
import { checkSpec } from "./spec-checks.ts";
import { taskSchema } from "./spec-schema.ts";

const label = { definition: "It is." };
const relation = { head: "Gene", tail: "Disease", classes: { yes: label, no: label }, negative: "no" };
const messages = (classes: object, more: object) => {
  const spec = taskSchema.parse({
    name: "pairs",
    kind: "ner",
    domain: "abstracts",
    labels: { Gene: label, Disease: label },
    completions: { from: "recorded", requests: "a", output: "b" },
    gold: [{ name: "GAD", path: "gad.jsonl", classes }],
    ...more,
  });
  return checkSpec(spec)
    .filter(({ path }) => path.includes("classes"))
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
};

test("a class that gold is mapped to must be one of the relation's", () => {
  expect(messages({ 1: "yes", 0: "no" }, { relation })).toEqual([]);
  expect(messages({ 1: "yess", 0: "no" }, { relation })).toEqual([
    'gold.0.classes.1: Unknown class "yess". Did you mean "yes"? Classes: yes, no.',
  ]);
});

test("gold of a task without a relation has no classes", () => {
  expect(messages({ 1: "yes" }, {})).toEqual([
    "gold.0.classes.1: The task has no relation, so its gold has no classes. Take the key out.",
  ]);
});
