/** @file Candidate pairs: windows, their texts, the cap, overlaps, against the plain definition. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { showPair } from "../testing/word-predictors.ts";
import type { Mention, Span } from "./example.ts";
import { findCandidatePairs, type PairOptions } from "./pair-candidates.ts";

/** `Lithium(C) causes gout(D). It(…)`: words with a label after them; sentences end at `. `. */
function read(marked: string) {
  let text = "";
  const mentions: Mention[] = [];
  for (const part of marked.split(/(\w+\([A-Z]\))/)) {
    const [, word, label] = /^(\w+)\(([A-Z])\)$/.exec(part) ?? [];
    if (label !== undefined) mentions.push({ start: text.length, end: text.length + word!.length, label });
    text += word ?? part;
  }
  const sentences: Span[] = [];
  let start = 0;
  for (const piece of text.split(/(?<=\.) /)) {
    sentences.push({ start, end: start + piece.length });
    start += piece.length + 1;
  }
  return { text, mentions, sentences };
}
const show = (marked: string, options: Partial<PairOptions> = {}) =>
  findCandidatePairs(read(marked), { head: "C", tail: "D", ...options }).pairs.map(showPair);

const NOTE = "Iron(C) and gout(D). Then lead(C) came. The asthma(D) went.";

test("pairs stand in one sentence, and are judged in it", () => {
  expect(show(NOTE)).toEqual(["[Iron] and {gout}."]);
  expect(show("gout(D), iron(C), lead(C) and HD(D).")).toEqual([
    "{gout}, [iron], lead and HD.",
    "gout, [iron], lead and {HD}.",
    "{gout}, iron, [lead] and HD.",
    "gout, iron, [lead] and {HD}.",
  ]);
});

test("a window of sentences reaches both ways, and the text is from the first sentence to the last", () => {
  expect(show(NOTE, { window: 1 })).toEqual([
    "[Iron] and {gout}.",
    "Iron and {gout}. Then [lead] came.",
    "Then [lead] came. The {asthma} went.",
  ]);
  expect(show(NOTE, { window: 2 })).toContain("[Iron] and gout. Then lead came. The {asthma} went.");
});

test("the title is put before a text that does not hold it", () => {
  const source = read(NOTE);
  const { pairs } = findCandidatePairs(
    { ...source, title: source.sentences[0]! },
    { head: "C", tail: "D", window: 1 },
  );
  expect(pairs.map(showPair)).toEqual([
    "[Iron] and {gout}.",
    "Iron and {gout}. Then [lead] came.",
    "Iron and gout.\nThen [lead] came. The {asthma} went.",
  ]);
});

test("one label for both parts: each two mentions once, the first one the head", () => {
  expect(show("A(P) binds B(P) and C(P).", { head: "P", tail: "P" })).toEqual([
    "[A] binds {B} and C.",
    "[A] binds B and {C}.",
    "A binds [B] and {C}.",
  ]);
});

test("over the cap the nearest pairs stay, in their order, and the others are counted", () => {
  const { pairs, beyondCap } = findCandidatePairs(read("gout(D) far from iron(C) and HD(D)."), { head: "C", tail: "D", maxPairs: 1 }); // biome-ignore format: a row
  expect(pairs.map(showPair)).toEqual(["gout far from [iron] and {HD}."]);
  expect(beyondCap).toBe(1);
});

test("mentions that overlap are no pair, and are counted; adjacent ones are", () => {
  const text = "lithium toxicity";
  const of = (headEnd: number, tailStart: number) =>
    findCandidatePairs(
      {
        text,
        sentences: [{ start: 0, end: 16 }],
        mentions: [
          { start: 0, end: headEnd, label: "C" },
          { start: tailStart, end: 16, label: "D" },
        ],
      },
      { head: "C", tail: "D" },
    );
  expect(of(7, 0)).toMatchObject({ pairs: [], overlapping: 1 });
  expect(of(8, 8)).toMatchObject({ pairs: [{ headIndex: 0, tailIndex: 1 }], overlapping: 0 });
});

test("a mention that a sentence was cut within is in both, whole in the text", () => {
  const text = "Use of vit. C made gout.";
  const sentences = [{ start: 0, end: 11 }, { start: 12, end: 24 }]; // biome-ignore format: a row
  const mentions = [{ start: 7, end: 13, label: "C" }, { start: 19, end: 23, label: "D" }]; // biome-ignore format: a row
  const { pairs } = findCandidatePairs({ text, sentences, mentions }, { head: "C", tail: "D" });
  expect(pairs.map(showPair)).toEqual(["Use of [vit. C] made {gout}."]);
});

test("is the plain definition: every two mentions whose sentences are near enough, each mention whole", () => {
  const word = fc.constantFrom("iron(C)", "gout(D)", "went", "HD(D)", ".", "lead(C)");
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.nat(3), (words, window) => {
      const source = read(words.join(" ").replaceAll(" .", "."));
      const sentenceOf = ({ start }: Span) =>
        source.sentences.findLastIndex((sentence) => sentence.start <= start);
      const expected = source.mentions.flatMap((a, head) =>
        source.mentions.flatMap((b, tail) =>
          a.label === "C" && b.label === "D" && Math.abs(sentenceOf(a) - sentenceOf(b)) <= window
            ? [`${head} ${tail}`]
            : [],
        ),
      );
      const { pairs, beyondCap } = findCandidatePairs(source, { head: "C", tail: "D", window });
      expect(pairs.map(({ headIndex, tailIndex }) => `${headIndex} ${tailIndex}`)).toEqual(expected);
      expect(beyondCap).toBe(0);
      for (const { text, head, tail, headIndex, tailIndex } of pairs) {
        const names = [source.mentions[headIndex]!, source.mentions[tailIndex]!];
        expect([head, tail].map((one) => text.slice(one.start, one.end))).toEqual(
          names.map((one) => source.text.slice(one.start, one.end)),
        );
      }
    }),
  );
});
