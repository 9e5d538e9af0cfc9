/** @file The score table, from scores that are known. */
import { expect, it } from "vitest";
import { collectNames } from "../evaluate/dictionary.ts";
import { evaluatePredictor } from "../evaluate/evaluate-predictor.ts";
import type { Predictor } from "../task/predictor.ts";
import { renderScores, renderSkipped, renderUnsupported } from "./render-scores.ts";

const gold = [
  { id: "1", text: "gout and flu", mentions: [{ start: 0, end: 4, label: "Disease" }], document: "a" },
  { id: "2", text: "no gout", mentions: [{ start: 3, end: 7, label: "Disease" }], document: "a" },
];
const predictor: Predictor = {
  labels: ["Disease", "Chemical"],
  predict: async (texts) =>
    texts.map((text) =>
      text === "no gout"
        ? [{ start: 3, end: 7, label: "Disease", score: 1 }]
        : [{ start: 9, end: 12, label: "Chemical", score: 1 }],
    ),
};
const names = collectNames([{ text: "flu", mentions: [{ start: 0, end: 3, label: "Disease" }] }]);

it("shows every label, the dictionary and the relaxed schemes", async () => {
  const evaluation = await evaluatePredictor(predictor, gold, { names });
  expect(renderScores("dev", evaluation)).toEqual([
    "dev: 2 texts in 1 document",
    "  strict match  precision  recall     F1  95 % interval  mentions",
    "  all labels        0.500   0.500  0.500    0.500-0.500         2",
    "  Disease           1.000   0.500  0.667    0.667-0.667         2",
    "  Chemical          0.000   0.000  0.000    0.000-0.000         0",
    "  dictionary        0.000   0.000  0.000    0.000-0.000         2",
    "  relaxed F1: overlap 0.500, boundary 0.500, type 0.500; dictionary = look-up of 1 name of the training corpus",
  ]);
  expect(renderUnsupported(evaluation, "Do so.")).toEqual([
    "  note: the gold has no mention of Chemical, so all found count as wrong. Do so.",
  ]);
});

it("leaves out the row of a label that stands alone", async () => {
  const evaluation = await evaluatePredictor(predictor, gold, { names, labels: ["Disease"] });
  expect(renderScores("dev", evaluation)[2]).toMatch(/^ {2}all labels +1\.000 +0\.500 +0\.667/);
  expect(renderScores("dev", evaluation)).toHaveLength(5);
  expect(renderUnsupported(evaluation, "")).toEqual([]);
});

it("tells what was left out of the gold", () => {
  expect(
    renderSkipped([
      { reason: "label", label: "Gene", count: 2 },
      { reason: "iob1-start", count: 1 },
    ]),
  ).toEqual([
    "  note: 2 gold mentions with a label that was not asked for: Gene",
    "  note: iob1-start 1: a mention that begins with I-, as IOB1 writes it",
  ]);
});

it("says what of the gold is beyond the model, and how the rest scores", async () => {
  const spans = [
    { start: 0, end: 4 },
    { start: 9, end: 12 },
  ];
  const wide = gold.map((example, index) =>
    index === 0 ? { ...example, discontinuous: [{ label: "Disease", spans }] } : example,
  );
  const evaluation = await evaluatePredictor(predictor, wide, { names, labels: ["Disease"] });
  expect(renderScores("dev", evaluation).slice(-2)).toEqual([
    "  note: 1 of 3 gold mentions (33.3 %) are beyond the model: 1 discontinuous, 0 overlapping a longer one. They count as missed above;",
    "        of what it can reach: precision 1.000, recall 0.500, F1 0.667",
  ]);
});
