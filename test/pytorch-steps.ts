/** @file A model and numbers that PyTorch wrote for it -> tests: loss, gradients, AdamW steps and logits are the same. */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { createAdamW } from "../src/engine/adamw.ts";
import { emitOnnx } from "../src/engine/emit-onnx.ts";
import { createGradientSession, type HostGradient, type Parameter } from "../src/engine/gradient-session.ts";
import { createSession, type HostTensor } from "../src/engine/session.ts";
import { type EncoderConfig, parseEncoderConfig } from "../src/model/encoder-config.ts";
import { createParameters, isDecayed } from "../src/model/parameters.ts";
import { withRelationHead } from "../src/model/relation-head.ts";
import { readSafetensors } from "../src/model/safetensors.ts";
import { buildInferenceGraph, buildTrainingGraph } from "../src/model/token-classifier.ts";
import { createDistanceFeeds } from "../src/model/training-feeds.ts";

/** Tags of every fixture. */
export const TAGS = 5;
const TOLERANCE = 1e-4;
/** The softmax does not see a bias on the keys: its true gradient is 0 and what is computed is rounding noise. */
const NOISE = 1e-6;

/** What the writers of fixtures write; see write-pytorch-fixtures.py. */
export interface Fixture {
  head?: { weight: number[]; bias: number[] };
  /** `labels` by token, -100 where there is none; with `places`, the tokens that a pair is read from, one a sequence. */
  batch: {
    inputIds: number[][];
    attentionMask: number[][];
    labels: (number | number[])[];
    places?: number[][];
  };
  optimizer: { learningRate: number; weightDecay: number; clipNorm: number };
  logits: number[];
  losses: number[];
  gradientNorms: number[];
  zeroGradient: string[];
  parameters: Record<
    string,
    { indices?: number[]; gradientNorm: number; gradient: number[]; stepsNorm: number; steps: number[] }
  >;
}

/** A file of test/fixtures, without its ending. */
export function readFixture(name: string) {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), "utf8"));
}

async function loadModel(folder: string, fixture: Fixture) {
  const encoder = parseEncoderConfig(JSON.parse(readFileSync(`${folder}/config.json`, "utf8")), folder);
  const config = fixture.batch.places ? withRelationHead(encoder, "starts") : encoder;
  const { parameters } = createParameters(
    await readSafetensors(`${folder}/model.safetensors`),
    config,
    TAGS,
    1,
    folder,
  );
  if (fixture.head) {
    parameters.get("classifier.weight")!.data.set(fixture.head.weight);
    parameters.get("classifier.bias")!.data.set(fixture.head.bias);
  }
  return { config, parameters };
}

function createFixtureFeeds(
  { inputIds, attentionMask, labels, places: pairs }: Fixture["batch"],
  { firstPosition, distanceRows }: EncoderConfig,
): Record<string, HostTensor> {
  const [batch, length] = [inputIds.length, inputIds[0]!.length];
  const flat = labels.flat();
  const labelled = [...flat.keys()].filter((i) => flat[i]! >= 0);
  const places = pairs?.flatMap((own, row) => own.map((token) => row * length + token)) ?? labelled;
  const targets = new Float32Array(labelled.length * TAGS);
  for (const [row, i] of labelled.entries()) targets[row * TAGS + flat[i]!] = 1;
  const bias = Float32Array.from(attentionMask.flat(), (present) => (present ? 0 : -10_000));
  return {
    ids: { type: "int32", data: Int32Array.from(inputIds.flat()), dims: [batch, length] },
    positions: {
      type: "int32",
      data: Int32Array.from({ length }, (_, i) => firstPosition + i),
      dims: [length],
    },
    types: { type: "int32", data: Int32Array.of(0), dims: [1] },
    ...createDistanceFeeds(distanceRows, length),
    attention_bias: { type: "float32", data: bias, dims: [batch, 1, 1, length] },
    labelled: { type: "int32", data: Int32Array.from(places), dims: [places.length] },
    targets: { type: "float32", data: targets, dims: [labelled.length, TAGS] },
    target_scale: { type: "float32", data: Float32Array.of(1 / labelled.length), dims: [] },
  };
}

/** A gradient as one dense array. */
function spreadGradient(gradient: HostGradient, { data, shape }: Parameter): Float32Array {
  if (gradient.kind === "dense") return gradient.data;
  const width = data.length / shape[0]!;
  const result = new Float32Array(data.length);
  for (const { indices, rows } of gradient.parts) {
    for (const [i, row] of indices.entries()) {
      for (let j = 0; j < width; j++) result[row * width + j]! += rows[i * width + j]!;
    }
  }
  return result;
}

const norm = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, x) => sum + x * x, 0));

/** |ours - theirs| / |theirs| over the compared entries. */
function relativeError(ours: ArrayLike<number>, theirs: readonly number[]): number {
  return norm(theirs.map((x, i) => x - ours[i]!)) / norm(theirs);
}

