/** @file Tests of the words for a label. */
import { expect, test } from "vitest";
import { joinWords, nounOf, withArticle } from "./label-noun.ts";

test("makes words of a label's name and keeps abbreviations", () => {
  const names = ["Disease", "AdverseEffect", "adverse_effect", "DNA", "RNABinding", "Lab-Test", "Grade3"];
  expect(names.map(nounOf)).toEqual([
    "disease",
    "adverse effect",
    "adverse effect",
    "DNA",
    "RNA binding",
    "lab test",
    "grade3",
  ]);
});

test("puts the article that is spoken", () => {
  const nouns = ["disease", "adverse effect", "RNA", "DNA", "unit", "ulcer"];
  expect(nouns.map(withArticle)).toEqual([
    "a disease",
    "an adverse effect",
    "an RNA",
    "a DNA",
    "a unit",
    "an ulcer",
  ]);
});

test("joins words", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map((words) => joinWords(words))).toEqual([
    "",
    "a",
    "a and b",
    "a, b and c",
  ]);
});
