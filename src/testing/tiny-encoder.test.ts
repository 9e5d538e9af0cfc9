/** @file The tiny encoder is whole, repeatable, and read by the library that reads real ones. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { resolveEncoder } from "../model/encoder-files.ts";
import { readSafetensors } from "../model/safetensors.ts";
import { hashFile } from "../util/files.ts";
import { writeTinyEncoder } from "./tiny-encoder.ts";

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-tiny-"));
});
afterAll(() => rm(root, { recursive: true }));

it("stands in for a real encoder's folder", async () => {
  const files = await writeTinyEncoder(join(root, "a"));
  expect(await resolveEncoder({ name: join(root, "a") })).toEqual(files);
});

it("has the sizes asked for and values around 0 and 1", async () => {
  const { weights } = await writeTinyEncoder(join(root, "b"), {
    hiddenSize: 8,
    layers: 1,
    words: ["cancer"],
  });
  const tensors = await readSafetensors(weights);
  expect(tensors.size).toBe(23);
  expect(tensors.get("embeddings.word_embeddings.weight")!.shape).toEqual([110, 8]);
  expect(tensors.get("encoder.layer.0.intermediate.dense.weight")!.shape).toEqual([32, 8]);
  const { data } = tensors.get("embeddings.word_embeddings.weight")!;
  const variance = data.reduce((sum, value) => sum + value * value, 0) / data.length;
  expect(Math.sqrt(variance)).toBeCloseTo(0.1, 1);
});

it("is the same for the same seed, another for another", async () => {
  const hash = async (folder: string, seed: number) =>
    hashFile((await writeTinyEncoder(join(root, folder), { seed })).weights);
  const first = await hash("c", 1);
  expect(await hash("d", 1)).toBe(first);
  expect(await hash("e", 2)).not.toBe(first);
});

it("tokenizes: given words whole, others letter by letter", async () => {
  const files = await writeTinyEncoder(join(root, "f"), { words: ["cancer"] });
  const read = async (path: string) => JSON.parse(await readFile(path, "utf8"));
  const tokenizer = new Tokenizer(await read(files.tokenizer), await read(files.tokenizerConfig));
  expect(tokenizer.encode("Cancer, of T3").tokens).toEqual([
    "[CLS]",
    "cancer",
    ",",
    "o",
    "##f",
    "t",
    "##3",
    "[SEP]",
  ]);
});
