/** @file Definitions of abbreviations: values for known shapes, bounds for hostile text. */
import { expect, test } from "vitest";
import { findAbbreviations } from "./abbreviations.ts";

const pairsOf = (text: string) =>
  findAbbreviations(text).map(({ short, long }) => [
    text.slice(short.start, short.end),
    text.slice(long.start, long.end),
  ]);

test.each([
  ["words and initials", "In Huntington disease (HD) it is", [["HD", "Huntington disease"]]],
  ["a hyphen", "ataxia-telangiectasia (A-T) cells", [["A-T", "ataxia-telangiectasia"]]],
  ["small words between", "loss of heterozygosity (LOH)", [["LOH", "loss of heterozygosity"]]],
  ["letters inside words", "the von Hippel-Lindau (VHL) disease", [["VHL", "von Hippel-Lindau"]]],
  ["square brackets", "adenomatous polyposis coli [APC]", [["APC", "adenomatous polyposis coli"]]],
  [
    "more in the bracket",
    "Wiskott-Aldrich syndrome (WAS; MIM 301000)",
    [["WAS", "Wiskott-Aldrich syndrome"]],
  ],
  ["the other way round", "HD (Huntington disease) is", [["HD", "Huntington disease"]]],
  ["a plural", "oral contraceptives (OCs)", [["OCs", "oral contraceptives"]]],
  ["a bracket that is no definition", "it was found (see Fig. 2) and (P < 0.05) in (10) men (ill)", []],
  ["letters that are not there", "breast cancer (XYZ)", []],
  ["a sentence border between", "It was heart disease. Many (HD) said", []],
  ["the same word twice", "the HD gene (HD)", []],
  ["an open bracket", "Huntington disease (HD", []],
])("finds abbreviations: %s", (_name, text, pairs) => {
  expect(pairsOf(text)).toEqual(pairs);
});

test.each([
  ["open brackets", "(".repeat(1_000_000)],
  ["words and brackets", "a (b) ".repeat(170_000)],
  ["pairs", "heart disease (HD) ".repeat(52_000)],
])("reads 1 MB fast: %s", (_name, text) => {
  const started = performance.now();
  findAbbreviations(text);
  expect(performance.now() - started).toBeLessThan(10_000);
});
