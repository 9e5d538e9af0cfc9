/** @file The graphs of a whole encoder, against the float64 interpreter and against each other. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import { gradients } from "../engine/gradients.ts";
import { type Float64Tensor, interpretGraph } from "../testing/interpret-graph.ts";
import { runGraph } from "../testing/run-graph.ts";
import { createTinyParts, type TinyParts } from "../testing/tiny-model.ts";
import { buildInferenceGraph, buildTrainingGraph, listParameterShapes } from "./token-classifier.ts";

let folder: string;
let tiny: TinyParts;
let parameters: ReadonlyMap<string, Parameter>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-classifier-"));
  tiny = await createTinyParts(folder, { hiddenSize: 8, layers: 1, intermediateSize: 12 });
  parameters = await tiny.createParameters();
});
afterAll(() => rm(folder, { recursive: true }));

const tensor = (shape: number[], data: Iterable<number>): Float64Tensor => ({
  shape,
  data: Float64Array.from(data),
});
const weights = () =>
  Object.fromEntries(
    [...parameters.values()].map(({ name, shape, data }) => [name, tensor([...shape], data)]),
  );
/** Two sequences of 4 tokens, the second of 3 and padding; labels on three tokens. */
const ids = [2, 7, 9, 3, 2, 7, 3, 0];
const present = [1, 1, 1, 1, 1, 1, 1, 0];
const trainingFeeds = () => ({
  ...weights(),
  ids: tensor([2, 4], ids),
  positions: tensor([4], [0, 1, 2, 3]),
  types: tensor([1], [0]),
  attention_bias: tensor(
    [2, 1, 1, 4],
    present.map((flag) => (flag ? 0 : -10_000)),
  ),
  labelled: tensor([3], [1, 2, 5]),
  targets: tensor([3, 3], [0, 1, 0, 1, 0, 0, 0, 0, 1]),
  target_scale: tensor([], [1 / 3]),
});
const inferenceFeeds = (paddingId = 0) => ({
  ...weights(),
  input_ids: tensor([2, 4], [...ids.slice(0, 7), paddingId]),
  attention_mask: tensor([2, 4], present),
  token_type_ids: tensor(
    [2, 4],
    ids.map(() => 0),
  ),
});
const build = (dropout: boolean) =>
  buildTrainingGraph({ config: tiny.config, tagCount: 3, parameters, dropout });

describe("the training graph", () => {
  it("gives the mean cross-entropy of the labelled tokens", () => {
    const { graph, loss, logits } = build(false);
    const values = interpretGraph(graph, trainingFeeds());
    const rows = values.get(logits)!.data;
    const entropy = (token: number, tag: number) => {
      const row = rows.subarray(3 * token, 3 * token + 3);
      return Math.log(row.reduce((sum, x) => sum + Math.exp(x), 0)) - row[tag]!;
    };
    const mean = (entropy(1, 1) + entropy(2, 0) + entropy(5, 2)) / 3;
    expect(values.get(loss)!.data[0]).toBeCloseTo(mean, 12);
    const split = buildTrainingGraph({
      config: tiny.config,
      tagCount: 3,
      parameters,
      dropout: false,
      tokenLosses: true,
    });
    const parts = interpretGraph(split.graph, trainingFeeds()).get(split.tokenLosses!)!;
    expect(parts.shape).toEqual([3]);
    const alone = [entropy(1, 1), entropy(2, 0), entropy(5, 2)];
    for (const [i, part] of parts.data.entries()) expect(part).toBeCloseTo(alone[i]! / 3, 12);
  });

  it("has gradients that equal central differences, in every parameter", () => {
    const { graph, loss, parameters: values } = build(false);
    const forward = { ...graph, nodes: [...graph.nodes] };
    const feeds: Record<string, Float64Tensor> = trainingFeeds();
    const found = gradients(graph, loss, [...values.keys()]);
    const exact = interpretGraph(graph, feeds);
    expect(found.size).toBe(parameters.size);
    for (const [value, gradient] of found) {
      if (gradient.kind !== "dense") continue; // tables: through the embeddings' LayerNorm, see ops.test.ts
      const { data } = feeds[values.get(value)!.name]!;
      const at = data.length >> 1;
      const [x, step] = [data[at]!, 1e-5];
      const lossAt = (moved: number) => {
        data[at] = moved;
        return interpretGraph(forward, feeds).get(loss)!.data[0]!;
      };
      const slope = (lossAt(x + step) - lossAt(x - step)) / (2 * step);
      data[at] = x;
      expect(exact.get(gradient.value)!.data[at]).toBeCloseTo(slope, 8);
    }
  });

  it("is computed by the runtime as by the interpreter", async () => {
    const { graph, loss, logits } = build(false);
    const expected = interpretGraph(graph, trainingFeeds());
    const results = await runGraph(graph, { loss, logits }, trainingFeeds());
    expect(Number(results.get("loss")!.data[0])).toBeCloseTo(expected.get(loss)!.data[0]!, 5);
    for (const [i, x] of expected.get(logits)!.data.entries())
      expect(results.get("logits")!.data[i]).toBeCloseTo(x, 5);
  });

  it("asks for a mask at every place of dropout, and names its tables", () => {
    const { dropoutSites, tables } = build(true);
    const flat = ["batch*length", 8];
    const shapes = [flat, ["batch", 2, "length", "length"], flat, flat, flat]; // embeddings, attention, two outputs, head
    expect(dropoutSites).toEqual(shapes.map((shape, i) => ({ name: `dropout_${i}`, rate: 0.1, shape })));
    expect(build(false).dropoutSites).toEqual([]);
    expect([...tables].map(([name, input]) => [name.split(".")[2], input])).toEqual([
      ["word_embeddings", "ids"],
      ["token_type_embeddings", "types"],
      ["position_embeddings", "positions"],
    ]);
  });

  it("refuses parameters of another shape", () => {
    const options = { config: tiny.config, tagCount: 5, parameters };
    expect(() => buildTrainingGraph(options)).toThrow(
      'The weight "classifier.weight" is missing or has another shape.',
    );
  });
});

describe("the inference graph", () => {
  it.each(["standard", "onnxruntime"] as const)(
    "gives the logits of the training graph (%s)",
    async (dialect) => {
      const training = build(false);
      const expected = interpretGraph(training.graph, trainingFeeds()).get(training.logits)!.data;
      const { graph, logits } = buildInferenceGraph(tiny.config, 3);
      const result = (await runGraph(graph, { logits }, inferenceFeeds(), { dialect })).get("logits")!;
      expect(result.dims).toEqual([2, 4, 3]);
      for (const [i, x] of expected.entries()) if (i < 21) expect(result.data[i]).toBeCloseTo(x, 5);
    },
  );

  it("does not see what stands in padding", () => {
    const { graph, logits } = buildInferenceGraph(tiny.config, 3);
    const read = (id: number) => [
      ...interpretGraph(graph, inferenceFeeds(id)).get(logits)!.data.subarray(0, 21),
    ];
    expect(read(40)).toEqual(read(0));
  });

  it("lists the parameters that training asks for, in its order", () => {
    const listed = [...listParameterShapes(tiny.config, 3)];
    const built = [...build(true).parameters.values()].map(({ name, shape }) => [name, shape]);
    expect(listed).toEqual(built);
    expect(Object.fromEntries(listed)["classifier.weight"]).toEqual([3, 8]);
  });
});
