/** @file Marks carried from a changed copy onto the text: values, and random edits. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMarkup } from "../task/markup.ts";
import { splitWords } from "../tokenize/words.ts";
import { wordKey } from "./align-words.ts";
import { carryMentions } from "./carry-mentions.ts";

const carry = (answer: string, source: string) => {
  const parsed = parseMarkup(answer, ["D"]);
  if ("rejected" in parsed) throw new Error(parsed.rejected);
  const { mentions, unaligned, copy } = carryMentions(parsed, source);
  return { found: mentions.map(({ start, end }) => [start, source.slice(start, end)]), unaligned, copy };
};

test("takes a copy that is equal as it is, inside words too", () => {
  expect(carry("anti<D>cancer</D> 😀 <D>gout</D>", "anticancer 😀 gout")).toEqual({
    found: [
      [4, "cancer"],
      [14, "gout"],
    ],
    unaligned: 0,
    copy: "exact",
  });
});

test("looks through case, white space, dashes, quotation marks and invisible characters", () => {
  expect(
    carry('"<D>Wiskott-Aldrich Syndrome</D>" was seen', "“Wiskott–Aldrich\r\n  syn\u00addrome”  was seen"),
  ).toEqual({
    found: [[1, "Wiskott–Aldrich\r\n  syn\u00addrome"]],
    unaligned: 0,
    copy: "alike",
  });
});

test("keeps a tag inside a word only where the word is spelt the same", () => {
  expect(carry("anti<D>cancer</D> drugs", "anticancer  drugs").found).toEqual([[4, "cancer"]]);
  expect(carry("Anti<D>cancer</D> drugs", "anticancer drugs")).toEqual({
    found: [],
    unaligned: 1,
    copy: "alike",
  });
});

test("carries a mention past words that were dropped, added or changed elsewhere", () => {
  expect(
    carry(
      "Patients with <D>gout</D> and very bad <D>asthma</D>.",
      "In 1998 patients with gout, and bad asthma.",
    ),
  ).toEqual({
    found: [
      [22, "gout"],
      [36, "asthma"],
    ],
    unaligned: 0,
    copy: "changed",
  });
});

test("gives up a mention with a changed, missing or inserted word inside", () => {
  expect(carry("two <D>breast tumors</D> were seen", "two breast tumours were seen").unaligned).toBe(1);
  expect(carry("two <D>breast cancers</D> were seen", "two breast (male) cancers were seen").unaligned).toBe(
    1,
  );
  expect(carry("two <D>male breast cancers</D> were seen", "two breast cancers were seen").unaligned).toBe(1);
});

test("never guesses which of two equal words is meant", () => {
  expect(carry("<D>cancer</D> of the lung", "cancer and cancer of the lung")).toEqual({
    found: [],
    unaligned: 1,
    copy: "changed",
  });
  expect(carry("and <D>cancer</D> of the lung", "cancer and cancer of the lung").found).toEqual([
    [11, "cancer"],
  ]);
});

test("says when the copy is another text", () => {
  expect(carry("<D>Gout</D> is a disease of kings.", "Seven kindreds were typed with markers.")).toEqual({
    found: [],
    unaligned: 1,
    copy: "unlike",
  });
});

test("does not align long texts that differ, and says so", () => {
  const long = "gout ".repeat(3000);
  expect(carry(`<D>gout</D>${long.slice(4)} more`, long)).toEqual({
    found: [],
    unaligned: 1,
    copy: "unlike",
  });
});

const VOCABULARY = ["the", "Cancer", "breast", "of", "gout", "-", "ΑΒγ", "(", "😀", "p53"];
const respellings: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => word.toUpperCase(),
  (word) => (word === "-" ? "–" : word.toLowerCase()),
];
/** A word of the text: itself, whether a mention begins here, and what the model does to it. */
const edited = fc.record({
  word: fc.constantFrom(...VOCABULARY),
  space: fc.constantFrom(" ", "  ", "\n", "\u00a0"),
  marked: fc.boolean(),
  edit: fc.constantFrom("keep", "keep", "keep", "keep", "drop", "change", "insert"),
  spelling: fc.nat(2),
});

test("places each carried mention where it was, whatever else was dropped, respelt, replaced or added", () => {
  let carriedInAll = 0;
  fc.assert(
    fc.property(fc.array(edited, { minLength: 1, maxLength: 14 }), (words) => {
      let source = "";
      let copy = "";
      const truth: { start: number; end: number; label: string; from: number }[] = [];
      for (const [index, { word, space, marked, edit, spelling }] of words.entries()) {
        const from = source.length;
        source += word + space;
        if (edit === "drop") continue;
        if (edit === "insert") copy += `qq${index} `;
        const said = edit === "change" ? `zz${index}` : respellings[spelling]!(word);
        const start = copy.length;
        copy += `${said} `;
        if (!marked || !/[\p{L}\p{N}]/u.test(said)) continue;
        truth.push({ start, end: start + said.length, label: String(index), from });
      }
      const { mentions, unaligned } = carryMentions({ text: copy, mentions: truth }, source);
      expect(mentions.length + unaligned).toBe(truth.length);
      const keysOf = (text: string) =>
        splitWords(text).map(({ start, end }) => wordKey(text.slice(start, end)));
      for (const { start, end, label } of mentions) {
        const marked = truth.find((mention) => mention.label === label)!;
        expect(start).toBe(marked.from);
        expect(keysOf(source.slice(start, end))).toEqual(keysOf(copy.slice(marked.start, marked.end)));
        carriedInAll++;
      }
    }),
    { numRuns: 1000 },
  );
  expect(carriedInAll).toBeGreaterThan(500);
});

test("carries mentions of several words whole or not at all", () => {
  fc.assert(
    fc.property(
      fc.array(edited, { minLength: 3, maxLength: 12 }),
      fc.nat(10),
      fc.integer({ min: 2, max: 4 }),
      (words, first, length) => {
        const source = words.map(({ word, space }) => word + space).join("");
        const kept = words.filter(({ edit }) => edit !== "drop");
        const begin = Math.min(first, Math.max(0, kept.length - length));
        const chosen = kept.slice(begin, begin + length);
        if (chosen.length === 0) return;
        const said = (some: typeof kept) =>
          some.map(({ word, spelling }) => respellings[spelling]!(word)).join(" ");
        const before = begin === 0 ? "" : `${said(kept.slice(0, begin))} `;
        const copy = `${before}${said(chosen)} ${said(kept.slice(begin + length))}`;
        const mention = { start: before.length, end: before.length + said(chosen).length, label: "D" };
        const { mentions, unaligned } = carryMentions({ text: copy, mentions: [mention] }, source);
        expect(mentions.length + unaligned).toBe(1);
        const keysOf = (text: string) =>
          splitWords(text).map(({ start, end }) => wordKey(text.slice(start, end)));
        for (const { start, end } of mentions)
          expect(keysOf(source.slice(start, end))).toEqual(keysOf(said(chosen)));
      },
    ),
    { numRuns: 500 },
  );
});
