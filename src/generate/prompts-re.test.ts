/** @file Tests of prompts for labelled pairs: what has to be said is said, with exact counts. */
import { expect, test } from "vitest";
import { createRelationSpec } from "../testing/prompt-specs.ts";
import { InputError } from "../util/errors.ts";
import type { PromptParts } from "./prompt-lines.ts";
import { renderRelationPrompt } from "./prompts-re.ts";

const NOTHING: PromptParts = { attributes: {}, terms: [] };
type Input = Parameters<typeof createRelationSpec>[0];
type Relation = Parameters<typeof createRelationSpec>[1];

function write(set: Partial<Input["sets"][number]>, relation: Relation = {}, more: Partial<Input> = {}) {
  const spec = createRelationSpec({ ...more, sets: [{ name: "one", prompts: 1, ...set }] }, relation);
  return renderRelationPrompt(spec, spec.prompts!.sets[0]!, { ...NOTHING, topic: "APOE" });
}

test("says pair, direction, classes, counts, hard ones and answer", () => {
  const text = write({ rules: ["Use dates."], hardNegatives: ["a gene in the name of a test"] });
  for (const part of [
    "Write 25 sentences for training a classifier that reads one sentence from PubMed abstracts on the genetics of human disease and says how the gene and the disease marked in it are related.",
    "Topic: APOE.",
    "Mark exactly one gene as <Gene>...</Gene> and exactly one disease as <Disease>...</Disease> in each sentence.",
    "Gene: A gene, its protein or a variant.",
    "what the marked gene (head) does to the marked disease (tail)",
    '"yes": the sentence reports a relation between the pair',
    '"no" (not related): the two only stand together',
    'Write 13 "yes" and 12 "no", mixed.',
    'Make the "no" sentences hard: most use the words of the "yes" sentences, said of another pair; in several of them a pair for which "yes" is true stands unmarked beside the marked one.',
    "About 2 of the 25 are cautious (may, suggests, possible) and about 3 report that something was looked for and not found",
    "what looks like a related pair and is none: a gene in the name of a test.",
    "Use dates.",
    "length from 10 to 50 words",
    "Do not copy published sentences.",
    'Answer with the 25 lines only: the class ("yes" or "no"), a tab, the sentence with its two tags; no numbering.',
  ]) {
    expect(text).toContain(part);
  }
});

test("shares sentences out over the classes, and leaves out those with none", () => {
  expect(write({ shares: { yes: 0.44, no: 0.56 } })).toContain('Write 11 "yes" and 14 "no", mixed.');
  const definition = (text: string) => ({ definition: text });
  const classes = { treats: definition("a"), causes: definition("b"), none: definition("c") };
  const three = { classes, negative: "none" };
  expect(write({ items: 20 }, three)).toContain('Write 7 "treats", 7 "causes" and 6 "none", mixed.');
  const two = write({ items: 20, shares: { treats: 0, causes: 0.5, none: 0.5 } }, three);
  expect(two).toContain('Write 10 "causes" and 10 "none", mixed.');
  expect(two).toContain('the words of the "causes" sentences');
  const negativeOnly = write({ shares: { treats: 0, causes: 0, none: 1 } }, three);
  expect(negativeOnly).toContain('Write 25 "none", mixed.');
  expect(negativeOnly).not.toContain("sentences hard");
});

test("asks for two mentions of one label where a relation has no direction", () => {
  const text = write({}, { head: "Gene", tail: "Gene", directed: false });
  expect(text).toContain("Mark exactly two mentions of a gene, each as <Gene>...</Gene>, in each sentence.");
  expect(text).toContain("whichever of the two comes first");
  expect(text.match(/^Gene: /gm)).toHaveLength(1);
});

test("asks for JSON", () => {
  const text = write({}, {}, { answer: "json" });
  expect(text).toContain('[{"relation": "yes", "text": "...", "head": "...", "tail": "..."}]');
  expect(text).not.toContain("<Gene>");
});

test("tells a task without its relation", () => {
  const { relation: _, ...spec } = createRelationSpec({ sets: [{ name: "one", prompts: 1 }] });
  expect(() => renderRelationPrompt(spec, spec.prompts!.sets[0]!, NOTHING)).toThrow(InputError);
});
