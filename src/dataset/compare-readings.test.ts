/** @file Two readings of a text are compared mention by mention, and nothing is counted twice. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mention } from "../task/example.ts";
import { compareReadings } from "./compare-readings.ts";

const at = (start: number, end: number, label = "Disease"): Mention => ({ start, end, label });

describe("a difference is", () => {
  it.each([
    ["missed where the marks lack a mention", [], [at(0, 4)], { kind: "missed", suggested: at(0, 4) }],
    ["added where they have one too many", [at(0, 4)], [], { kind: "added", given: at(0, 4) }],
    [
      "boundary where it begins elsewhere",
      [at(2, 4)],
      [at(0, 4)],
      { kind: "boundary", given: at(2, 4), suggested: at(0, 4) },
    ],
    [
      "type where the label is another, in the same place",
      [at(0, 4, "Chemical")],
      [at(0, 4)],
      { kind: "type", given: at(0, 4, "Chemical"), suggested: at(0, 4) },
    ],
    [
      "type too where it also begins elsewhere",
      [at(2, 4, "Chemical")],
      [at(0, 4)],
      { kind: "type", given: at(2, 4, "Chemical"), suggested: at(0, 4) },
    ],
  ])("%s", (_, given, suggested, expected) => {
    expect(compareReadings(given, suggested)).toEqual({ agreed: [], differences: [expected] });
  });
});

it("pairs the largest overlap, and leaves the other one without a counterpart", () => {
  expect(compareReadings([at(0, 20)], [at(0, 6), at(11, 20)])).toEqual({
    agreed: [],
    differences: [
      { kind: "boundary", given: at(0, 20), suggested: at(11, 20) },
      { kind: "missed", suggested: at(0, 6) },
    ],
  });
});

it("does not take neighbours for an overlap", () => {
  expect(compareReadings([at(0, 4)], [at(4, 8)]).differences.map(({ kind }) => kind)).toEqual([
    "added",
    "missed",
  ]);
});

/** Mentions in reading order that do not overlap. */
const mentions = fc
  .array(
    fc.record({ gap: fc.nat(2), length: fc.integer({ min: 1, max: 4 }), label: fc.constantFrom("A", "B") }),
    { maxLength: 6 },
  )
  .map((parts) => {
    let end = 0;
    return parts.map(({ gap, length, label }) => at(end + gap, (end += gap + length), label));
  });

it("puts every mention of both sides in one place, once", () => {
  fc.assert(
    fc.property(mentions, mentions, (given, suggested) => {
      const { agreed, differences } = compareReadings(given, suggested);
      const order = (list: readonly Mention[]) => [...list].sort((a, b) => a.start - b.start);
      expect(order([...agreed, ...differences.flatMap((one) => one.given ?? [])])).toEqual(given);
      expect(order([...agreed, ...differences.flatMap((one) => one.suggested ?? [])])).toEqual(suggested);
    }),
  );
});

it("has no difference between equal readings", () => {
  fc.assert(
    fc.property(mentions, (given) => {
      expect(compareReadings(given, structuredClone(given))).toEqual({ agreed: given, differences: [] });
    }),
  );
});
