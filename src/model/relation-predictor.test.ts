/** @file Relation models: the contract, what their files say, what is refused. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { createSession, type HostTensor } from "../engine/session.ts";
import { parseTaskSpec } from "../task/parse-spec.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import { relationPredictorContract } from "../testing/relation-predictor-contract.ts";
import { writeTinyEncoder } from "../testing/tiny-encoder.ts";
import { loadEncoder } from "./load-encoder.ts";
import { writeModelFolder } from "./model-folder.ts";
import { encodePair } from "./pair-sequence.ts";
import { withRelationHead } from "./relation-head.ts";
import { type LoadedRelationPredictor, loadRelationPredictor } from "./relation-predictor.ts";

const TASK = `
name: tiny
kind: relation
domain: sentences of a test
labels: { Gene: { definition: a gene }, Disease: { definition: a disease } }
relation:
  head: Gene
  tail: Disease
  negative: none
  classes: { cause: { definition: x }, none: { definition: y }, marker: { definition: z } }
completions: { from: recorded, requests: requests.jsonl, output: output.jsonl }
`;
const PAIR: MarkedPair = {
  text: "APOE raises the risk of gout.",
  head: { start: 0, end: 4, label: "Gene" },
  tail: { start: 24, end: 28, label: "Disease" },
};

let root: string;
let folder: string;
let predictor: LoadedRelationPredictor;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "textphantom-relation-model-"));
  folder = join(root, "model");
  const encoder = await writeTinyEncoder(join(root, "encoder"), { words: ["gene", "disease", "risk"] });
  const { config, parameters } = await loadEncoder(encoder, 3, 1, (bare) =>
    withRelationHead(bare, "cls-starts"),
  );
  // a head that was drawn says nearly the same of every pair
  for (const { name, data } of parameters.values())
    if (name === "classifier.weight") data.set(data.map((value) => 40 * value));
  await writeModelFolder(folder, {
    config,
    encoder,
    weights: parameters,
    spec: parseTaskSpec(TASK, { path: "task.yaml" }),
    windowTokens: 48,
    names: [],
    pairs: [{ head: "apoe", tail: "gout", relation: "cause", count: 2 }],
    pairReading: { markers: "typed", pooling: "cls-starts" },
  });
  predictor = await loadRelationPredictor(folder, { threads: 1 });
});
afterAll(async () => {
  await predictor.release();
  await rm(root, { recursive: true });
});

describe("the contract", () => {
  for (const { name, check } of relationPredictorContract([PAIR])) test(name, () => check(predictor));
});

it("gives probabilities of all classes, which sum to 1, and the likeliest where there is no threshold", async () => {
  const [answer] = await predictor.predict([PAIR]);
  expect(predictor.classes).toEqual(["cause", "none", "marker"]);
  const { probabilities = [] } = answer!;
  expect(probabilities.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  expect(answer!.score).toBe(Math.max(...probabilities));
  expect(answer!.relation).toBe(predictor.classes[probabilities.indexOf(answer!.score)]);
});

it("gives what the file's own graph gives, fed by hand", async () => {
  const session = await createSession(join(folder, "onnx/model.onnx"), { threads: 1 });
  const { tokenizer, reading } = await parts();
  const { ids, firstTokens } = encodePair(PAIR, tokenizer, reading).sequence;
  const integers = (values: readonly number[], dims: number[]): HostTensor => ({
    type: "int64",
    data: BigInt64Array.from(values, BigInt),
    dims,
  });
  const row = [1, ids.length];
  const result = await session.run({
    input_ids: integers(ids, row),
    attention_mask: integers(
      ids.map(() => 1),
      row,
    ),
    token_type_ids: integers(
      ids.map(() => 0),
      row,
    ),
    rows: integers(firstTokens, [3]),
  });
  await session.release();
  const logits = result.get("logits")!;
  const [ours] = await predictor.scorePairs([PAIR]);
  expect(logits.dims).toEqual([1, 3]);
  for (const [index, value] of (logits.data as Float32Array).entries())
    expect(ours![index]).toBeCloseTo(value, 4);
});

async function parts() {
  const encoder = await loadEncoder(
    await writeTinyEncoder(join(root, "again"), { words: ["gene", "disease", "risk"] }),
    3,
    1,
  );
  const reading = { markers: "typed", pooling: "cls-starts", directed: true, maxTokens: 48 } as const;
  return { ...encoder, reading };
}

it("decides nearly the same in int8", async () => {
  const small = await loadRelationPredictor(folder, { threads: 1, precision: "int8" });
  const [[exact], [rounded]] = [await predictor.predict([PAIR]), await small.predict([PAIR])];
  await small.release();
  for (const [index, share] of exact!.probabilities!.entries())
    expect(Math.abs(rounded!.probabilities![index]! - share)).toBeLessThan(0.1);
  expect(rounded!.probabilities).not.toEqual(exact!.probabilities);
});

it("names its classes in config.json, under a class that reads the encoder without the head", async () => {
  const config = JSON.parse(await readFile(join(folder, "config.json"), "utf8"));
  expect(config).toMatchObject({
    architectures: ["BertModel"],
    id2label: { 0: "cause", 1: "none", 2: "marker" },
    label2id: { cause: 0, none: 1, marker: 2 },
  });
  expect(predictor.model.pairs).toEqual([{ head: "apoe", tail: "gout", relation: "cause", count: 2 }]);
});

it("refuses a folder that does not say how it reads pairs", async () => {
  const path = join(folder, "textphantom.json");
  const whole = await readFile(path, "utf8");
  const { pairReading: _, ...rest } = JSON.parse(whole);
  await writeFile(path, JSON.stringify(rest));
  await expect(loadRelationPredictor(folder, { threads: 1 })).rejects.toMatchObject({
    code: "model-damaged",
  });
  await writeFile(path, whole);
});
