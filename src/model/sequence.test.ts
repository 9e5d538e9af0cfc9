/** @file Texts become sequences that fit, every word answered for once, tags where they belong. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyParts, markTiny, type TinyParts } from "../testing/tiny-model.ts";
import { InputError } from "../util/errors.ts";
import { encodeExample, encodeText } from "./sequence.ts";

let folder: string;
let tiny: TinyParts;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-sequence-"));
  tiny = await createTinyParts(folder);
});
afterAll(() => rm(folder, { recursive: true }));
const encode = (text: string, maxTokens = 64) => encodeText(text, tiny.tokenizer, { maxTokens });
const label = (text: string, mentions = markTiny(text), maxTokens = 64) =>
  encodeExample({ text, mentions }, ["Disease"], tiny.tokenizer, { maxTokens });

describe("a short text", () => {
  it("is one sequence between [CLS] and [SEP], with the place of each word's first token", () => {
    const { words, sequences, cutWords } = encode("gout in Asthma");
    const piece = (word: string) => tiny.tokenizer.encodeWord(word, "afterSpace");
    expect(words).toEqual([
      { start: 0, end: 4 },
      { start: 5, end: 7 },
      { start: 8, end: 14 },
    ]);
    expect(piece("in")).toHaveLength(2);
    const ids = [
      tiny.tokenizer.clsId,
      ...piece("gout"),
      ...piece("in"),
      ...piece("asthma"),
      tiny.tokenizer.sepId,
    ];
    expect(sequences).toEqual([{ ids, ownStart: 0, ownEnd: 3, firstTokens: [1, 2, 4] }]);
    expect(cutWords).toBe(0);
  });

  it.each(["", " \r\n\t", "\u200b\ufeff"])("without a word, as %j, gives no sequence", (text) => {
    expect(encode(text)).toEqual({ words: [], sequences: [], cutWords: 0 });
  });
});

describe("a long text", () => {
  it("is cut so that every word is owned once, at its true first token, in sequences that fit", () => {
    const words = fc.array(fc.constantFrom("gout", "asthma", "in", "abcdef", "x".repeat(30), ".", "😀"), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 40 }), (list, maxTokens) => {
        const text = list.join(" ");
        const { words: found, sequences } = encode(text, maxTokens);
        let next = 0;
        for (const { ids, ownStart, ownEnd, firstTokens } of sequences) {
          expect(ownStart).toBe(next);
          next = ownEnd;
          expect(ids.length).toBeLessThanOrEqual(maxTokens);
          expect([ids[0], ids.at(-1)]).toEqual([tiny.tokenizer.clsId, tiny.tokenizer.sepId]);
          expect(firstTokens).toHaveLength(ownEnd - ownStart);
          for (const [i, position] of firstTokens.entries()) {
            const { start, end } = found[ownStart + i]!;
            const pieces = tiny.tokenizer
              .encodeWord(text.slice(start, end), "afterSpace")
              .slice(0, maxTokens - 2);
            expect(ids.slice(position, position + pieces.length)).toEqual(pieces);
          }
        }
        expect(next).toBe(found.length);
      }),
      { numRuns: 60 },
    );
  });

  it("counts words of more tokens than there is room, and keeps their first tokens", () => {
    const { sequences, cutWords } = encode(`gout ${"x".repeat(30)} ${"y".repeat(18)} gout`, 20);
    expect(cutWords).toBe(1);
    expect(sequences.map(({ ownStart, ownEnd }) => [ownStart, ownEnd])).toEqual([
      [0, 1],
      [1, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(sequences[1]!.ids).toHaveLength(20);
    expect(sequences[1]!.ids.slice(1, -1)).toEqual(
      tiny.tokenizer.encodeWord("x".repeat(30), "afterSpace").slice(0, 18),
    );
  });

  it("is refused where no token fits", () => {
    expect(() => encode("gout", 2)).toThrow(InputError);
  });
});

describe("tags", () => {
  it("stand at the words of the mentions", () => {
    const { sequences, widened, dropped } = label("No breast cancer, but gout.");
    expect(sequences.map(({ tags }) => [...tags])).toEqual([[0, 1, 2, 0, 0, 1, 0]]);
    expect([widened, dropped]).toEqual([0, 0]);
  });

  it("go with the words that a sequence owns", () => {
    const text = "The patient had breast cancer and gout. ".repeat(12).trim();
    const { sequences } = label(text, markTiny(text), 24);
    expect(sequences.length).toBeGreaterThan(3);
    for (const { tags, ownStart, ownEnd, firstTokens } of sequences) {
      expect([tags.length, firstTokens.length]).toEqual([ownEnd - ownStart, ownEnd - ownStart]);
    }
    const once = [0, 0, 0, 1, 2, 0, 1, 0];
    expect(sequences.flatMap(({ tags }) => [...tags])).toEqual(Array.from({ length: 12 }, () => once).flat());
  });

  it("count mentions that cut a word or hold none, and refuse an unknown label", () => {
    const at = (start: number, end: number) => ({ start, end, label: "Disease" });
    const { sequences, widened, dropped } = label("gouty asthma", [at(0, 4), at(5, 6)]);
    expect([[...sequences[0]!.tags], widened, dropped]).toEqual([[1, 0], 1, 1]);
    expect(() => label("gout", [{ start: 0, end: 4, label: "Drug" }])).toThrow(
      'Unknown label "Drug". Labels: Disease.',
    );
  });
});
