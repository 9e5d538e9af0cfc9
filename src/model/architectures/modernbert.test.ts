/** @file What config.json of a ModernBERT may say, old names and new, and what is said where it may not. */
import { describe, expect, it } from "vitest";
import { emitOnnx } from "../../engine/emit-onnx.ts";
import { parseEncoderConfig } from "../encoder-config.ts";
import { createParameters } from "../parameters.ts";
import { buildInferenceGraph, listParameterShapes } from "../token-classifier.ts";

const base = {
  model_type: "modernbert",
  vocab_size: 30,
  hidden_size: 8,
  num_hidden_layers: 3,
  num_attention_heads: 2,
  intermediate_size: 12,
};
const parse = (changed: Record<string, unknown> = {}) =>
  parseEncoderConfig({ ...base, ...changed }, "x.json");
const emit = (changed: Record<string, unknown>) => {
  const { graph, logits } = buildInferenceGraph(parse(changed), 3);
  return Buffer.from(emitOnnx(graph, { outputs: { logits } })).toString("base64");
};
const rope = (global: number, local: number) => ({
  full_attention: { rope_type: "default", rope_theta: global },
  sliding_attention: { rope_type: "default", rope_theta: local },
});

describe("a config.json of ModernBERT", () => {
  it("gives the same model under old names, new names and by default", () => {
    const types = ["full_attention", "sliding_attention", "sliding_attention"];
    const renewed = emit({ layer_types: types, rope_parameters: rope(160_000, 10_000) });
    expect(renewed).toBe(emit({}));
    expect(
      emit({ global_attn_every_n_layers: 3, global_rope_theta: 160_000, local_rope_theta: 10_000 }),
    ).toBe(renewed);
    expect(emit({ global_attn_every_n_layers: 2 })).not.toBe(renewed);
    expect(emit({ local_attention: 64 })).not.toBe(renewed);
  });

  it("turns local layers as global ones where local_rope_theta is null", () => {
    expect(emit({ global_rope_theta: 500, local_rope_theta: null })).toBe(
      emit({ rope_parameters: rope(500, 500) }),
    );
  });

  it("has no norm before the first attention, no biases by default, and a head with its own norm", () => {
    const names = [...listParameterShapes(parse(), 3).keys()];
    expect(names.filter((name) => /attn_norm/.test(name))).toEqual([
      "model.layers.1.attn_norm.weight",
      "model.layers.2.attn_norm.weight",
    ]);
    expect(names.filter((name) => name.endsWith("bias"))).toEqual(["classifier.bias"]);
    expect(names.slice(-4)).toEqual([
      "head.dense.weight",
      "head.norm.weight",
      "classifier.weight",
      "classifier.bias",
    ]);
  });

  it("draws a head that the file lacks, with a gain of 1", () => {
    const shapes = listParameterShapes(parse(), 3);
    const encoder = [...shapes].filter(([name]) => name.startsWith("model."));
    const tensors = encoder.map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
      return [name, { dtype: "F32", shape, data }] as const;
    });
    const { parameters, drawn } = createParameters(new Map(tensors), parse(), 3, 1, "x.safetensors");
    expect(drawn).toEqual(["head.dense.weight", "head.norm.weight", "classifier.weight", "classifier.bias"]);
    expect([...parameters.get("head.norm.weight")!.data]).toEqual(Array.from({ length: 8 }, () => 1));
    expect([...parameters.get("classifier.bias")!.data]).toEqual([0, 0, 0]);
    expect(parameters.get("head.dense.weight")!.data.every((x) => x !== 0 && Math.abs(x) < 0.2)).toBe(true);
  });

  it.each([
    [{ hidden_activation: "silu" }, 'x.json: hidden_activation: "silu" is not supported; supported: gelu,'],
    [{ layer_types: ["full_attention"] }, "x.json: layer_types: must name the type of every layer."],
    [
      { layer_types: ["a", "full_attention", "full_attention"] },
      'x.json: layer_types.0: "a" is not supported; supported: full_attention, sliding_attention.',
    ],
    [
      { rope_parameters: { full_attention: { rope_type: "yarn" } } },
      'rope_parameters.full_attention.rope_type: "yarn" is not supported; supported: default.',
    ],
    [{ rope_scaling: { type: "linear" } }, "x.json: rope_scaling: only null is supported."],
    [{ num_attention_heads: 8 }, "hidden_size / num_attention_heads must be even"],
  ])("is refused with %o", (changed, message) => {
    expect(() => parse(changed)).toThrow(message);
  });
});
