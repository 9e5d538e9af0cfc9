/** @file Doubts are kept, made true, or cost the example, as the task says. */
import { expect, it } from "vitest";
import type { Example, Mention } from "../task/example.ts";
import type { LabelDoubt } from "../task/label-doubt.ts";
import { applyDoubts } from "./apply-doubts.ts";

const at = (start: number, end: number, label = "Disease"): Mention => ({ start, end, label });
const example = (id: string, mentions: Mention[]): Example => ({
  id,
  text: "hereditary breast and ovarian cancer",
  mentions,
  prompt: "p",
  passage: 0,
});
const examples = [example("a", [at(0, 17)]), example("b", [at(11, 17), at(22, 36)]), example("c", [])];
const doubts: LabelDoubt[] = [
  { id: "b", kind: "boundary", given: at(22, 36), suggested: at(11, 36), score: 0.9 },
  { id: "c", kind: "missed", suggested: at(22, 36), score: 0.8 },
  { id: "c", kind: "missed", suggested: at(0, 17, "Other"), score: 0.8 },
];

it("keep changes nothing", () => {
  expect(applyDoubts(examples, doubts, "keep")).toEqual({ kept: examples, changed: [], dropped: [] });
});

it("drop takes the doubted examples away", () => {
  expect(applyDoubts(examples, doubts, "drop")).toEqual({
    kept: [examples[0]],
    changed: [],
    dropped: [examples[1], examples[2]],
  });
});

it("relabel makes each suggestion true, in reading order, and it wins over a mention that it overlaps", () => {
  expect(applyDoubts(examples, doubts, "relabel")).toEqual({
    kept: [examples[0], example("b", [at(11, 36)]), example("c", [at(0, 17, "Other"), at(22, 36)])],
    changed: ["b", "c"],
    dropped: [],
  });
});

it("relabel takes an added mention away", () => {
  const doubt: LabelDoubt = { id: "b", kind: "added", given: at(11, 17), score: 1 };
  expect(applyDoubts(examples, [doubt], "relabel").kept[1]!.mentions).toEqual([at(22, 36)]);
});
