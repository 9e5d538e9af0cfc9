/** @file Tests of placing strings: exact offsets, the form in which each was found, and lists that do not fit. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Mention } from "../task/example.ts";
import { splitWords } from "../tokenize/words.ts";
import { type AlignmentCounts, alignStrings } from "./align-strings.ts";
import { foldText } from "./fold-text.ts";

const NONE: AlignmentCounts = { exact: 0, recased: 0, normalised: 0, repeated: 0, surplus: 0 };
const named = (strings: readonly string[]) => strings.map((text) => ({ text, label: "Disease" }));
function align(text: string, ...strings: string[]) {
  const aligned = alignStrings(text, named(strings));
  if ("rejected" in aligned) return aligned.rejected;
  const slices = aligned.mentions.map(({ start, end }) => text.slice(start, end));
  const counts = Object.entries(aligned.counts).filter(([, count]) => count > 0);
  return [slices, Object.fromEntries(counts)];
}

test("gives UTF-16 offsets in reading order, beyond emoji and astral letters", () => {
  expect(alignStrings("😷 𝐀 gout, then HD.", named(["HD", "gout"]))).toEqual({
    mentions: [
      { start: 6, end: 10, label: "Disease" },
      { start: 17, end: 19, label: "Disease" },
    ],
    counts: { ...NONE, exact: 2 },
  });
});

test.each<[string, string, string[], unknown]>([
  ["as listed", "Old gout hurts.", ["gout"], [["gout"], { exact: 1 }]],
  ["with white space around it", "Old gout hurts.", [" gout\n"], [["gout"], { exact: 1 }]],
  ["in another case", "Gout hurts.", ["gout"], [["Gout"], { recased: 1 }]],
  ["shouted in the list", "breast cancer", ["BREAST CANCER"], [["breast cancer"], { recased: 1 }]],
  ["across a line break", "breast\n  cancer", ["breast cancer"], [["breast\n  cancer"], { normalised: 1 }]],
  [
    "no-break space",
    "type\u00a02 diabetes",
    ["type 2 diabetes"],
    [["type\u00a02 diabetes"], { normalised: 1 }],
  ],
  ["dashes", "Charcot–Marie‑Tooth", ["Charcot-Marie-Tooth"], [["Charcot–Marie‑Tooth"], { normalised: 1 }]],
  ["quotes", "Wilson’s disease", ["Wilson's disease"], [["Wilson’s disease"], { normalised: 1 }]],
  [
    "Unicode twins",
    "Sjo\u0308gren syndrome",
    ["Sj\u00f6gren syndrome"],
    [["Sjo\u0308gren syndrome"], { normalised: 1 }],
  ],
  ["ligatures", "cystic ﬁbrosis", ["cystic fibrosis"], [["cystic ﬁbrosis"], { normalised: 1 }]],
  ["full width", "ＡＩＤＳ came", ["AIDS"], [["ＡＩＤＳ"], { normalised: 1 }]],
  ["soft hyphen", "fib\u00adrosis", ["fibrosis"], [["fib\u00adrosis"], { normalised: 1 }]],
  ["Hangul in parts", "\u1112\u1161\u11ab병", ["한병"], [["\u1112\u1161\u11ab병"], { normalised: 1 }]],
  ["before a hyphen", "HPRT-deficient", ["HPRT"], [["HPRT"], { exact: 1 }]],
  ["in a script without spaces", "患者有糖尿病史", ["糖尿病"], [["糖尿病"], { exact: 1 }]],
])("finds a string %s", (_how, text, strings, expected) => {
  expect(align(text, ...strings)).toEqual(expected);
});

test("an abbreviation keeps its case, a word does not", () => {
  expect(align("As it was seen, AS patients did well.", "AS")).toEqual([["AS"], { exact: 1 }]);
  expect(align("As it was seen, patients did well.", "AS")).toBe("mention-not-found");
  expect(align("Nf1 mice", "NF1")).toBe("mention-not-found");
  expect(align("Seen in HIV.", "hiv")).toEqual([["HIV"], { recased: 1 }]);
});

test("is never inside a word, nor half of a character", () => {
  expect(align("gouty arthritis", "gout")).toBe("mention-not-found");
  expect(align("cafe\u0301", "cafe")).toBe("mention-not-found");
  expect(align("ﬁt", "f")).toBe("mention-not-found");
  expect(align("a𝐀b", "b")).toBe("mention-not-found");
});

test("marks every place of a string in the same form, and counts those beyond the list", () => {
  expect(align("gout, gout and gout", "gout")).toEqual([["gout", "gout", "gout"], { exact: 1, repeated: 2 }]);
  expect(align("gout, gout and gout", "gout", "gout")).toEqual([
    ["gout", "gout", "gout"],
    { exact: 2, repeated: 1 },
  ]);
  expect(align("Gout and gout", "gout")).toEqual([["gout"], { exact: 1 }]);
  expect(align("Gout and gout", "gout", "Gout")).toEqual([["Gout", "gout"], { exact: 2 }]);
});

test("a string listed more often than it stands in the text is counted and left out", () => {
  expect(align("Old gout", "gout", "gout", "gout")).toEqual([["gout"], { exact: 1, surplus: 2 }]);
  expect(align("Old gout", "gout", "GOUT!", "Gout")).toBe("mention-not-found");
  expect(align("Old gout", "gout", "Gout")).toEqual([["gout"], { exact: 1, surplus: 1 }]);
});

test("places longer strings first and shorter ones beside them", () => {
  const text = "Breast cancer and cancer of the skin";
  expect(align(text, "cancer", "Breast cancer")).toEqual([["Breast cancer", "cancer"], { exact: 2 }]);
  expect(align("Breast cancer", "cancer", "Breast cancer")).toBe("nested-tags");
  expect(align("chronic kidney disease stage 4", "chronic kidney disease", "disease stage 4")).toBe(
    "crossed-tags",
  );
});

test("one string with two labels follows the list where it is listed for each place", () => {
  const strings = [
    { text: "CF", label: "Chemical" },
    { text: "CF", label: "Disease" },
  ];
  expect(alignStrings("CF in CF", strings)).toEqual({
    mentions: [
      { start: 0, end: 2, label: "Chemical" },
      { start: 6, end: 8, label: "Disease" },
    ],
    counts: { ...NONE, exact: 2 },
  });
  expect(alignStrings("CF alone", strings)).toEqual({ rejected: "ambiguous-mention", tag: "Chemical" });
});

test("a list with one string that is not in the text is rejected whole, with its label", () => {
  expect(alignStrings("Old gout", named(["gout", "flu"]))).toEqual({
    rejected: "mention-not-found",
    tag: "Disease",
  });
  expect(align("Old gout, 5", "")).toBe("empty-mention");
  expect(align("Old gout (", "(")).toBe("empty-mention");
  expect(alignStrings("Old gout", [])).toEqual({ mentions: [], counts: NONE });
});

const grapheme = fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 });
const binary = fc.string({ unit: "binary", minLength: 1, maxLength: 6 });
const word = fc.oneof(
  fc.constantFrom(
    "gout",
    "Gout",
    "HD",
    "e\u0301a",
    "éa",
    "😷",
    "𝐀𝐁",
    "ﬁ",
    "½",
    "-",
    "–",
    "病",
    "İ",
    "ß",
    "\u00ad",
  ),
  grapheme,
  binary,
);
const sentence = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(" "));

describe("for any text and any strings", () => {
  test("slices equal their strings up to the named form, in order, whole words, and the counts add up", () => {
    fc.assert(
      fc.property(sentence, fc.array(word, { minLength: 1, maxLength: 4 }), (text, strings) => {
        const aligned = alignStrings(text, named(strings));
        if ("rejected" in aligned) return;
        const { mentions, counts } = aligned;
        const found = counts.exact + counts.recased + counts.normalised;
        expect(found + counts.surplus).toBe(strings.length);
        expect(found + counts.repeated).toBe(mentions.length);
        const folded = new Set(strings.map((string) => foldText(string).folded.trim()));
        const exact = new Set(strings.map((string) => string.trim()));
        const words = splitWords(text);
        let done = 0;
        for (const { start, end } of mentions) {
          const slice = text.slice(start, end);
          expect(start).toBeGreaterThanOrEqual(done);
          expect(folded.has(foldText(slice).folded)).toBe(true);
          if (found === counts.exact) expect(exact.has(slice)).toBe(true);
          expect(words.some((at) => at.start === start) && words.some((at) => at.end === end)).toBe(true);
          done = end;
        }
      }),
      { numRuns: 500 },
    );
  });

  test("finds every run of whole words, whatever its form, where its name is unlike all others", () => {
    const form = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.normalize("NFD"),
      (text) => text.normalize("NFKC"),
      (text) => text.replaceAll(" ", "\u00a0\n"),
      (text) => text.replaceAll("-", "–"),
    );
    const name = fc.constantFrom("Sjögren-like disease", "𝐀-trait of ½", "naïve ﬁbrosis", "病-病 syndrome x");
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("😷", "was", "e\u0301", "𝐁"), { maxLength: 5 }),
        name,
        form,
        (around, string, write) => {
          const before = around.map((piece) => `${piece} `).join("");
          const written = write(string);
          const text = `${before}${written}, ${around.join(" ")}`;
          const aligned = alignStrings(text, named([string]));
          const expected: Mention[] = [
            { start: before.length, end: before.length + written.length, label: "Disease" },
          ];
          expect(aligned).toMatchObject({ mentions: expected });
        },
      ),
    );
  });
});
