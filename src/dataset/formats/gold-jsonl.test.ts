/** @file Gold examples written as JSON lines, and read back by the reader of the format. */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { createTrips } from "../../../test/format-trips.ts";
import type { GoldExample } from "../../task/example.ts";
import { toGoldExample } from "../to-gold.ts";
import { renderGoldJsonl } from "./gold-jsonl.ts";
import { jsonlFormat } from "./jsonl.ts";

const trips = createTrips();
afterAll(trips.remove);

test("every corpus reads back as it was, with emoji and overlaps", async () => {
  const example = fc
    .record({
      id: fc.string(),
      parts: fc.array(fc.string({ unit: "grapheme", minLength: 1 }), { minLength: 1, maxLength: 5 }),
      document: fc.option(fc.string()),
    })
    .map(({ id, parts, document }): GoldExample => {
      const text = parts.join("");
      const first = { start: 0, end: parts[0]!.length, label: "A" };
      const mentions = parts.length > 1 ? [first, { start: 0, end: text.length, label: "B" }] : [first];
      return { id, text, mentions, ...(document === null ? {} : { document }) };
    });
  await fc.assert(
    fc.asyncProperty(fc.array(example, { minLength: 1 }), async (examples) => {
      const { documents, losses } = await trips.parse(jsonlFormat, renderGoldJsonl(examples));
      expect(documents.map((document) => toGoldExample(document).example)).toEqual(examples);
      expect(losses).toEqual({});
    }),
  );
});
