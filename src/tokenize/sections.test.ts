/** @file Sections of notes of our own making: kinds, borders, and what is no heading. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSectionFinder, sectionAt, splitSections } from "./sections.ts";

const sectionsOf = (text: string) =>
  splitSections(text).map(({ type, start, end }) => [type, text.slice(start, end).trim()]);

test("tells the usual sections of a note, and what stands before them", () => {
  const note = [
    "Seen on the ward.",
    "CHIEF COMPLAINT: cough",
    "History of Present Illness:",
    "A man with asthma.",
    "PMH: gout",
    "Family History - mother with breast cancer",
    "## Allergies",
    "none",
    "1. Medications on Discharge: aspirin",
    "Assessment & Plan: well",
  ].join("\n");
  expect(sectionsOf(note)).toEqual([
    ["other", "Seen on the ward."],
    ["chief-complaint", "CHIEF COMPLAINT: cough"],
    ["present-illness", "History of Present Illness:\nA man with asthma."],
    ["history", "PMH: gout"],
    ["family-history", "Family History - mother with breast cancer\n##"],
    ["allergies", "Allergies\nnone\n1."],
    ["medications", "Medications on Discharge: aspirin"],
    ["assessment-and-plan", "Assessment & Plan: well"],
  ]);
});

test.each([
  ["prose has none", "He had a history of gout.\nIt was mild.", []],
  ["a field with a value is none", "BP: 120/80\nHeart rate: 80", []],
  ["an abbreviation without a colon is none", "sh\nPE\ncc", []],
  [
    "an unknown heading alone on its line",
    "Dental Status:\ngood\nSOCIAL WORK NOTE\nseen",
    [
      ["other", "Dental Status:\ngood"],
      ["other", "SOCIAL WORK NOTE\nseen"],
    ],
  ],
  [
    "headings in capitals within a line",
    "MEDICATIONS: aspirin. ALLERGIES: none RELEVANT FAMILY HISTORY: gout",
    [
      ["medications", "MEDICATIONS: aspirin."],
      ["allergies", "ALLERGIES: none RELEVANT FAMILY HISTORY: gout"],
    ],
  ],
  [
    "parts of an abstract",
    "BACKGROUND: Gout hurts. RESULTS: It did.\r\nCONCLUSION: Rest.",
    [
      ["background", "BACKGROUND: Gout hurts."],
      ["results", "RESULTS: It did."],
      ["assessment", "CONCLUSION: Rest."],
    ],
  ],
])("%s", (_name, text, sections) => {
  expect(sectionsOf(text)).toEqual(sections);
});

test("names the words of a heading and finds the section of a position", () => {
  const text = "Gout.\nFH: asthma\nPlan: rest";
  const sections = splitSections(text);
  expect(sections.map(({ heading }) => heading && text.slice(heading.start, heading.end))).toEqual([
    undefined,
    "FH",
    "Plan",
  ]);
  expect([0, 6, 10, 17, 26].map(createSectionFinder(text))).toEqual([
    "other",
    "family-history",
    "family-history",
    "plan",
    "plan",
  ]);
  expect(sectionAt(sections, text.length)).toBeUndefined();
  expect(sectionAt([], 0)).toBeUndefined();
});

test("gives sections side by side up to the end, none of them empty, whatever the text", () => {
  const part = fc.constantFrom(
    "PLAN:",
    "Plan",
    "\n",
    " ",
    "FAMILY HISTORY:",
    "x",
    "😀",
    "\r\n",
    "- ",
    "ALLERGIES",
    "1. ",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      const sections = splitSections(text);
      for (const [index, { start, end }] of sections.entries()) {
        expect(end).toBeGreaterThan(start);
        expect(end).toBe(sections[index + 1]?.start ?? text.length);
      }
      if (sections.length > 0) expect(text.slice(0, sections[0]!.start)).toMatch(/^[\s#*=_>•\d.)-]*$/);
    }),
  );
});

test.each([
  ["one line", "A".repeat(1_000_000)],
  ["capitals", "PLAN OF CARE ".repeat(80_000)],
  ["headings", "PLAN: ".repeat(170_000)],
  ["short lines", "A\n".repeat(500_000)],
  ["spaces", " ".repeat(1_000_000)],
])("reads 1 MB fast: %s", (_name, text) => {
  const started = performance.now();
  splitSections(text);
  expect(performance.now() - started).toBeLessThan(10_000);
});
