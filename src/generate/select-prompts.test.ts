/** @file Tests of choosing prompts by id, glob and range. */
import { expect, test } from "vitest";
import { selectPrompts } from "./select-prompts.ts";

const PROMPTS = ["disease-000", "disease-023", "disease-024", "other.1", "last"].map((id) => ({
  id,
  messages: [],
}));
const select = (...entries: string[]) => selectPrompts(PROMPTS, entries).map(({ id }) => id);

test("takes all when nothing is said", () => {
  expect(selectPrompts(PROMPTS)).toBe(PROMPTS);
});

test("takes ids, globs and ranges, each prompt once, in their order", () => {
  expect(select("last", "disease-000")).toEqual(["disease-000", "last"]);
  expect(select("disease-02*", "disease-*4")).toEqual(["disease-023", "disease-024"]);
  expect(select("000..023")).toEqual(["disease-000", "disease-023", "other.1"]);
});

test("a dot in a glob is a dot", () => {
  expect(() => select("other-*", "otherx1")).toThrow('No prompt matches "other-*"');
  expect(select("other.*")).toEqual(["other.1"]);
});

test("an entry that matches nothing is told with what there is", () => {
  expect(() => select("100..200")).toThrow(
    'No prompt matches "100..200" in completions.select. There are 5: "disease-000" to "last".',
  );
});
