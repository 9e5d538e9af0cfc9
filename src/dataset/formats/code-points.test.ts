/** @file Tests of offsets in code points: both ways, beside Array.from, and quick on a long text of astral letters. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCodePointMap } from "./code-points.ts";

test("counts an emoji and an astral letter as one", () => {
  const map = createCodePointMap("a😷𝛼b");
  expect([0, 1, 2, 3, 4].map(map.toUtf16)).toEqual([0, 1, 3, 5, 6]);
  expect([0, 1, 3, 5, 6].map(map.toCodePoint)).toEqual([0, 1, 2, 3, 4]);
});

test("agrees with the list of code points, both ways, for any text", () => {
  const text = fc.array(fc.constantFrom("a", "é", "e\u0301", "😷", "𝛼", "\ud83d", "\udc00", "\n", "数"));
  fc.assert(
    fc.property(text, (parts) => {
      const characters = Array.from(parts.join(""));
      const map = createCodePointMap(characters.join(""));
      let units = 0;
      for (let place = 0; place <= characters.length; place++) {
        expect(map.toUtf16(place)).toBe(units);
        expect(map.toCodePoint(units)).toBe(place);
        units += characters[place]?.length ?? 0;
      }
    }),
  );
});

test("a hundred thousand look-ups in a text of as many astral letters are quick", () => {
  const map = createCodePointMap("𝛼".repeat(100_000));
  const begun = performance.now();
  for (let place = 0; place < 100_000; place++) expect(map.toUtf16(place) === 2 * place).toBe(true);
  expect(performance.now() - begun).toBeLessThan(5000);
});
