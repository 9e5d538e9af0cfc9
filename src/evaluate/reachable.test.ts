/** @file Scores of gold that a flat model cannot hold: what is missed, and what is beyond reach. */
import { expect, test } from "vitest";
import type { GoldExample } from "../task/example.ts";
import { evaluate } from "./evaluate.ts";
import { splitReachable } from "./reachable.ts";

const spans = [
  { start: 0, end: 7 },
  { start: 19, end: 25 },
];
const example: GoldExample = {
  id: "1",
  text: "ovarian and breast cancer, chronic\n gout pain",
  mentions: [
    { start: 12, end: 25, label: "Disease" },
    { start: 27, end: 40, label: "Disease" },
    { start: 36, end: 40, label: "Disease" },
    { start: 41, end: 45, label: "Sign" },
  ],
  discontinuous: [{ label: "Disease", spans }],
};

test("scores a discontinuous mention as missed, and tells the scores of what can be reached", () => {
  const predicted = [
    { start: 12, end: 25, label: "Disease" },
    { start: 36, end: 40, label: "Disease" },
    { start: 41, end: 45, label: "Disease" },
  ];
  const evaluation = evaluate([example], [predicted], { labels: ["Disease"] });
  expect(evaluation.strict.micro).toMatchObject({ tp: 2, fp: 1, fn: 2, support: 4, recall: 0.5 });
  expect(evaluation.strict.labels.Disease).toMatchObject({ tp: 2, fp: 1, fn: 2, support: 4 });
  expect(evaluation.unreachable).toEqual({ discontinuous: 1, overlapping: 1, share: 0.5 });
  // Of two that can be reached one is found; the overlapped one that was found is neither right nor wrong here.
  expect(evaluation.reachable).toEqual({
    precision: 0.5,
    recall: 0.5,
    f1: 0.5,
    support: 2,
    tp: 1,
    fp: 1,
    fn: 1,
  });
  expect(evaluation.errorCounts).toMatchObject({ missed: 2, spurious: 1 });
  expect(evaluation.errors.find(({ gold }) => gold?.spans !== undefined)).toEqual({
    example: "1",
    index: 0,
    kind: "missed",
    gold: { start: 0, end: 25, label: "Disease", spans },
  });
});

test("sets discontinuous mentions of other labels aside", () => {
  const evaluation = evaluate([example], [[]], { labels: ["Sign"] });
  expect(evaluation.strict.micro).toMatchObject({ support: 1, fn: 1 });
  expect(evaluation.outside.gold).toEqual({ Disease: 4 });
  expect(evaluation.unreachable).toEqual({ discontinuous: 0, overlapping: 0, share: 0 });
});

test("scores gold that is discontinuous alone", () => {
  const evaluation = evaluate([{ ...example, mentions: [] }], [[]], { labels: ["Disease"] });
  expect(evaluation.strict.micro).toMatchObject({ support: 1, fn: 1, f1: 0 });
  expect(evaluation.unreachable).toEqual({ discontinuous: 1, overlapping: 0, share: 1 });
});

test("gives the same figures twice where all can be reached", () => {
  const gold = [{ ...example, mentions: example.mentions.slice(0, 1), discontinuous: [] }];
  const { strict, reachable } = evaluate(gold, [[{ start: 12, end: 25, label: "Disease" }]], {
    labels: ["Disease"],
  });
  expect(reachable).toEqual({ precision: 1, recall: 1, f1: 1, support: 1, tp: 1, fp: 0, fn: 0 });
  expect(strict.micro).toMatchObject(reachable);
});

test.each([
  [
    "the outermost",
    [
      [0, 9],
      [0, 4],
      [5, 9],
    ],
    [[0, 9]],
  ],
  [
    "the longer of two that cross",
    [
      [0, 4],
      [2, 9],
    ],
    [[2, 9]],
  ],
  [
    "the earlier of two as long",
    [
      [0, 4],
      [2, 6],
    ],
    [[0, 4]],
  ],
  [
    "neighbours",
    [
      [0, 4],
      [4, 6],
    ],
    [
      [0, 4],
      [4, 6],
    ],
  ],
])("of mentions that overlap, reaches %s", (_name, all, kept) => {
  const toMentions = (list: number[][]) =>
    list.map(([start, end]) => ({ start: start!, end: end!, label: "A" }));
  const { reachable, overlapped } = splitReachable(toMentions(all));
  expect(reachable).toEqual(toMentions(kept));
  expect(reachable.length + overlapped.length).toBe(all.length);
});
