/** @file Vectors of texts: those of Python with MiniLM, and independent of the company they are computed in. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resolveEncoder } from "./encoder-files.ts";
import { listEncoderFiles } from "./encoder-folder.ts";
import { loadTextEncoder } from "./text-vectors.ts";

const FIXTURE = join(import.meta.dirname, "../../test/fixtures/tiny-bert");
const cached = await resolveEncoder(
  { name: "sentence-transformers/all-MiniLM-L6-v2" },
  { offline: true },
).catch(() => undefined);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-vectors-"));
});
afterAll(() => rm(root, { recursive: true }));

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

test("have length 1 and do not depend on what they are computed with, also of long and of empty texts", async () => {
  const encoder = await loadTextEncoder(await listEncoderFiles(FIXTURE, FIXTURE), { maxTokens: 16 });
  const texts = ["gout", "", "a long text of many words ".repeat(20), "gout and more of it", "gout"];
  const together = await encoder.embed(texts);
  for (const [row, text] of texts.entries()) {
    const [alone] = await encoder.embed([text]);
    expect(alone).toHaveLength(encoder.width);
    expect(dot(alone!, alone!)).toBeCloseTo(1, 5);
    for (let i = 0; i < encoder.width; i++) expect(together[row]![i]).toBeCloseTo(alone![i]!, 5);
  }
  expect(dot(together[0]!, together[4]!)).toBeCloseTo(1, 5);
  expect(dot(together[0]!, together[2]!)).toBeLessThan(0.9999);
  expect(await encoder.embed([])).toEqual([]);
  await encoder.release();
});

test.skipIf(cached === undefined)(
  "are those of transformers' AutoModel with mean pooling (skipped where MiniLM is not in the cache)",
  async () => {
    const encoder = await loadTextEncoder(cached!);
    const vectors = await encoder.embed([
      "Two cases of gout were seen.",
      "Gout was found in two patients (IL-2 low).",
      "The VHL gene was sequenced in 31 families.",
    ]);
    await encoder.release();
    const first = [
      [0.03683, 0.0491, -0.02613, 0.04284],
      [0.05047, 0.04506, -0.02858, 0.05364],
      [-0.02359, 0.0327, -0.11142, -0.03137],
    ];
    for (const [row, numbers] of first.entries())
      for (const [i, number] of numbers.entries()) expect(vectors[row]![i]).toBeCloseTo(number, 4);
    expect(dot(vectors[0]!, vectors[1]!)).toBeCloseTo(0.779, 3);
    expect(dot(vectors[0]!, vectors[2]!)).toBeCloseTo(0.0713, 3);
    expect(dot(vectors[1]!, vectors[2]!)).toBeCloseTo(0.1046, 3);
  },
);
