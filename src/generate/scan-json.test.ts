/** @file Tests of finding items: exact on valid JSON; a fault stays in its item; size and depth do not matter. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { scanJson } from "./scan-json.ts";

const KEYS = { any: ["text", "mentions"], outermost: "mentions" };
const scan = (source: string) => scanJson(source, KEYS).map(({ kind, raw }) => [kind, raw]);
const A = '{"text": "Old gout hurts.", "mentions": ["gout"]}';
const B = '{"text": "Nothing was found.", "mentions": []}';

/** The outermost objects with one of the keys, in the order of the source. */
function findItems(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (!Array.isArray(value) && KEYS.any.some((key) => Object.hasOwn(value, key))) return [value];
  return Object.values(value).flatMap(findItems);
}

// Any JSON but the key that never stands inside an item.
const inner = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"mentions"'));

test("in valid JSON the items are the outermost objects with a key of an item, in any layout", () => {
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.constant(null)),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom("sentences", "title", "a b", '"', "id"), tie("json"), { maxKeys: 3 }),
      fc.record({ id: fc.nat(), text: fc.string({ unit: "binary" }), x: inner }),
      fc.record({ mentions: fc.array(fc.string()), text: fc.string() }),
    ),
  }));
  const wrapped = fc.oneof(fc.array(json), fc.dictionary(fc.constantFrom("sentences", "b"), json));
  fc.assert(
    fc.property(wrapped, fc.constantFrom(0, 1, 4), (value, indent) => {
      const source = JSON.stringify(value, null, indent);
      const items = scanJson(source, KEYS).filter(({ kind }) => kind === "item");
      expect(items.map(({ raw }) => JSON.parse(raw))).toEqual(findItems(JSON.parse(source)));
      expect(items.map(({ json: clean }) => JSON.parse(clean))).toEqual(findItems(JSON.parse(source)));
    }),
    { numRuns: 400 },
  );
});

test.each([
  ["JSON Lines", `${A}\n${B}\n`],
  ["a list", `[${A}, ${B}]`],
  ["an object around it", `{"sentences": [${A}, ${B}]}`],
  ["lists in objects in a list", `[{"sentences": [${A}]}, {"sentences": [${B}]}]`],
  ["no comma", `[${A} ${B}]`],
  ["commas too many", `[,${A},,${B},]`],
  ["a list that does not end", `[${A}, ${B}`],
  ["a list that was cut after a comma", `[${A}, ${B},\n`],
  ["brackets too many", `[${A}]]}, ${B}]}`],
])("finds items in %s", (_what, source) => {
  expect(scan(source)).toEqual([
    ["item", A],
    ["item", B],
  ]);
});

test("tells text, strays and the item that the answer ends in", () => {
  expect(scan(`Of [25] and {these}:\n[${A}, "Bare.", {"foo": 1}, {"note": "two words"}, {"te`)).toEqual([
    ["text", "Of [25] and {these}:"],
    ["item", A],
    ["stray", '"Bare."'],
    ["stray", '{"foo": 1}'],
    ["stray", "two words"],
    ["cut", '{"te'],
  ]);
  expect(scan(`[${A}, "half a sen`)).toEqual([
    ["item", A],
    ["cut", '"half a sen'],
  ]);
});

test("lists that end part the items", () => {
  const sections = (source: string) => new Set(scanJson(source, KEYS).map(({ section }) => section)).size;
  expect(sections(`[${A}, ${B}]`)).toBe(1);
  expect(sections(`[{"sentences": [${A}]}, {"sentences": [${B}]}]`)).toBe(2);
  expect(sections(`[{"title": ${A}, "sentences": [${B}]}]`)).toBe(1);
});

test("one character lost or doubled costs two items at most", () => {
  const source = JSON.stringify(
    Array.from({ length: 6 }, (_, i) => ({
      text: `Old gout, of ${i}.`,
      mentions: [{ text: "gout", label: "D" }],
    })),
  );
  const whole = (broken: string) =>
    scanJson(broken, KEYS).filter(({ kind, raw }) => kind === "item" && source.includes(raw)).length;
  const kept = Array.from(source, (character, at) => [
    whole(source.slice(0, at) + source.slice(at + 1)),
    whole(source.slice(0, at) + character + source.slice(at)),
  ]);
  expect(Math.min(...kept.flat())).toBeGreaterThanOrEqual(4);
});

const MEGABYTE = 1_000_000;
const fill = (piece: string) => piece.repeat(Math.ceil(MEGABYTE / piece.length));
test.each([
  "[",
  "{",
  '{"a":',
  '{"text":',
  '{"mentions":[',
  '"',
  '["',
  "[}",
  "{}",
  "\\",
  "'",
  "[ ",
  "<Disease>",
  '{"text":"a" ',
])("a megabyte of %s is read in seconds, also on a busy machine", (piece) => {
  const begin = performance.now();
  scanJson(fill(piece), KEYS);
  scanJson(`[{"text": "${fill(piece)}`, KEYS);
  expect(performance.now() - begin).toBeLessThan(10_000);
});

test("closers after a deep nest are no search each", () => {
  const begin = performance.now();
  scanJson("[".repeat(MEGABYTE / 2) + "}".repeat(MEGABYTE / 2), KEYS);
  expect(performance.now() - begin).toBeLessThan(10_000);
});
