/** @file Adapters in the graph and merged: the same logits; at first no change at all; targets that are not there. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import { runGraph } from "../testing/run-graph.ts";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { createRandom, nextNormal } from "../util/random.ts";
import { drawAdapters, type Lora, mergeAdapter, planLora } from "./lora.ts";
import { buildTrainingGraph } from "./token-classifier.ts";
import { createFeeds } from "./training-feeds.ts";

let folder: string;
let tiny: TinyParts;
let parameters: ReadonlyMap<string, Parameter>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-lora-"));
  tiny = await createTinyParts(folder);
  parameters = await tiny.createParameters();
});
afterAll(() => rm(folder, { recursive: true }));

const settings = { rank: 3, alpha: 6, dropout: 0, targets: ["query", "dense"] };

async function logits(weights: ReadonlyMap<string, Parameter>, lora?: Lora): Promise<Float32Array> {
  const { graph, logits: value } = buildTrainingGraph({
    config: tiny.config,
    tagCount: 3,
    parameters: weights,
    dropout: false,
    ...(lora ? { lora } : {}),
  });
  const fed = [
    ...Object.entries(createFeeds(tiny.sequences, 3, tiny.config)).map(([name, { data, dims }]) => [
      name,
      dims,
      data,
    ]),
    ...[...weights.values()].map(({ name, shape, data }) => [name, shape, data]),
  ] as [string, number[], ArrayLike<number>][];
  const feeds = fed.map(([name, shape, data]) => [name, { shape, data: Float64Array.from(data, Number) }]);
  const found = (await runGraph(graph, { logits: value }, Object.fromEntries(feeds))).get("logits")!;
  return found.data as Float32Array;
}

describe("adapters", () => {
  it("stand beside every target of every layer, in the shapes of peft", () => {
    const lora = planLora(parameters, { ...settings, targets: ["query", "value"] });
    expect([...lora.targets].sort()).toEqual(
      [0, 1].flatMap((layer) =>
        ["query", "value"].map((part) => `bert.encoder.layer.${layer}.attention.self.${part}.weight`),
      ),
    );
    expect(lora.scale).toBe(2);
    const adapters = drawAdapters(parameters, lora, 1);
    const name = "bert.encoder.layer.1.attention.self.value";
    expect(adapters.size).toBe(8);
    expect(adapters.get(`${name}.lora_A.weight`)!.shape).toEqual([3, 16]);
    expect(adapters.get(`${name}.lora_B.weight`)!.shape).toEqual([16, 3]);
    const down = adapters.get(`${name}.lora_A.weight`)!.data;
    expect(Math.max(...down.map(Math.abs))).toBeLessThanOrEqual(1 / Math.sqrt(16));
    expect(Math.max(...down.map(Math.abs))).toBeGreaterThan(0.2);
    expect(new Set(adapters.get(`${name}.lora_B.weight`)!.data)).toEqual(new Set([0]));
  });

  it("change nothing before the first step", async () => {
    const lora = planLora(parameters, settings);
    const all = new Map([...parameters, ...drawAdapters(parameters, lora, 1)]);
    expect(await logits(all, lora)).toEqual(await logits(parameters));
  });

  it("give the same logits in the graph and merged into plain weights", async () => {
    const lora = planLora(parameters, settings);
    const adapters = drawAdapters(parameters, lora, 1);
    const random = createRandom(2, "adapters");
    for (const { data } of adapters.values()) for (const i of data.keys()) data[i] = 0.3 * nextNormal(random);
    const adapted = await logits(new Map([...parameters, ...adapters]), lora);
    const merge = (name: string, weight: Parameter) =>
      lora.targets.has(name) ? mergeAdapter(weight, lora, adapters) : weight;
    const merged = await logits(
      new Map([...parameters].map(([name, weight]) => [name, merge(name, weight)])),
    );
    const difference = (a: Float32Array, b: Float32Array) =>
      Math.max(...a.map((x, i) => Math.abs(x - b[i]!)));
    expect(difference(adapted, merged)).toBeLessThan(1e-5);
    expect(difference(adapted, await logits(parameters))).toBeGreaterThan(0.1);
  });

  it("are refused for a weight that the encoder has not, with those it has", () => {
    expect(() => planLora(parameters, { ...settings, targets: ["query", "q_lin"] })).toThrow(
      'training.lora.targets: the encoder has no weight named "q_lin". It has: dense, key, query, value.',
    );
  });

  it("go by the names of other architectures", () => {
    const weight = (name: string): [string, Parameter] => [
      name,
      { name, shape: [2, 2], data: new Float32Array(4) },
    ];
    const modern = new Map([
      weight("model.layers.3.attn.Wqkv.weight"),
      weight("model.embeddings.tok_embeddings.weight"),
    ]);
    expect([...planLora(modern, { ...settings, targets: ["Wqkv"] }).targets]).toEqual([
      "model.layers.3.attn.Wqkv.weight",
    ]);
    expect(() => planLora(modern, { ...settings, targets: ["tok_embeddings"] })).toThrow("It has: Wqkv.");
    const distil = new Map([weight("distilbert.transformer.layer.0.attention.q_lin.weight")]);
    expect(planLora(distil, { ...settings, targets: ["q_lin"] }).targets.size).toBe(1);
  });
});
