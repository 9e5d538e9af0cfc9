/** @file Sentence borders: values for known traps, properties for any text. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitSentences } from "./sentences.ts";
import { splitWords } from "./words.ts";

const sentencesOf = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

test.each([
  ["nothing", "", []],
  ["white space only", " \r\n\t\u200b", []],
  [
    "full stops",
    "He has asthma.  She has gout! Why? 3 were ill.",
    ["He has asthma.", "She has gout!", "Why?", "3 were ill."],
  ],
  [
    "no cut before a small letter",
    "Seen at approx. noon. p53 was lost.",
    ["Seen at approx. noon. p53 was lost."],
  ],
  [
    "abbreviations",
    "See Fig. 2 of Smith et al. Later (e.g. Dr. Jones vs. Dr. Roe).",
    ["See Fig. 2 of Smith et al. Later (e.g. Dr. Jones vs. Dr. Roe)."],
  ],
  ["initials", "By J. Smith in the U.S. Army.", ["By J. Smith in the U.S. Army."]],
  ["decimals", "It fell by 0.5 (p < .05). Then 1.5 mg.", ["It fell by 0.5 (p < .05).", "Then 1.5 mg."]],
  ["numbers with spaces", "G6PD (EC 1.1. 1. 49) of 12. Then 3.", ["G6PD (EC 1.1. 1. 49) of 12.", "Then 3."]],
  ["no. before a digit only", "Case no. 3 said no. The end.", ["Case no. 3 said no.", "The end."]],
  [
    "quotes and brackets",
    'He said "no." (Later "yes.") “So.” «Da.» End',
    ['He said "no."', '(Later "yes.")', "“So.”", "«Da.»", "End"],
  ],
  ["an ellipsis", "Well... Then it stopped… It did.", ["Well...", "Then it stopped…", "It did."]],
  ["wide punctuation", "患者は糖尿病。治療した！終", ["患者は糖尿病。", "治療した！", "終"]],
  ["a blank line", "no history of\r\n\r\ndiabetes\n \nmellitus", ["no history of", "diabetes", "mellitus"]],
  ["a soft wrap", "no history of\r\ndiabetes mellitus", ["no history of\r\ndiabetes mellitus"]],
  [
    "a line that ends a sentence",
    "weight 5 kg.\nstable (as before).\r\nok, et al.\nfound",
    ["weight 5 kg.", "stable (as before).", "ok, et al.\nfound"],
  ],
  [
    "list items",
    "Problems\n- asthma\n2) gout\n3. Fever\n* none",
    ["Problems", "- asthma", "2) gout", "3. Fever", "* none"],
  ],
  [
    "fields and headings",
    "PAST HISTORY\nAsthma\nAllergies: none\nBP: 120/80",
    ["PAST HISTORY", "Asthma", "Allergies: none", "BP: 120/80"],
  ],
  ["a form feed", "page one\fpage two", ["page one", "page two"]],
])("splits at %s", (_name, text, sentences) => {
  expect(sentencesOf(text)).toEqual(sentences);
});

test("gives disjoint sentences in order that hold every word and neither begin nor end with white space", () => {
  const part = fc.constantFrom(
    ..."aZ9.!?…。:-*)(\"' \n\r\f\u2029\u200b\u0301\u0000é",
    "😀",
    ". ",
    "\r\n",
    "\n\n",
    "Dr. ",
    "e.g. ",
    "\n- ",
    "A: ",
    "𝛼",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
      const text = parts.join("");
      const sentences = splitSentences(text);
      let last = 0;
      for (const { start, end } of sentences) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(start, end).trim()).not.toBe("");
        expect(text[start]!.trim() + text[end - 1]!.trim()).toHaveLength(2);
        last = end;
      }
      for (const word of splitWords(text)) {
        expect(sentences.filter(({ start, end }) => start <= word.start && word.end <= end)).toHaveLength(1);
      }
    }),
    { numRuns: 500 },
  );
});

test.each([
  ["no full stop", "a b ".repeat(250_000)],
  ["full stops only", ".".repeat(1_000_000)],
  ["full stops and spaces", ". ".repeat(500_000)],
  ["closing brackets", ") ".repeat(500_000)],
  ["line breaks", "A\n".repeat(500_000)],
  ["format characters", `a${"\u200b".repeat(1_000_000)}b`],
])("splits 1 MB fast: %s", (_name, text) => {
  const started = performance.now();
  splitSentences(text);
  expect(performance.now() - started).toBeLessThan(10_000);
});
