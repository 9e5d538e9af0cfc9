/** @file A tiny fine-tuned model finds what it learnt, in any company, in texts of any length. */
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emitOnnx } from "../engine/emit-onnx.ts";
import { predictorContract } from "../testing/predictor-contract.ts";
import { markTiny, TINY_TEXTS, writeTinyModel } from "../testing/tiny-model.ts";
import { InputError } from "../util/errors.ts";
import type { WriteModelInput } from "./model-folder.ts";
import { loadNerPredictor, type NerPredictor } from "./ner-predictor.ts";
import { createParameters } from "./parameters.ts";
import { readSafetensors } from "./safetensors.ts";
import { buildInferenceGraph } from "./token-classifier.ts";

let root: string;
let folder: string;
let written: WriteModelInput;
let predictor: NerPredictor;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-predictor-"));
  folder = join(root, "model");
  written = await writeTinyModel(folder);
  predictor = await loadNerPredictor(folder, { threads: 1 });
});
afterAll(async () => {
  await predictor.release();
  await rm(root, { recursive: true });
});

const strip = (found: readonly { start: number; end: number; label: string }[]) =>
  found.map(({ start, end, label }) => ({ start, end, label }));

describe("the contract of predictors", () => {
  it.each(predictorContract(TINY_TEXTS))("$name", ({ check }) => check(predictor));
});

describe("the tiny model", () => {
  it("finds the mentions of its training texts, sure of them", async () => {
    const found = await predictor.predict(TINY_TEXTS);
    expect(found.map(strip)).toEqual(TINY_TEXTS.map(markTiny));
    for (const { score } of found.flat()) expect(score).toBeGreaterThan(0.8);
  });

  it("describes itself", () => {
    expect(predictor.labels).toEqual(["Disease"]);
    expect(predictor.model.spec.name).toBe("tiny");
  });
});

describe("batches", () => {
  it("of mixed lengths give the logits that each text has alone", async () => {
    const texts = [
      ...TINY_TEXTS,
      "",
      "gout",
      `${TINY_TEXTS.join(" ")} `.repeat(4),
      "😀 asthma 👩‍⚕️",
      "x".repeat(500),
    ];
    const together = await predictor.scoreWords(texts);
    for (const [i, text] of texts.entries()) {
      const [alone] = await predictor.scoreWords([text]);
      expect(together[i]!.words).toEqual(alone!.words);
      const errors = Array.from(alone!.scores, (x, j) => Math.abs(x - together[i]!.scores[j]!));
      expect(Math.max(0, ...errors)).toBeLessThan(1e-5);
      expect(together[i]!.scores.length).toBe(3 * alone!.words.length);
    }
  });

  it("give every word a score, none left at 0", async () => {
    const [scored] = await predictor.scoreWords(["The patient had breast cancer. ".repeat(60)]);
    const rows = scored!.words.map((_, i) => scored!.scores.subarray(3 * i, 3 * i + 3));
    expect(rows).toHaveLength(360);
    expect(rows.filter((row) => row.every((x) => x === 0))).toEqual([]);
  });
});

describe("int8", () => {
  it("finds what fp32 finds, with logits close to it", async () => {
    const quantized = await loadNerPredictor(folder, { threads: 1, precision: "int8" });
    expect((await quantized.predict(TINY_TEXTS)).map(strip)).toEqual(TINY_TEXTS.map(markTiny));
    const [near, exact] = [await quantized.scoreWords(TINY_TEXTS), await predictor.scoreWords(TINY_TEXTS)];
    const errors = near.flatMap(({ scores }, text) =>
      Array.from(scores, (score, i) => Math.abs(score - exact[text]!.scores[i]!)),
    );
    expect(Math.max(...errors)).toBeGreaterThan(0);
    expect(Math.max(...errors)).toBeLessThan(0.5);
    await quantized.release();
  });

  it("is refused on another device than the CPU, which has no kernels for it", async () => {
    const error = await loadNerPredictor(folder, { precision: "int8", device: "webgpu" }).catch(
      (caught: unknown) => caught,
    );
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toBe(
      'int8 is computed on the device "cpu" alone, not on "webgpu".',
    );
  });

  it.each(predictorContract(TINY_TEXTS))("keeps the contract of predictors: $name", async ({ check }) => {
    const quantized = await loadNerPredictor(folder, { threads: 1, precision: "int8" });
    await check(quantized);
    await quantized.release();
  });
});

describe("a text", () => {
  it("of 20,000 words loses nothing: the same mentions in every sentence", async () => {
    const sentence = "The patient had gout. ";
    const [found] = await predictor.predict([sentence.repeat(4000)]);
    const expected = Array.from({ length: 4000 }, (_, i) => {
      return { start: i * sentence.length + 16, end: i * sentence.length + 20, label: "Disease" };
    });
    expect(strip(found!)).toEqual(expected);
  });

  it("without a word has no mention", async () => {
    expect(await predictor.predict(["", " \r\n\t", "\u200b"])).toEqual([[], [], []]);
    expect(await predictor.predict([])).toEqual([]);
  });

  it("with emoji has offsets in UTF-16 units", async () => {
    const text = "😀 👩‍⚕️ The patient had gout. 😀";
    const [found] = await predictor.predict([text]);
    expect(found!.map(({ start, end }) => text.slice(start, end))).toEqual(["gout"]);
    expect(found![0]!.start).toBe(text.indexOf("gout"));
  });

  it("may be read in shorter sequences than the encoder takes, but not in none", async () => {
    const short = await loadNerPredictor(folder, { threads: 1, maxTokens: 12 });
    const [scored] = await short.scoreWords(["The patient had gout. ".repeat(10)]);
    expect(Math.max(...scored!.sequences.map(({ ids }) => ids.length))).toBeLessThanOrEqual(12);
    expect(scored!.words).toHaveLength(50);
    await short.release();
    const none = await loadNerPredictor(folder, { threads: 1, maxTokens: 2 });
    await expect(none.predict(["gout"])).rejects.toThrow(InputError);
    await none.release();
  });
});

describe("parts of different models", () => {
  it("are noticed: an ONNX file with other tags", async () => {
    const mixed = join(root, "mixed");
    await cp(folder, mixed, { recursive: true });
    const tensors = await readSafetensors(written.encoder.weights);
    const { parameters } = createParameters(tensors, written.config, 5, 1, "tiny");
    const { graph, logits } = buildInferenceGraph(written.config, 5);
    const initializers = new Map([...parameters].map(([name, { data }]) => [name, data]));
    await writeFile(
      join(mixed, "onnx", "model.onnx"),
      emitOnnx(graph, { outputs: { logits }, initializers, dialect: "standard" }),
    );
    const load = () => loadNerPredictor(mixed, { threads: 1 });
    await expect(load()).rejects.toThrow(InputError);
    await expect(load()).rejects.toThrow("gives 5 tags a token; its task has 3");
  });

  it("are noticed: a tokenizer with more words than the encoder", async () => {
    const mixed = join(root, "mixed-tokenizer");
    await cp(folder, mixed, { recursive: true });
    const path = join(mixed, "tokenizer.json");
    const tokenizer = JSON.parse(await readFile(path, "utf8"));
    tokenizer.model.vocab.surplus = Object.keys(tokenizer.model.vocab).length;
    await writeFile(path, JSON.stringify(tokenizer));
    const error = await loadNerPredictor(mixed, { threads: 1 }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(InputError);
    expect((error as InputError).message).toContain("has 121 entries; the encoder was built for 120");
  });
});
