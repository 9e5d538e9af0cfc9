/** @file A text -> its offsets in code points and in UTF-16 units. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { createCodePointMap } from "./code-points.ts";

it("counts as spreading a string does, both ways, and past the end", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "😷", "𝛼", "e\u0301", "\ud83d", "\ude37", "\n")), (parts) => {
      const text = parts.join("");
      const map = createCodePointMap(text);
      let units = 0;
      for (const [index, character] of [...text, ..."pad"].entries()) {
        expect([map.toUtf16(index), map.toCodePoint(units)]).toEqual([units, index]);
        if (character.length === 2) expect(map.toCodePoint(units + 1)).toBe(index);
        units += character.length;
      }
    }),
  );
});

it("knows an astral letter and an emoji", () => {
  const map = createCodePointMap("😷 𝛼-syn");
  expect([0, 1, 2, 3, 7].map(map.toUtf16)).toEqual([0, 2, 3, 5, 9]);
  expect([0, 2, 3, 5, 9].map(map.toCodePoint)).toEqual([0, 1, 2, 3, 7]);
});
