/** @file Word borders: values for known traps, properties for any text. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { splitWords } from "./words.ts";

const wordsOf = (text: string) => splitWords(text).map(({ start, end }) => text.slice(start, end));

const trap = fc.constantFrom(
  ..."aZ9é-.,()'\"µα\u0301\u00ad\u200b\u200c\u200d\ufeff \t\r\n\u00a0\u0000\ud83d\ude00抗ж",
  "👩‍⚕️",
  "𝛼",
  "𠀀",
  "\r\n",
);
const nastyText = fc.oneof(
  fc.array(trap, { maxLength: 40 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
);

test.each([
  ["", []],
  [" \t\r\n\u00a0\u2028", []],
  ["\u200b\u00ad\ufeff", []],
  ["IL-2 (5 mg)", ["IL", "-", "2", "(", "5", "mg", ")"]],
  ["3.5mg/dl", ["3", ".", "5mg", "/", "dl"]],
  ["Crohn's", ["Crohn", "'", "s"]],
  ["snake_case", ["snake", "_", "case"]],
  ["10⁹ TNF-α", ["10⁹", "TNF", "-", "α"]],
])("splits %j", (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test("keeps format characters inside a run and leaves those around it out", () => {
  expect(splitWords("\u200bhyper\u00adten\u200d\u200csion\u200b.")).toEqual([
    { start: 1, end: 16 },
    { start: 17, end: 18 },
  ]);
});

test("keeps combining marks with the letter or symbol they stand on", () => {
  expect(wordsOf("Sjo\u0308gren =\u0338 ❤\ufe0fab")).toEqual(["Sjo\u0308gren", "=\u0338", "❤\ufe0f", "ab"]);
});

test("never cuts a surrogate pair: emoji sequences and astral letters", () => {
  expect(wordsOf("👩‍⚕️😀ok")).toEqual(["👩", "⚕️", "😀", "ok"]);
  expect(wordsOf("𝛼-𝛽𝛾")).toEqual(["𝛼", "-", "𝛽𝛾"]);
  expect(wordsOf("a\ud83d b\udc00")).toEqual(["a", "\ud83d", "b", "\udc00"]);
});

test("makes each ideograph a word, astral ones too", () => {
  expect(wordsOf("IgG抗体𠀀カナ")).toEqual(["IgG", "抗", "体", "𠀀", "カナ"]);
});

test("gives words in order, disjoint, not empty, covering every visible character and no half of a pair", () => {
  fc.assert(
    fc.property(nastyText, (text) => {
      let last = 0;
      for (const { start, end } of splitWords(text)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(text.slice(last, start)).toMatch(/^[\p{White_Space}\p{Cc}\p{Cf}]*$/u);
        expect(text.slice(start, end)).not.toMatch(/[\p{White_Space}\p{Cc}]/u);
        for (const border of [start, end]) {
          expect(/[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(Math.max(0, border - 1), border + 1))).toBe(
            false,
          );
        }
        last = end;
      }
      expect(text.slice(last)).toMatch(/^[\p{White_Space}\p{Cc}\p{Cf}]*$/u);
    }),
  );
});

test.each([
  ["prose", "Patients with type 2 diabetes, e.g. (n=30), improved. ".repeat(19_000)],
  ["one run", "a".repeat(1_000_000)],
  ["a letter and format characters", `a${"\u200b".repeat(1_000_000)}`],
  ["letters and format characters in turn", "a\u200b".repeat(500_000)],
])("splits 1 MB on one line fast: %s", (_name, text) => {
  splitWords("warm up");
  const started = performance.now();
  splitWords(text);
  expect(performance.now() - started).toBeLessThan(10_000); // about 40 ms alone on one core
});
