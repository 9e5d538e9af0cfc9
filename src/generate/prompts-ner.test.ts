/** @file Tests of prompts for marked texts: what has to be said is said. */
import { expect, test } from "vitest";
import { createNerSpec } from "../testing/prompt-specs.ts";
import type { PromptParts } from "./prompt-lines.ts";
import { renderNerPrompt } from "./prompts-ner.ts";

const NOTHING: PromptParts = { attributes: {}, terms: [] };
type Input = Parameters<typeof createNerSpec>[0];

function write(set: Partial<Input["sets"][number]>, parts: PromptParts = NOTHING, more: Partial<Input> = {}) {
  const spec = createNerSpec({ ...more, sets: [{ name: "one", prompts: 1, ...set }] });
  return renderNerPrompt(spec, spec.prompts!.sets[0]!, parts);
}

test("says what is drawn, defined, counted and answered", () => {
  const parts = {
    topic: "gout",
    style: "background and aims",
    attributes: { section: ["results"] },
    terms: [{ label: "Disease", names: ["DMD", "gout"] }],
  };
  const set = {
    items: 20,
    words: [5, 30] as [number, number],
    rules: ["Use dates."],
    hardNegatives: ["gene symbols"],
  };
  const lines = write(set, parts, { language: "British English" }).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "Write 20 sentences for training a recogniser of disease mentions in PubMed abstracts on the genetics of human disease.",
      "Topic: gout.",
      "Style: background and aims.",
      "Section: results.",
      "Names to use, each at least once, beside others of your own (disease): DMD; gout.",
      "Mark every mention of a disease with <Disease>...</Disease>. Tags are never nested.",
      "Disease: The shortest phrase that names a disease in full.",
      "- Do not mark the bare word disease.",
      "The <Disease>DMD</Disease> gene was sequenced.",
      "Use dates.",
      "Let several sentences also hold what looks like a mention and is none, unmarked: gene symbols.",
      "Make them differ: length from 5 to 30 words, subject, syntax, position of the mentions.",
      "Write what a text of this kind could say, in British English. Do not copy published sentences.",
      "Answer with the 20 sentences only, one a line, no numbering.",
    ]),
  );
});

test.each([
  [{}, /^About 4 of the 25 name none of the things to mark.*; about 10 hold two or more mentions\.$/m],
  [
    { empty: 0, several: 0 },
    /^Each of the 25 names at least one of the things to mark; none holds two or more mentions\.$/m,
  ],
  [{ empty: 1 }, /^None of the 25 names any of the things to mark, but stay on the topic/m],
  [{ empty: 0.8, several: 0.9, items: 10 }, /^About 8 of the 10 .*; about 2 hold two or more/m],
])("counts sentences without and with several mentions: %j", (set, line) => {
  expect(write(set)).toMatch(line);
});

test("asks for whole documents", () => {
  const parts = { ...NOTHING, attributes: { "kind of study": ["case report", "trial", "review"] } };
  const text = write({ form: "documents", sentences: [5, 9] }, parts);
  expect(text).toContain("Write 3 documents for training a recogniser of disease mentions");
  expect(text).toContain("Kind of study, one each: case report; trial; review.");
  expect(text).toContain("a title, then 5 to 9 sentences");
  expect(text).toContain("each on its own line, with a blank line between documents.");
  expect(text).toContain("Many sentences hold nothing to mark");
  expect(text).not.toContain("About 4 of");
  expect(text).toMatch(
    /Answer with the 3 documents only: .*the title first, and a blank line between documents/,
  );
  const shares = write({ form: "documents", items: 1, empty: 0.43, several: 0.25 });
  expect(shares).toContain("Write 1 document for");
  expect(shares).toContain("about 43 % of their sentences hold nothing to mark");
  expect(shares).toContain("let about 25 % of their sentences hold two or more mentions.");
});

test("asks for JSON with strings, and for no tags", () => {
  const text = write({}, NOTHING, { answer: "json" });
  expect(text).toContain('List every mention of a disease as "Disease".');
  expect(text).not.toContain("<Disease>...</Disease>");
  expect(text).toContain('[{"text": "...", "mentions": [{"text": "...", "label": "Disease"}]}]');
  const whole = write({ form: "documents" }, NOTHING, { answer: "json" });
  expect(whole).toContain(
    '[{"sentences": [{"text": "...", "mentions": [{"text": "...", "label": "Disease"}]}]}]',
  );
});

test("names every label with its article and its tag", () => {
  const label = (definition: string) => ({ definition, rules: [], examples: [] });
  const spec = createNerSpec(
    { sets: [{ name: "one", prompts: 1 }] },
    { labels: { Chemical: label("Drugs."), AdverseEffect: label("Harm.") } },
  );
  const text = renderNerPrompt(spec, spec.prompts!.sets[0]!, NOTHING);
  expect(text).toContain("a recogniser of chemical and adverse effect mentions in");
  expect(text).toContain(
    "Mark every mention of a chemical with <Chemical>...</Chemical> and every mention of an adverse effect with <AdverseEffect>...</AdverseEffect>.",
  );
  expect(text.indexOf("Chemical: Drugs.")).toBeLessThan(text.indexOf("AdverseEffect: Harm."));
});
