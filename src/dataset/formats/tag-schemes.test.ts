/** @file Tests of tag schemes: every sequence is read, runs come back from each scheme. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseTag, readTags, renderTags, type TokenRun } from "./tag-schemes.ts";

const read = (tags: string) => {
  const { runs, unopened } = readTags(tags.split(" ").map((tag) => parseTag(tag)!));
  return [runs.map(({ first, last, label }) => `${first}-${last} ${label}`), unopened];
};

test.each([
  ["B-D I-D B-D O", ["0-1 D", "2-2 D"], 0],
  ["I-D I-D B-D I-E", ["0-1 D", "2-2 D", "3-3 E"], 2],
  ["S-D B-D E-D E-D I-E O", ["0-0 D", "1-2 D", "3-3 D", "4-4 E"], 2],
  ["U-D B-D I-D L-D U-D", ["0-0 D", "1-3 D", "4-4 D"], 0],
  ["b-D i-D o", ["0-1 D"], 0],
  ["B-D I-E", ["0-0 D", "1-1 E"], 1],
])("reads %s", (tags, runs, unopened) => {
  expect(read(tags)).toEqual([runs, unopened]);
});

test.each(["", "B", "B-", "D", "X-D", "BD", "-D"])("%j is no tag", (tag) => {
  expect(parseTag(tag)).toBeUndefined();
});

test("labels keep their case, spaces and dashes", () => {
  expect(parseTag("B-Adverse-event of note")).toEqual({ position: "B", label: "Adverse-event of note" });
});

test("writes each scheme", () => {
  const runs = [
    { first: 0, last: 1, label: "D" },
    { first: 2, last: 2, label: "D" },
    { first: 3, last: 5, label: "E" },
  ];
  expect(renderTags(7, runs, "iob2").join(" ")).toBe("B-D I-D B-D B-E I-E I-E O");
  expect(renderTags(7, runs, "iob1").join(" ")).toBe("I-D I-D B-D I-E I-E I-E O");
  expect(renderTags(7, runs, "bioes").join(" ")).toBe("B-D E-D S-D B-E I-E E-E O");
});

test.each(["iob2", "iob1", "bioes"] as const)("runs come back from %s", (scheme) => {
  const arbitrary = fc.array(
    fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 3 }), fc.constantFrom("A", "B-c")),
  );
  fc.assert(
    fc.property(arbitrary, (steps) => {
      const runs: TokenRun[] = [];
      let next = 0;
      for (const [gap, length, label] of steps) {
        runs.push({ first: next + gap, last: next + gap + length - 1, label });
        next += gap + length;
      }
      const tags = renderTags(next, runs, scheme).map((tag) => parseTag(tag)!);
      const back = readTags(tags);
      expect(back.runs).toEqual(runs);
      if (scheme !== "iob1") expect(back.unopened).toBe(0);
    }),
  );
});