function pick(values: Float32Array, indices?: readonly number[]): ArrayLike<number> {
  return indices ? indices.map((index) => values[index]!) : values;
}

/** Registers the tests; to be called inside `describe`. @param folder the model, in Hugging Face layout */
export function testAgainstPyTorch(folder: string, fixture: Fixture): void {
  const noise = new Set(fixture.zeroGradient);
  const errors = { gradients: new Map<string, number>(), steps: new Map<string, number>() };
  const losses: number[] = [];
  const gradientNorms: number[] = [];

  beforeAll(async () => {
    const { config, parameters } = await loadModel(folder, fixture);
    const training = buildTrainingGraph({ config, tagCount: TAGS, parameters, dropout: false });
    const session = await createGradientSession(training.graph, training.loss, training.parameters);
    const list = [...training.parameters.values()];
    const { learningRate, weightDecay, clipNorm } = fixture.optimizer;
    const optimizer = createAdamW(list, new Set(training.tables.keys()), {
      maxGradientNorm: clipNorm,
      weightDecay: (name) => (isDecayed(name) ? weightDecay : 0),
    });
    const feeds = createFixtureFeeds(fixture.batch, config);
    for (let step = 0; step < 3; step++) {
      for (const [name, feed] of training.tables)
        optimizer.prepareRows(name, feeds[feed]!.data as Int32Array);
      const run = await session.run(feeds);
      losses.push(run.loss);
      if (step === 0) {
        for (const parameter of list) {
          const expected = fixture.parameters[parameter.name]!;
          const ours = spreadGradient(run.gradients.get(parameter.name)!, parameter);
          const error = noise.has(parameter.name)
            ? norm(ours) / NOISE // compared with nothing but its smallness
            : Math.max(
                relativeError(pick(ours, expected.indices), expected.gradient) / TOLERANCE,
                Math.abs(norm(ours) / expected.gradientNorm - 1) / TOLERANCE,
              );
          errors.gradients.set(parameter.name, error);
        }
      }
      gradientNorms.push(optimizer.step(run.gradients, learningRate));
    }
    for (const { name } of list) {
      if (noise.has(name)) continue;
      const expected = fixture.parameters[name]!;
      const ours = optimizer.settled(name);
      const error = Math.max(
        relativeError(pick(ours, expected.indices), expected.steps),
        Math.abs(norm(ours) / expected.stepsNorm - 1),
      );
      errors.steps.set(name, error / TOLERANCE);
    }
    await session.release();
  });

  test("has a fixture for every parameter", () => {
    expect([...errors.gradients.keys()].sort()).toEqual(Object.keys(fixture.parameters).sort());
  });

  test("gives the same loss before each of three steps", () => {
    expect(relativeError(losses, fixture.losses)).toBeLessThan(TOLERANCE);
  });

  test("gives the same gradient for every parameter", () => {
    expect([...errors.gradients].filter(([, error]) => !(error < 1))).toEqual([]);
    expect(relativeError(gradientNorms, fixture.gradientNorms)).toBeLessThan(TOLERANCE);
  });

  test("has the same parameters after three AdamW steps", () => {
    expect([...errors.steps].filter(([, error]) => !(error < 1))).toEqual([]);
  });

  test.each(["standard", "onnxruntime"] as const)(
    "gives the same logits from the %s inference graph",
    async (dialect) => {
      const { config, parameters } = await loadModel(folder, fixture);
      const { graph, logits } = buildInferenceGraph(config, TAGS);
      const initializers = new Map([...parameters].map(([name, { data }]) => [name, data]));
      const session = await createSession(emitOnnx(graph, { outputs: { logits }, initializers, dialect }));
      const { inputIds, attentionMask, places } = fixture.batch;
      const flat = (places ?? []).flatMap((own, row) =>
        own.map((token) => row * inputIds[0]!.length + token),
      );
      const rows = BigInt64Array.from(flat, BigInt);
      const dims = [inputIds.length, inputIds[0]!.length];
      const integers = (rows: number[][]): HostTensor => ({
        type: "int64",
        data: BigInt64Array.from(rows.flat(), BigInt),
        dims,
      });
      const result = await session.run({
        input_ids: integers(inputIds),
        attention_mask: integers(attentionMask),
        token_type_ids: integers(inputIds.map((row) => row.map(() => 0))),
        ...(places && { rows: { type: "int64", data: rows, dims: [rows.length] } }),
      });
      const ours = result.get("logits")!.data as Float32Array;
      const present = places
        ? [...places.keys()]
        : attentionMask.flat().flatMap((flag, i) => (flag ? [i] : []));
      const entries = present.flatMap((i) => Array.from({ length: TAGS }, (_, tag) => i * TAGS + tag));
      const worst = Math.max(...entries.map((i) => Math.abs(ours[i]! - fixture.logits[i]!)));
      expect(worst).toBeLessThan(1e-4);
      await session.release();
    },
  );
}
