/** @file Encoders whose attention depends on places: each sequence alone, the rows of distances, and training with dropout. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { emitOnnx } from "../src/engine/emit-onnx.ts";
import { createSession, type HostTensor } from "../src/engine/session.ts";
import { listDistanceRows } from "../src/model/architectures/distances.ts";
import { parseEncoderConfig } from "../src/model/encoder-config.ts";
import { createParameters } from "../src/model/parameters.ts";
import { readSafetensors } from "../src/model/safetensors.ts";
import { buildInferenceGraph } from "../src/model/token-classifier.ts";
import { trainModel } from "../src/train/train-model.ts";
import { readFixture, TAGS } from "./pytorch-steps.ts";

async function load(name: string) {
  const folder = fileURLToPath(new URL(`fixtures/encoders/${name}`, import.meta.url));
  const config = parseEncoderConfig(JSON.parse(readFileSync(`${folder}/config.json`, "utf8")), folder);
  const tensors = await readSafetensors(`${folder}/model.safetensors`);
  return { config, parameters: createParameters(tensors, config, TAGS, 1, folder).parameters };
}

describe.each(["deberta-v2", "deberta-v2-convolution", "modernbert"])("%s", (name) => {
  test("gives PyTorch's logits for sequences of 11, 7 and 4 tokens alone, fed with nothing but ids and mask", async () => {
    const { config, parameters } = await load(name);
    const { graph, logits } = buildInferenceGraph(config, TAGS);
    const initializers = new Map([...parameters].map(([key, { data }]) => [key, data]));
    const model = emitOnnx(graph, { outputs: { logits }, initializers, dialect: "standard" });
    const session = await createSession(model, { threads: 1 });
    const hasTypes = config.json.type_vocab_size === 2;
    expect(session.inputNames).toEqual([
      "input_ids",
      "attention_mask",
      ...(hasTypes ? ["token_type_ids"] : []),
    ]);
    const { batch, logits: expected } = readFixture(`encoders/${name}`);
    const padded = batch.inputIds[0].length;
    const found: number[] = [];
    for (const [row, mask] of (batch.attentionMask as number[][]).entries()) {
      const length = mask.filter((flag) => flag === 1).length;
      const integers = (values: number[]): HostTensor => ({
        type: "int64",
        data: BigInt64Array.from(values, BigInt),
        dims: [1, length],
      });
      const results = await session.run({
        input_ids: integers(batch.inputIds[row].slice(0, length)),
        attention_mask: integers(mask.slice(0, length)),
        ...(hasTypes ? { token_type_ids: integers(mask.slice(0, length).map(() => 0)) } : {}),
      });
      const { data, dims } = results.get("logits")!;
      expect(dims).toEqual([1, length, TAGS]);
      for (const [i, logit] of data.entries())
        expect(Number(logit)).toBeCloseTo(expected[row * padded * TAGS + i], 4);
      found.push(length);
    }
    expect(found).toEqual([11, 7, 4]);
    await session.release();
  });

  test("learns with dropout on batches of several lengths", async () => {
    const { config, parameters } = await load(name);
    const lengths = [3, 9, 4, 9, 5, 3, 12, 4];
    const sequences = lengths.map((length, i) => {
      const words = Array.from({ length: length - 2 }, (_, place) => place + 1);
      return {
        ids: [2, ...words.map((place) => 5 + ((3 * i + place) % 30)), 3],
        ownStart: 0,
        ownEnd: length - 2,
        firstTokens: words,
        tags: Int32Array.from(words, (place) => (3 * i + place) % 2),
      };
    });
    const settings = {
      epochs: 40,
      batchSize: 2,
      learningRate: 0.01,
      warmup: 0.1,
      weightDecay: 0.01,
      maxGradientNorm: 1,
      seed: 1,
    };
    const losses: number[] = [];
    const input = { config, tagCount: TAGS, parameters, sequences };
    for await (const { loss } of trainModel(input, { settings, threads: 1 })) losses.push(loss);
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss, 0) / part.length;
    expect(losses).toHaveLength(160);
    expect(mean(losses.slice(0, 4))).toBeGreaterThan(1);
    expect(mean(losses.slice(-4))).toBeLessThan(0.5);
  });
});

interface Buckets {
  farthestTested: number;
  cases: { buckets: number; farthest: number; runs: [row: number, count: number][] }[];
}
const { cases, farthestTested }: Buckets = readFixture("encoders/deberta-v2-buckets");

test.each(cases)(
  "distances have Python's rows: $buckets buckets up to $farthest",
  ({ runs, ...settings }) => {
    const { descending, ascending } = listDistanceRows(settings);
    const half = ascending.length / 2;
    const clamped = (list: readonly number[], i: number) => list[Math.min(Math.max(i, 0), list.length - 1)]!;
    const ours: [number, number][] = [];
    for (let distance = -farthestTested; distance <= farthestTested; distance++) {
      const row = clamped(ascending, distance + half - 1);
      expect(clamped(descending, half - 1 - distance)).toBe(row);
      const last = ours.at(-1);
      if (last?.[0] === row) last[1] += 1;
      else ours.push([row, 1]);
    }
    expect(settings.buckets > 0 ? ours : [ours[0], ours.at(-1)]).toEqual(runs);
  },
);
