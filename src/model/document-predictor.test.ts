/** @file What a document says of its mentions: carried, left out, left alone. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ScoredMention } from "../task/example.ts";
import type { Predictor } from "../task/predictor.ts";
import { predictorContract } from "../testing/predictor-contract.ts";
import { applyDocumentRules, type DocumentRules } from "./document-mentions.ts";
import { createDocumentPredictor } from "./document-predictor.ts";

/** `<...>` is found with score 0.99, `{...}` with 0.6. */
function read(marked: string): { text: string; found: ScoredMention[] } {
  const found: ScoredMention[] = [];
  let text = "";
  let start = 0;
  for (const unit of marked) {
    if (unit === "<" || unit === "{") start = text.length;
    else if (unit === ">" || unit === "}")
      found.push({ start, end: text.length, label: "Disease", score: unit === ">" ? 0.99 : 0.6 });
    else text += unit;
  }
  return { text, found };
}

function apply(marked: string, rules?: DocumentRules) {
  const { text, found } = read(marked);
  const { mentions, dropped } = applyDocumentRules(text, found, rules);
  const show = ({ start, end, source }: ScoredMention) =>
    `${start} ${text.slice(start, end)}${source === undefined ? "" : ` (${source})`}`;
  return {
    mentions: mentions.map(show),
    dropped: dropped.map((mention) => `${show(mention)}: ${mention.reason}`),
  };
}

test.each([
  [
    "carries an abbreviation from its long form to every place, before the definition too",
    "The VHL gene. <von Hippel-Lindau disease> (VHLD) and VHLD, not vhld.",
    ["14 von Hippel-Lindau disease", "41 VHLD (abbreviation)", "51 VHLD (abbreviation)"],
    [],
  ],
  [
    "carries it from a mention that ends with the long form",
    "<familial adenomatous polyposis> (AP); AP.",
    ["0 familial adenomatous polyposis", "32 AP (abbreviation)", "37 AP (abbreviation)"],
    [],
  ],
  ["carries nothing from a mention that is not sure", "{heart disease} (HD); HD.", ["0 heart disease"], []],
  [
    "leaves out an abbreviation whose long form is no mention anywhere",
    "Valproic acid (<VPA>) helps <gout>. <VPA> again.",
    ["26 gout"],
    ["15 VPA: abbreviation", "32 VPA: abbreviation"],
  ],
  [
    "keeps an abbreviation that stands inside a longer mention",
    "Valproic acid (VPA) and <VPA toxicity>.",
    ["24 VPA toxicity"],
    [],
  ],
  [
    "carries a name to its other places in any case",
    "<Gout> is old. Gout hurts. <gout> stays.",
    ["0 Gout", "13 Gout (name)", "25 gout"],
    [],
  ],
  ["carries an abbreviation-like name as written only", "<WAS> was. WAS", ["0 WAS", "9 WAS (name)"], []],
  [
    "leaves out a name found in a minority of its places",
    "<fit> man, fit wife, fit child",
    [],
    ["0 fit: name"],
  ],
  [
    "does not count nor fill a place inside another mention",
    "<gout> and <chronic gout> and <chronic gout>",
    ["0 gout", "9 chronic gout", "26 chronic gout"],
    [],
  ],
  [
    "carries the longer name where two would fit",
    "<breast cancer> and <cancer>; breast  cancer",
    ["0 breast cancer", "18 cancer", "26 breast  cancer (name)"],
    [],
  ],
  ["cuts no word", "<gout> and gouty", ["0 gout"], []],
])("%s", (_name, marked, mentions, dropped) => {
  expect(apply(marked)).toEqual({ mentions, dropped });
});

test("does only what is switched on", () => {
  const marked = "Valproic acid (<VPA>) and <gout>, gout; <heart disease> (HD)";
  const names = { mentions: ["15 VPA", "24 gout", "30 gout (name)", "36 heart disease"], dropped: [] };
  expect(apply(marked, { abbreviations: false })).toEqual(names);
  expect(apply(marked, { names: false })).toEqual({
    mentions: ["24 gout", "36 heart disease", "51 HD (abbreviation)"],
    dropped: ["15 VPA: abbreviation"],
  });
  expect(apply("{gout} and gout", { minScore: 0.5 }).mentions).toEqual(["0 gout", "9 gout (name)"]);
});

test("gives carried mentions the score of what they were carried from", () => {
  const { text, found } = read("<gout> and gout");
  expect(applyDocumentRules(text, found).mentions).toEqual([
    { start: 0, end: 4, label: "Disease", score: 0.99 },
    { start: 9, end: 13, label: "Disease", score: 0.99, source: "name" },
  ]);
});

test("gives disjoint mentions in order, and everything found is kept or told as left out", () => {
  const part = fc.constantFrom(
    "gout",
    "<gout>",
    "{gout}",
    "HD",
    "<HD>",
    "heart disease (HD)",
    "<heart disease> (HD)",
    ". ",
    " ",
    "😀",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const { text, found } = read(parts.join(" "));
      const { mentions, dropped } = applyDocumentRules(text, found);
      let last = 0;
      for (const { start, end } of mentions) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        last = end;
      }
      const kept = mentions.filter(({ source }) => source === undefined).length;
      expect(kept + dropped.length).toBe(found.length);
    }),
  );
});

/** Finds the word gout wherever it is the first word of a text. */
const firstGout: Predictor = {
  labels: ["Disease"],
  predict: async (texts) =>
    texts.map((text) => (/^gout\b/.test(text) ? [{ start: 0, end: 4, label: "Disease", score: 1 }] : [])),
};

for (const { name, check } of predictorContract(["gout or gout", "gout"])) {
  test(`the wrapped predictor ${name}`, () => check(createDocumentPredictor(firstGout)));
}

test("wraps a predictor: mentions, and with them what was left out", async () => {
  const predictor = createDocumentPredictor(firstGout);
  expect(await predictor.predict(["gout or gout"])).toEqual([
    [
      { start: 0, end: 4, label: "Disease", score: 1 },
      { start: 8, end: 12, label: "Disease", score: 1, source: "name" },
    ],
  ]);
  expect(await predictor.predictDocuments(["gout gout gout"])).toEqual([
    { mentions: [], dropped: [{ start: 0, end: 4, label: "Disease", score: 1, reason: "name" }] },
  ]);
});

test("takes linear time on 1 MB of names and definitions", () => {
  const text = "heart disease (HD) and gout or HD ".repeat(30_000);
  const found = [...text.matchAll(/heart disease/g)].map(({ index }) => {
    return { start: index, end: index + 13, label: "Disease", score: 1 };
  });
  const started = performance.now();
  const { mentions } = applyDocumentRules(text, found);
  expect(mentions).toHaveLength(90_000);
  expect(performance.now() - started).toBeLessThan(10_000);
});
