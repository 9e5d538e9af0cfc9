/** @file What a corpus shares with a reference: equal to the plain way on small inputs; statements; reading references. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { measureContamination, renderStatement } from "./contamination.ts";
import { comparedWords } from "./grams.ts";
import { readReference, sentencesOf } from "./read-reference.ts";

const corpus = (...texts: string[]) => texts.map((text, row) => ({ id: `e${row}`, text }));

function plainLongest(text: string, references: readonly string[]): number {
  const words = comparedWords(text);
  const padded = references.map((reference) => ` ${comparedWords(reference).join(" ")} `);
  for (let length = words.length; length > 0; length--)
    for (let at = 0; at + length <= words.length; at++) {
      const run = ` ${words.slice(at, at + length).join(" ")} `;
      if (padded.some((reference) => reference.includes(run))) return length;
    }
  return 0;
}

describe("shared runs of words", () => {
  test("equal those found by trying every run", () => {
    const text = fc.array(fc.constantFrom(..."abcdé", "ab", "."), { maxLength: 14 }).map((w) => w.join(" "));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 6 }), fc.array(text, { maxLength: 6 }), (texts, references) => {
        const { sharedWords, byLength, statement } = measureContamination(corpus(...texts), {
          name: "r",
          texts: references,
        });
        const expected = texts.map((one) => plainLongest(one, references));
        expect([...sharedWords]).toEqual(expected);
        expect(statement.longestSharedWords).toBe(Math.max(0, ...expected));
        expect(byLength.reduce((sum, count) => sum + count, 0)).toBe(texts.length);
      }),
      { numRuns: 500 },
    );
  });

  test("name the text that has them, in any case, and do not reach across texts", () => {
    const words = "one two three four five six seven eight nine ten eleven twelve thirteen";
    const { statement, longest, nearest, byLength, meanNearest } = measureContamination(
      corpus(`So ${words.toUpperCase()}!`, "alpha beta gamma", "nothing", "two one"),
      { name: "notes", texts: ["alpha beta", "gamma", `Then. ${words} and more.`] },
    );
    expect(statement).toEqual({
      reference: "notes",
      referenceTexts: 3,
      referenceWords: 19,
      examples: 4,
      longestSharedWords: 13,
      sharedFrom13: 1,
      nearest: 11 / 15,
    });
    expect(longest).toEqual([
      { id: "e0", text: 2, words: 13 },
      { id: "e1", text: 0, words: 2 },
      { id: "e3", text: 2, words: 1 },
    ]);
    expect(nearest).toEqual([{ id: "e0", text: 2, similarity: 11 / 15 }]);
    expect(byLength[0]).toBe(1);
    expect(meanNearest).toBe(11 / 15 / 4);
    expect(renderStatement(statement)).toBe(
      'Checked against "notes" (3 texts, 19 words): 1 of the 4 examples share 13 or more words in a row with it; ' +
        "the longest shared run is 13 words, the most similar sentence has a Jaccard similarity of 0.733 (word 3-grams).",
    );
    expect(renderStatement({ ...statement, sharedFrom13: 0 })).toContain(
      "none of the 4 examples shares 13 words in a row",
    );
  });

  test("are found in a reference that repeats itself", () => {
    const texts = Array.from({ length: 300 }, () => "a b c ".repeat(100));
    const began = performance.now();
    const { statement } = measureContamination(corpus("a b c ".repeat(60)), { name: "r", texts });
    expect(statement.longestSharedWords).toBe(180);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("of a text that is in the reference are all of it", () => {
    const text = "Gout, in 5 of 31 families, was X-linked.";
    const { statement } = measureContamination(corpus(text), {
      name: "r",
      texts: [`Before. ${text} After.`],
    });
    expect(statement).toMatchObject({ longestSharedWords: 9, nearest: 1, sharedFrom13: 0 });
  });
});

describe("a reference", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "textphantom-reference-"));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const read = async (content: string) => {
    const path = join(folder, "reference");
    await writeFile(path, content);
    return readReference("notes", path);
  };

  test("is plain text by paragraphs, or JSON lines", async () => {
    expect(await read("\uFEFFOne.\nTwo.\n\n\nThree.\n")).toEqual({
      name: "notes",
      texts: ["One.\nTwo.", "Three."],
    });
    const json = await read('{"id":"a","text":"One. Two."}\n\n{"text":"Three."}\n');
    expect(json.texts).toEqual(["One. Two.", "Three."]);
    expect(sentencesOf(json)).toEqual(["One.", "Two.", "Three."]);
  });

  test("that cannot be read is an error that does not repeat it", async () => {
    await expect(read('{"text":"secret"}\n{"text":"secret"')).rejects.toThrow(
      /reference:2: not a JSON value/,
    );
    await expect(read('{"body":"secret"}')).rejects.toThrow(/reference:1: no string under "text".$/);
    await expect(read(" \n")).rejects.toThrow('The reference "notes" (');
    await expect(readReference("notes", join(folder, "absent"))).rejects.toThrow("ENOENT");
  });
});
