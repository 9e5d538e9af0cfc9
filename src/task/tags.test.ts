/** @file Tags: values, the round trip, and Viterbi against every legal sequence. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Mention, Span } from "./example.ts";
import { decodeBio, decodeMentions, fromTags, tagNames, toTags } from "./tags.ts";

const labels = ["Chemical", "Disease"];
/** `aa bb cc dd ...`: word i is [3i, 3i + 2). */
const makeWords = (count: number): Span[] =>
  Array.from({ length: count }, (_, i) => ({ start: 3 * i, end: 3 * i + 2 }));
const mention = (start: number, end: number, label = "Disease"): Mention => ({ start, end, label });

test("names tags by label", () => {
  expect(tagNames(labels)).toEqual(["O", "B-Chemical", "I-Chemical", "B-Disease", "I-Disease"]);
  expect(tagNames([])).toEqual(["O"]);
});

test("tags adjacent mentions apart", () => {
  const mentions = [mention(0, 5), mention(6, 8), mention(9, 11, "Chemical")];
  const { tags, widened, dropped } = toTags(makeWords(5), mentions, labels);
  expect([...tags]).toEqual([3, 4, 3, 1, 0]);
  expect({ widened, dropped }).toEqual({ widened: 0, dropped: 0 });
  expect(fromTags(makeWords(5), tags, labels)).toEqual(mentions);
});

test("widens a mention that cuts a word and counts it", () => {
  const { tags, widened, dropped } = toTags(makeWords(4), [mention(1, 4), mention(8, 10)], labels);
  expect([...tags]).toEqual([3, 4, 0, 3]);
  expect({ widened, dropped }).toEqual({ widened: 2, dropped: 0 });
});

test("drops and counts what would overlap or holds no word, and places mentions on borders first", () => {
  const mentions = [mention(1, 4), mention(0, 2, "Chemical"), mention(2, 3), mention(90, 99), mention(6, 6)];
  const { tags, widened, dropped } = toTags(makeWords(3), mentions, labels);
  expect([...tags]).toEqual([1, 0, 0]);
  expect({ widened, dropped }).toEqual({ widened: 0, dropped: 4 });
});

test("names an unknown label and the known ones", () => {
  expect(() => toTags(makeWords(1), [mention(0, 2, "Chemcial")], labels)).toThrow(
    'Unknown label "Chemcial". Labels: Chemical, Disease.',
  );
});

test("reads an I without its B as the begin of a mention", () => {
  expect(fromTags(makeWords(4), [4, 4, 2, 0], labels)).toEqual([mention(0, 5), mention(6, 8, "Chemical")]);
});

test("mentions on word borders -> tags -> mentions is the identity", () => {
  const pieces = fc.array(
    fc.record({ length: fc.integer({ min: 1, max: 3 }), label: fc.integer({ min: -1, max: 1 }) }),
  );
  fc.assert(
    fc.property(pieces, (parts) => {
      const mentions: Mention[] = [];
      let word = 0;
      for (const { length, label } of parts) {
        if (label >= 0) mentions.push(mention(3 * word, 3 * (word + length) - 1, labels[label]!));
        word += length;
      }
      const tagging = toTags(makeWords(word), mentions, labels);
      expect(tagging).toMatchObject({ widened: 0, dropped: 0 });
      expect(fromTags(makeWords(word), tagging.tags, labels)).toEqual(mentions);
    }),
  );
});

test("every mention is placed, widened or dropped, and none is lost", () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 })), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(spans, (pairs) => {
      const mentions = pairs.map(([start, length]) => mention(start, start + length));
      const words = makeWords(9);
      const { tags, dropped } = toTags(words, mentions, labels);
      expect(fromTags(words, tags, labels).length).toBe(mentions.length - dropped);
    }),
  );
});

function isLegal(tags: readonly number[]): boolean {
  return tags.every((tag, i) => tag === 0 || tag % 2 === 1 || tags[i - 1] === tag || tags[i - 1] === tag - 1);
}

function allSequences(length: number, width: number): number[][] {
  if (length === 0) return [[]];
  return allSequences(length - 1, width).flatMap((head) =>
    Array.from({ length: width }, (_, tag) => [...head, tag]),
  );
}

test("finds the best of all legal sequences", () => {
  const sizes = fc.record({
    length: fc.integer({ min: 0, max: 4 }),
    labelCount: fc.integer({ min: 0, max: 2 }),
  });
  const cases = sizes.chain(({ length, labelCount }) => {
    const size = length * (1 + 2 * labelCount);
    const score = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.float({ min: -10, max: 10, noNaN: true }));
    return fc.record({
      length: fc.constant(length),
      labelCount: fc.constant(labelCount),
      scores: fc.array(score, { minLength: size, maxLength: size }),
    });
  });
  fc.assert(
    fc.property(cases, ({ length, labelCount, scores }) => {
      const width = 1 + 2 * labelCount;
      const rows = Float32Array.from(scores);
      const total = (tags: readonly number[]) =>
        tags.reduce((sum, tag, i) => sum + rows[i * width + tag]!, 0);
      const legal = allSequences(length, width).filter(isLegal);
      const best = Math.max(...legal.map(total));
      const found = [...decodeBio(rows, labels.slice(0, labelCount))];
      expect(isLegal(found)).toBe(true);
      expect(total(found)).toBeCloseTo(best, 5);
    }),
  );
});

test("prefers O where all scores are equal", () => {
  expect([...decodeBio(new Float32Array(15), labels)]).toEqual([0, 0, 0]);
});

test("begins a mention only where that is worth more than leaving an I out", () => {
  const rows = Float32Array.from([-1, -3, -9, -9, -9, -4, -5, -0.1, -9, -9]);
  expect([...decodeBio(rows, labels)]).toEqual([1, 2]); // -3.1, and O O is -5
});

test("scores a mention by its least sure word", () => {
  const rows = Float32Array.from([0.1, 0.8, 0.1, 0.3, 0.1, 0.6].map(Math.log));
  const [found] = decodeMentions(makeWords(2), rows, ["Disease"]);
  expect(found).toMatchObject({ start: 0, end: 5, label: "Disease" });
  expect(found!.score).toBeCloseTo(0.6, 6);
});

test("no mention goes on at a break, however sure the words are", () => {
  const rows = Float32Array.from([0, 9, 0, 0, 0, 9, 0, 0, 9]); // B I I
  expect(decodeMentions(makeWords(3), rows, ["Disease"])).toMatchObject([{ start: 0, end: 8 }]);
  const broken = decodeMentions(makeWords(3), rows, ["Disease"], new Set([1]));
  expect(broken).toMatchObject([{ start: 0, end: 2 }, { start: 3, end: 8 }]); // biome-ignore format: one line
  expect(decodeMentions(makeWords(3), rows, ["Disease"], new Set([2]))[0]).toMatchObject({
    start: 0,
    end: 5,
  });
});

test("takes logits as they are and stays legal and in [0, 1] for any input", () => {
  const score = fc.oneof(fc.float(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 3e38, -3e38, 0));
  fc.assert(
    fc.property(fc.array(score, { minLength: 15, maxLength: 15 }), (scores) => {
      const rows = Float32Array.from(scores);
      expect(isLegal([...decodeBio(rows, labels)])).toBe(true);
      for (const { score: value } of decodeMentions(makeWords(3), rows, labels)) {
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
      }
    }),
    { numRuns: 500 },
  );
});
