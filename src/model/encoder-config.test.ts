/** @file config.json of every architecture: what the shared code is told, where dropout stands, and what is refused. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Parameter } from "../engine/gradient-session.ts";
import { InputError } from "../util/errors.ts";
import { MODEL_TYPES, type ModelType } from "./architectures.ts";
import { parseEncoderConfig } from "./encoder-config.ts";
import { buildTrainingGraph, listParameterShapes } from "./token-classifier.ts";

const read = (modelType: string): Record<string, unknown> =>
  JSON.parse(
    readFileSync(new URL(`../../test/fixtures/encoders/${modelType}/config.json`, import.meta.url), "utf8"),
  );
const parse = (modelType: string, change: object = {}) =>
  parseEncoderConfig({ ...read(modelType), ...change }, "config.json");
/** Rates of a fresh training graph, in the order the graph drops out. */
function listRates(modelType: string, change: object): number[] {
  const config = parse(modelType, change);
  const shapes = listParameterShapes(config, 3);
  const parameters = new Map(
    [...shapes].map(([name, shape]): [string, Parameter] => {
      const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
      return [name, { name, shape, data }];
    }),
  );
  return buildTrainingGraph({ config, tagCount: 3, parameters }).dropoutSites.map(({ rate }) => rate);
}

it("says the numbers that the shared code asks for, whatever their keys", () => {
  const sizes = { vocabularySize: 40, hiddenSize: 12, layers: 2, initializerRange: 0.02 };
  const bert = { ...sizes, maxTokens: 16, firstPosition: 0, padId: 0 };
  expect(parse("bert")).toMatchObject(bert);
  expect(parse("distilbert")).toMatchObject(bert);
  expect(parse("electra")).toMatchObject(bert);
  expect(parse("roberta")).toMatchObject({ ...sizes, maxTokens: 14, firstPosition: 2, padId: 1 });
  expect(parse("xlm-roberta")).toMatchObject({ ...sizes, maxTokens: 12, firstPosition: 4, padId: 3 });
});

it.each(MODEL_TYPES)("names the class that Python's transformers has for %s", (modelType) => {
  expect([parse(modelType).className]).toEqual(read(modelType).architectures);
});

describe("dropout", () => {
  const layer = { hidden_dropout_prob: 0.2, attention_probs_dropout_prob: 0.3 };
  it.each(["bert", "electra", "roberta", "xlm-roberta", "camembert"])(
    "stands where it does in %s",
    (type) => {
      const inside = [0.2, 0.3, 0.2, 0.2, 0.3, 0.2, 0.2];
      expect(listRates(type, layer)).toEqual([...inside, 0.2]);
      expect(listRates(type, { ...layer, classifier_dropout: 0.4 })).toEqual([...inside, 0.4]);
      expect(listRates(type, { ...layer, classifier_dropout: 0 })).toEqual(inside);
    },
  );

  it("stands where it does in DistilBERT: not after attention's projection", () => {
    const rates = { dropout: 0.2, attention_dropout: 0.3, seq_classif_dropout: 0.4, qa_dropout: 0.5 };
    expect(listRates("distilbert", rates)).toEqual([0.2, 0.3, 0.2, 0.3, 0.2, 0.2]);
  });
});

describe("a config without the keys that Hugging Face has a default for", () => {
  it.each(["bert", "electra", "roberta"])("is read with that default: %s", (modelType) => {
    const sparse = read(modelType);
    for (const key of ["layer_norm_eps", "hidden_act", "classifier_dropout", "initializer_range"])
      delete sparse[key];
    expect(parseEncoderConfig(sparse, "config.json").initializerRange).toBe(0.02);
  });
});

describe("refused with the supported named", () => {
  const bert = "bert, camembert, ";
  const cases: [ModelType, object, string][] = [
    ["bert", { model_type: "gpt2" }, `config.json: model_type is "gpt2"; it must be one of: ${bert}`],
    ["bert", { model_type: undefined }, "config.json: model_type is undefined; it must be one of: "],
    [
      "bert",
      { position_embedding_type: "relative_key" },
      'position_embedding_type: "relative_key" is not supported; supported: absolute',
    ],
    [
      "roberta",
      { hidden_act: "silu" },
      'hidden_act: "silu" is not supported; supported: gelu, gelu_new, gelu_pytorch_tanh, relu',
    ],
    ["distilbert", { activation: "silu" }, 'activation: "silu" is not supported; supported: gelu, '],
    ["bert", { is_decoder: true }, "is_decoder: true is not supported: this is no decoder"],
    ["electra", { hidden_size: 13 }, "hidden_size must be a multiple of num_attention_heads"],
    ["distilbert", { n_heads: 5 }, "dim must be a multiple of n_heads"],
    ["electra", { embedding_size: undefined }, "embedding_size: "],
    ["distilbert", { dim: "12" }, "dim: "],
    ["roberta", { max_position_embeddings: 3 }, "max_position_embeddings must leave room after pad_token_id"],
  ];
  it.each(cases)("%s %o", (modelType, change, message) => {
    expect(() => parse(modelType, change)).toThrow(InputError);
    expect(() => parse(modelType, change)).toThrow(message);
  });
});
