/** @file Tests of did-you-mean. */
import { expect, test } from "vitest";
import { closest, didYouMean } from "./did-you-mean.ts";

test("finds a name with a letter swapped, lost, added or in another case", () => {
  expect(closest("lables", ["name", "labels"])).toBe("labels");
  expect(closest("Chemcial", ["Disease", "Chemical"])).toBe("Chemical");
  expect(closest("warmUp", ["warmup"])).toBe("warmup");
  expect(closest("epoch", ["epochs"])).toBe("epochs");
});

test("suggests nothing when nothing is near", () => {
  expect(closest("Protein", ["Disease"])).toBeUndefined();
  expect(didYouMean("x", [])).toBe("");
});

test("makes a sentence to stand in a message", () => {
  expect(didYouMean("kindd", ["kind"])).toBe(' Did you mean "kind"?');
});
