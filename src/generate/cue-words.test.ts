/** @file Tests of cues near a pair: which words count, and how far from it. */
import { expect, test } from "vitest";
import { findCue } from "./cue-words.ts";

const cueOf = (text: string) => {
  const span = (name: string) => ({ start: text.indexOf(name), end: text.indexOf(name) + name.length });
  return findCue(text, span("GENE"), span("DISEASE"));
};

test.each([
  ["GENE causes DISEASE.", "none"],
  ["GENE does not cause DISEASE.", "negation"],
  ["GENE didn't cause DISEASE.", "negation"],
  ["No link of DISEASE and GENE was seen.", "negation"],
  ["DISEASE in spite of GENE was Never seen.", "negation"],
  ["GENE may cause DISEASE.", "caution"],
  ["These data suggest that GENE causes DISEASE.", "caution"],
  ["GENE is a candidate, not the cause, in DISEASE.", "negation"],
  ["The notable knot of GENE in DISEASE cannery mayors.", "none"],
])("%s", (text, cue) => {
  expect(cueOf(text)).toBe(cue);
});

test("a word of the names, or more than twelve words away, is no cue", () => {
  const far = "a b c d e f g h i j k l";
  expect(findCue("no gene and may", { start: 0, end: 7 }, { start: 12, end: 15 })).toBe("none");
  expect(cueOf(`Not ${far} GENE causes DISEASE ${far} not.`)).toBe("none");
  expect(cueOf(`Not ${far.slice(2, -2)} GENE causes DISEASE.`)).toBe("negation");
});
