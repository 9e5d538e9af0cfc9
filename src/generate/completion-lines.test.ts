/** @file Tests of what counts as a sentence: numbering, wrapping, layout, chatter. */
import { expect, test } from "vitest";
import { findChatter, isFence, isLayout, unwrapLine } from "./completion-lines.ts";

test.each([
  ["1. Gout is old.", "Gout is old."],
  ["12) Gout", "Gout"],
  ["(3) Gout", "Gout"],
  ["- Gout", "Gout"],
  ["* Gout", "Gout"],
  ["• Gout", "Gout"],
  ["**4.** Gout", "Gout"],
  ['5. "Gout is old."', "Gout is old."],
  ["**6. Gout**", "Gout"],
  ["“Gout”", "Gout"],
  ["`Gout`", "Gout"],
  ["Sentence 3: Gout", "Gout"],
  ["Title: Gout in kings", "Gout in kings"],
  ["  Gout \u3000", "Gout"],
])("takes the wrapping off: %s", (line, text) => {
  expect(unwrapLine(line)).toBe(text);
});

test.each([
  "1.5 mg of colchicine",
  '"A" and "B"',
  "-5 to 3",
  "2-year survival",
  "BACKGROUND: Gout",
  "**A** and **B**",
  "1000. x",
])("leaves alone: %s", (line) => {
  expect(unwrapLine(line)).toBe(line);
});

test("tells code fences", () => {
  expect(["```", "```text", "  ~~~"].every(isFence)).toBe(true);
  expect(isFence("a ``` b")).toBe(false);
});

test.each([
  "---",
  "***",
  "1.",
  "## Abstract 2",
  "# Title",
  "**Abstract 3**",
  "Abstract 1:",
  "Sentences",
  "...",
])("tells layout: %s", (line) => {
  expect(isLayout(line)).toBe(true);
});

test("a sentence is no layout", () => {
  expect(["Abstract thinking was spared.", "1. Gout", "#1 cause of death", "病"].some(isLayout)).toBe(false);
});

test.each([
  "Here are 25 sentences:",
  "Here are the 25 sentences you asked for.",
  "Here's a list of examples for the topic",
  "Sure! Below is what I wrote.",
  "Certainly, I can do that.",
  "Below are three abstracts on the topic.",
  "The following are 25 sentences as they may be found in abstracts.",
  "I hope this helps!",
  "I hope these sentences meet the need.",
  "Let me know if more are needed.",
  "Feel free to ask for more of them.",
  "Would you like another set of sentences?",
  "I followed your rules to the letter.",
  "I have marked all disease mentions and used American spelling.",
  "I've kept to the annotation rules throughout.",
  "These sentences cover a range of lengths and styles.",
  "All 25 sentences follow the annotation rules.",
  "Note: bare words such as disease were left unmarked.",
  "Please note that names were made up.",
  "Done.",
  "End of list",
  "Aims of the study:",
])("tells chatter: %s", (line) => {
  expect(findChatter(line, false)).toBe("chatter");
});

test.each([
  "I'm sorry, but I can't help with that.",
  "I cannot provide patient data.",
  "As an AI language model, I do not write such texts.",
  "I apologize for the confusion.",
])("tells a refusal: %s", (line) => {
  expect(findChatter(line, false)).toBe("refusal");
});

test.each([
  "Here we weigh a decade of work on the question.",
  "Here I argue that ATM also senses reactive oxygen species.",
  "I propose that motor neurons and hepatocytes fail for the same reason.",
  "We annotated 200 mentions in the abstracts of the journal.",
  "All abstracts were screened by two readers.",
  "The following cell lines were used: HeLa and HEK293.",
  "These families carry the founder allele.",
  "I cannot exclude a second locus on 17q.",
  "Of course the sample is small.",
  "Three exons were sequenced in each of 96 probands.",
  "Genetics of cell adhesion",
  "在九十六个家系中对所有外显子进行了测序以寻找致病突变位点。",
])("keeps a sentence without a mention: %s", (line) => {
  expect(findChatter(line, false)).toBeUndefined();
});

test("a short line counts as a sentence when something is marked", () => {
  expect(findChatter("Clonidine did not.", true)).toBeUndefined();
  expect(findChatter("Clonidine did not.", false)).toBe("chatter");
});
