/** @file Names of weight files, old and new, become our parameters; what does not fit is named. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { InputError } from "../util/errors.ts";
import { MODEL_TYPES } from "./architectures.ts";
import { createParameters, isDecayed } from "./parameters.ts";
import { readSafetensors, type WeightTensor } from "./safetensors.ts";

let folder: string;
let tiny: TinyParts;
let tensors: Map<string, WeightTensor>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-parameters-"));
  tiny = await createTinyParts(folder);
  tensors = await readSafetensors(tiny.encoder.weights);
});
afterAll(() => rm(folder, { recursive: true }));

const create = (from: ReadonlyMap<string, WeightTensor>, seed = 1, tagCount = 3) =>
  createParameters(from, tiny.config, tagCount, seed, "tiny.safetensors");
const renamed = (change: (name: string) => string) =>
  new Map([...tensors].map(([name, tensor]) => [change(name), tensor]));
const head = (shape: number[], value: number): WeightTensor => ({
  dtype: "F32",
  shape,
  data: new Float32Array(shape.reduce((size, dim) => size * dim, 1)).fill(value),
});

describe("the encoder's weights", () => {
  it("are found under their own names, and what a token classifier lacks is listed", () => {
    const { parameters, unused, drawn } = create(tensors);
    expect(parameters.get("bert.encoder.layer.1.output.dense.weight")!.data).toEqual(
      tensors.get("encoder.layer.1.output.dense.weight")!.data,
    );
    expect(unused).toEqual(["pooler.dense.weight", "pooler.dense.bias"]);
    expect(drawn).toEqual(["classifier.weight", "classifier.bias"]);
    expect(parameters.size).toBe(tensors.size - 2 + 2);
  });

  it("are the same with the prefix of a model with a head", () => {
    expect(create(renamed((name) => `bert.${name}`)).parameters).toEqual(create(tensors).parameters);
    expect(create(renamed((name) => `bert.${name}`)).unused).toEqual([
      "bert.pooler.dense.weight",
      "bert.pooler.dense.bias",
    ]);
  });

  it("are the same under LayerNorm's old names", () => {
    const old = renamed((name) =>
      name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta"),
    );
    expect([...old.keys()].filter((name) => /gamma|beta/.test(name))).toHaveLength(10);
    expect(create(old).parameters).toEqual(create(tensors).parameters);
  });

  it("are copied: training does not touch the file's memory", () => {
    const name = "embeddings.word_embeddings.weight";
    expect(create(tensors).parameters.get(`bert.${name}`)!.data.buffer).not.toBe(
      tensors.get(name)!.data.buffer,
    );
  });

  it("are an error of the input where one is missing or has another shape", () => {
    const name = "encoder.layer.0.attention.self.key.weight";
    const lacking = new Map(tensors);
    lacking.delete(name);
    expect(() => create(lacking)).toThrow(InputError);
    expect(() => create(lacking)).toThrow(
      `tiny.safetensors: the weight "bert.${name}" is missing; config.json asks for [16, 16].`,
    );
    const wrong = new Map(tensors).set(name, head([16, 8], 0));
    expect(() => create(wrong)).toThrow(
      `the weight "bert.${name}" has shape [16, 8]; config.json asks for [16, 16].`,
    );
  });
});

describe("the head", () => {
  it("is drawn from the seed: normal weights of the config's deviation, no bias", () => {
    const { parameters } = create(tensors, 1, 101);
    const { data, shape } = parameters.get("classifier.weight")!;
    expect(shape).toEqual([101, 16]);
    const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
    const deviation = Math.sqrt(data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length);
    expect(Math.abs(mean)).toBeLessThan((4 * 0.02) / Math.sqrt(data.length));
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(4 / Math.sqrt(2 * data.length));
    expect(parameters.get("classifier.bias")!.data).toEqual(new Float32Array(101));
  });

  it("is the same for the same seed, another for another", () => {
    const weight = (seed: number) => create(tensors, seed).parameters.get("classifier.weight")!.data;
    expect(weight(4)).toEqual(weight(4));
    expect(weight(5)).not.toEqual(weight(4));
  });

  it("is taken from the file where it has the shape, else drawn and the file's listed", () => {
    const from = new Map(tensors)
      .set("classifier.weight", head([3, 16], 0.5))
      .set("classifier.bias", head([3], 2));
    const taken = create(from);
    expect(taken.drawn).toEqual([]);
    expect(taken.parameters.get("classifier.bias")!.data).toEqual(Float32Array.of(2, 2, 2));
    const other = create(from, 1, 5);
    expect(other.drawn).toEqual(["classifier.weight", "classifier.bias"]);
    expect(other.unused).toEqual(expect.arrayContaining(["classifier.weight", "classifier.bias"]));
    expect(other.parameters.get("classifier.weight")!.shape).toEqual([5, 16]);
  });
});

it("finds the weights of every architecture, with its prefix and without, beside heads of other tasks", async () => {
  for (const modelType of MODEL_TYPES) {
    const parts = await createTinyParts(join(folder, modelType), { modelType, layers: 1 });
    const bare = await readSafetensors(parts.encoder.weights);
    const { prefix } = parts.config;
    const whole = new Map([...bare].map(([name, tensor]) => [prefix + name, tensor]));
    whole.set("lm_head.dense.weight", head([16, 16], 1));
    whole.set("discriminator_predictions.dense.weight", head([16, 16], 1));
    whole.set("classifier.dense.weight", head([16, 16], 1));
    const load = (from: ReadonlyMap<string, WeightTensor>) =>
      createParameters(from, parts.config, 3, 1, "tiny.safetensors");
    const loaded = load(whole);
    expect(loaded.parameters).toEqual(load(bare).parameters);
    expect(loaded.unused.filter((name) => !name.includes("pooler"))).toHaveLength(3);
    expect(loaded.drawn.every((name) => !name.startsWith(prefix))).toBe(true);
  }
});

it("decays neither biases nor norms, whatever they are called", () => {
  const names = [
    "sa_layer_norm",
    "output_layer_norm",
    "embeddings.LayerNorm",
    "layers.0.mlp_norm",
    "final_norm",
  ];
  for (const name of names) expect(isDecayed(`x.${name}.weight`)).toBe(false);
  expect(isDecayed("distilbert.transformer.layer.0.attention.q_lin.bias")).toBe(false);
  for (const name of ["attention.q_lin", "embeddings.word_embeddings", "classifier", "embeddings_project"])
    expect(isDecayed(`x.${name}.weight`)).toBe(true);
});
