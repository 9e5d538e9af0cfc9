/** @file Prompts of a relation task's second pass: rules as in the task, marked pairs, no class in sight. */
import { expect, test } from "vitest";
import { parseRelationLine } from "../task/relation-markup.ts";
import { createRelationSpec } from "../testing/prompt-specs.ts";
import { writeVerifyRelationPrompts } from "./verify-prompts-re.ts";

const spec = createRelationSpec({ sets: [{ name: "one", prompts: 1 }] });
const example = (number: number, text = `Case ${number}: gout & F5.`) => {
  const at = (name: string, label: string) => {
    const start = text.indexOf(name);
    return { start, end: start + name.length, label };
  };
  const [head, tail] = [at("F5", "Gene"), at("gout", "Disease")];
  return { id: `e${number}`, text, head, tail, prompt: "p", passage: 0, relation: "yes" };
};

test("show 25 pairs each, and remember whose", () => {
  const prompts = writeVerifyRelationPrompts(
    spec,
    Array.from({ length: 27 }, (_, number) => example(number)),
  );
  expect(prompts.map(({ prompt, ids }) => [prompt.id, ids.length, ids[0]])).toEqual([
    ["demo-verify-000", 25, "e0"],
    ["demo-verify-001", 2, "e25"],
  ]);
});

test("say the rules of the task and what to answer", () => {
  const [only] = writeVerifyRelationPrompts(spec, [example(1), example(2)]);
  expect(only!.prompt.messages[1]!.content).toBe(
    [
      'Say of each sentence from PubMed abstracts on the genetics of human disease how the gene and the disease marked in it are related: give it the class "yes" or "no".',
      "Gene: A gene, its protein or a variant.\nDisease: A disease.",
      [
        "The class is about the marked pair alone, and it has a direction: what the marked gene (head) does to the marked disease (tail), or is to it, not the other way round; the order in which the two stand in the sentence is free.",
        '"yes": the sentence reports a relation between the pair',
        '"no" (not related): the two only stand together',
      ].join("\n"),
      "Judge by what the sentence says of the marked pair, not by what else is known of it.",
      "Answer with the same 2 sentences in the same order, one a line, no numbering: the class, a tab, and the sentence unchanged, its marks included.",
      "Case 1: <Disease>gout</Disease> & <Gene>F5</Gene>.\nCase 2: <Disease>gout</Disease> & <Gene>F5</Gene>.",
    ].join("\n\n"),
  );
});

test("a line with its class is read back as the pair, and stands on one line", () => {
  const asked = example(1, "A gout\n\u2028 of F5 &lt; 3");
  const [only] = writeVerifyRelationPrompts(spec, [asked]);
  const line = only!.prompt.messages[1]!.content.split("\n").at(-1)!;
  expect(parseRelationLine(`no\t${line}`, spec.relation!, ["Gene", "Disease"])).toMatchObject({
    relation: "no",
    text: "A gout of F5 &lt; 3",
    head: { start: 10, end: 12 },
  });
  expect(only!.prompt.messages[1]!.content).toContain("Answer with the same sentence, one a line");
});

test("leave out a pair that tags cannot say", () => {
  const odd = { ...example(1), head: { start: 6, end: 7, label: "Gene" } }; // ":" alone
  expect(writeVerifyRelationPrompts(spec, [odd, example(2)]).map(({ ids }) => ids)).toEqual([["e2"]]);
  expect(writeVerifyRelationPrompts(spec, [])).toEqual([]);
});
