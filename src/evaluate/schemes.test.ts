/** @file The four schemes against the example of nervaluate's README and against nervaluate itself. */
import { expect, test } from "vitest";
import fixture from "../../test/fixtures/nervaluate.json" with { type: "json" };
import type { GoldExample, Mention } from "../task/example.ts";
import { evaluate } from "./evaluate.ts";
import { countScheme, createSchemeCounts, type SchemeName, schemeNames } from "./schemes.ts";

const mention = (start: number, end: number, label: string): Mention => ({ start, end, label });
const count = (name: SchemeName, gold: readonly Mention[], predicted: readonly Mention[]) => {
  const counts = createSchemeCounts();
  countScheme(name, gold, predicted, counts);
  const { correct, incorrect, partial, missed, spurious } = counts;
  return [correct, incorrect, partial, missed, spurious];
};

test("counts the six cases of nervaluate's README", () => {
  const gold = [
    mention(0, 7, "BRAND"), // TIKOSYN, missed
    mention(23, 31, "DRUG"), // warfarin, found as "of warfarin"
    mention(40, 51, "DRUG"), // propranolol, found as BRAND
    mention(60, 69, "DRUG"), // phenytoin, found
    mention(85, 99, "GROUP"), // contraceptives, found as DRUG "oral contraceptives"
  ];
  const predicted = [
    mention(10, 18, "BRAND"),
    mention(20, 31, "DRUG"),
    mention(40, 51, "BRAND"),
    mention(60, 69, "DRUG"),
    mention(80, 99, "DRUG"),
  ];
  expect(Object.fromEntries(schemeNames.map((name) => [name, count(name, gold, predicted)]))).toEqual({
    strict: [1, 3, 0, 1, 1],
    boundary: [2, 2, 0, 1, 1],
    overlap: [2, 0, 2, 1, 1],
    type: [2, 2, 0, 1, 1],
  });
});

test("takes the nearest mention of the same label, and none that is taken", () => {
  const gold = [mention(0, 5, "A"), mention(6, 20, "A")];
  expect(count("type", gold, [mention(3, 20, "A"), mention(10, 12, "A")])).toEqual([1, 0, 0, 1, 1]);
  expect(count("type", gold, [mention(4, 7, "A"), mention(8, 20, "A")])).toEqual([2, 0, 0, 0, 0]);
});

test("asks for an overlap of 1 % of the gold mention", () => {
  expect(count("overlap", [mention(0, 100, "A")], [mention(99, 120, "A")])).toEqual([0, 0, 1, 0, 0]);
  expect(count("overlap", [mention(0, 101, "A")], [mention(100, 120, "A")])).toEqual([0, 0, 0, 1, 1]);
});

const toMentions = (rows: readonly (string | number)[][]): Mention[] =>
  rows.map(([start, end, label]) => mention(start as number, end as number, label as string));

test.each(fixture.cases.map((row, index) => ({ ...row, index })))(
  "gives nervaluate's numbers, case $index",
  ({ gold, predicted, schemes }) => {
    const text = "x".repeat(fixture.textLength);
    const examples = gold.map((rows, i): GoldExample => ({ id: `${i}`, text, mentions: toMentions(rows) }));
    const options = { labels: fixture.labels, bootstrap: { samples: 1, seed: 1 } };
    const found = evaluate(examples, predicted.map(toMentions), options).schemes;
    for (const name of schemeNames) {
      expectClose(found[name].micro, schemes[name].micro);
      for (const [label, expected] of Object.entries(schemes[name].labels)) {
        expectClose(found[name].labels[label]!, expected);
      }
    }
  },
);

function expectClose(found: object, expected: object): void {
  for (const [key, value] of Object.entries(expected)) {
    expect(Reflect.get(found, key), key).toBeCloseTo(value as number, 12);
  }
}
