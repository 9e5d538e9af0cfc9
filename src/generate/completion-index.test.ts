/** @file Tests of the packed index: what was set last is found, for as many prompts as there are. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCompletionIndex, type IndexEntry } from "./completion-index.ts";

test("gives what was set last, past its first thousand entries too", () => {
  const entry = fc.record({
    hash: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((hash) => hash.toString(16).padStart(16, "0")),
    line: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    good: fc.boolean(),
  });
  const rows = fc.array(fc.tuple(fc.nat(3000).map(String), entry), { minLength: 2000, maxLength: 3000 });
  fc.assert(
    fc.property(rows, (pairs) => {
      const index = createCompletionIndex();
      const plain = new Map<string, IndexEntry>();
      for (const [id, one] of pairs) {
        index.set(id, one);
        plain.set(id, one);
      }
      for (const [id, one] of plain) expect(index.get(id)).toEqual(one);
      expect(index.get("none")).toBeUndefined();
    }),
    { numRuns: 10 },
  );
});
