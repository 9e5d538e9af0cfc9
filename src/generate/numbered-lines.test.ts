/** @file Answers as models write them, read back by number. */
import { expect, test } from "vitest";
import { readNumberedLines } from "./numbered-lines.ts";

const read = (text: string, places: number, finishReason = "stop") => {
  const { lines, counted, rejected } = readNumberedLines({ promptId: "p", text, finishReason }, places);
  return { lines, counted, rejected: rejected.map(({ line, reason }) => `${line} ${reason}`) };
};

test("reads numbers in the usual dresses, in any order", () => {
  expect(read("2) b\n(1) a\n[3] c\n**4.** d\n5: e\n6\tyes\n7.<D>g</D>", 7)).toEqual({
    lines: ["a", "b", "c", "d", "e", "yes", "<D>g</D>"],
    counted: false,
    rejected: [],
  });
});

test("takes the first of two lines with one number, and counts chatter and fences", () => {
  expect(read("Here are the texts:\n```\n1. a\n1. b\n\n3. c\n```\n9. stray", 3)).toEqual({
    lines: ["a", undefined, "c"],
    counted: false,
    rejected: ["1 chatter", "2 layout", "4 duplicate-answer", "7 layout", "8 chatter"],
  });
});

test("takes lines without numbers in their order, if there are as many as texts, chatter aside", () => {
  expect(read("first text of all\n10 patients were 1.5 m tall", 2)).toEqual({
    lines: ["first text of all", "10 patients were 1.5 m tall"],
    counted: true,
    rejected: [],
  });
  expect(read("Sure, with pleasure:\n<D>Gout</D>.\nTwo kindreds were seen in Oslo.", 2)).toEqual({
    lines: ["<D>Gout</D>.", "Two kindreds were seen in Oslo."],
    counted: true,
    rejected: ["1 chatter"],
  });
  expect(read("a text of one line\nanother\na third", 2)).toEqual({
    lines: [undefined, undefined],
    counted: false,
    rejected: ["1 chatter", "2 chatter", "3 chatter"],
  });
});

test("drops the last line of an answer that was cut off", () => {
  expect(read("1. a\n2. <D>bre", 2, "length")).toEqual({
    lines: ["a", undefined],
    counted: false,
    rejected: ["2 truncated"],
  });
});
