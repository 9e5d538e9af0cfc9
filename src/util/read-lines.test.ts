/** @file Bytes in any pieces give the same text and the same lines. */
import { Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeUtf8, splitLines } from "./read-lines.ts";

async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

async function* inPieces(bytes: Uint8Array, size: number) {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

const lines = (text: string, size = 3) =>
  gather(splitLines(decodeUtf8(inPieces(new TextEncoder().encode(text), size), "a.txt")));

describe("lines", () => {
  it("end at a line feed only, and keep a carriage return and U+2028", async () => {
    expect(await lines("a\r\n\nb\u2028c\rd")).toEqual([
      { line: 1, text: "a\r" },
      { line: 2, text: "" },
      { line: 3, text: "b\u2028c\rd" },
    ]);
    expect(await lines("a\n")).toEqual([{ line: 1, text: "a" }]);
    expect(await lines("")).toEqual([]);
  });

  it("are the same however the bytes are cut", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "\n", "\r", "ö", "😀", "\ufeff", "\u2028") });
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 1, max: 7 }), async (whole, size) => {
        const found = (await lines(whole, size)).map((line) => line.text);
        const expected = whole.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(found).toEqual(expected);
      }),
    );
  });

  it("a line of 20 MB in small pieces takes no more than its length", async () => {
    const piece = Buffer.from("x".repeat(16_384));
    const found = await gather(splitLines(decodeUtf8(Readable.from(Array(1280).fill(piece)), "a.txt")));
    expect(found.map(({ text }) => text.length)).toEqual([20_971_520]);
  });
});

it("refuses bytes that are not UTF-8, also at the very end", async () => {
  const message = 'Cannot read "a.txt": it is not UTF-8 text.';
  await expect(gather(decodeUtf8(inPieces(Uint8Array.of(65, 0xf6, 66), 1), "a.txt"))).rejects.toThrow(
    message,
  );
  await expect(gather(decodeUtf8(inPieces(Uint8Array.of(0xf0, 0x9f), 1), "a.txt"))).rejects.toThrow(message);
});
