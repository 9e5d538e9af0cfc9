/** @file What config.json of a DeBERTa may say, and what is said where it may not. */
import { describe, expect, it } from "vitest";
import { parseEncoderConfig } from "../encoder-config.ts";
import { buildInferenceGraph, listParameterShapes } from "../token-classifier.ts";

const base = {
  model_type: "deberta-v2",
  vocab_size: 30,
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 12,
  relative_attention: true,
  pos_att_type: "p2c|c2p",
};
const parse = (changed: Record<string, unknown> = {}) =>
  parseEncoderConfig({ ...base, ...changed }, "x.json");
const names = (changed: Record<string, unknown>) => [...listParameterShapes(parse(changed), 3).keys()];
const inputs = (changed: Record<string, unknown>) =>
  buildInferenceGraph(parse(changed), 3).graph.nodes.flatMap((node) =>
    node.inputs.flatMap(({ source, type }) =>
      source.kind === "input" && type === "int64" ? [source.name] : [],
    ),
  );

describe("a config.json of DeBERTa", () => {
  it("may name the kinds of distance in a list or a line", () => {
    expect(names({})).toEqual(names({ pos_att_type: ["c2p", "p2c"] }));
    expect(names({ pos_att_type: " C2P " })).toEqual(names({ pos_att_type: ["c2p"] }));
  });

  it("decides which weights there are", () => {
    const self = (part: string) => `deberta.encoder.layer.0.attention.self.${part}.weight`;
    expect(names({})).toContain(self("pos_key_proj"));
    expect(names({})).toContain(self("pos_query_proj"));
    expect(names({ pos_att_type: ["c2p"] })).not.toContain(self("pos_query_proj"));
    expect(names({ share_att_key: true })).not.toContain(self("pos_key_proj"));
    expect(names({ share_att_key: true })).toContain("deberta.encoder.rel_embeddings.weight");
    expect(names({ relative_attention: false })).not.toContain("deberta.encoder.rel_embeddings.weight");
    expect(names({})).not.toContain("deberta.encoder.LayerNorm.weight");
    expect(names({ norm_rel_ebd: "layer_norm" })).toContain("deberta.encoder.LayerNorm.weight");
    expect(names({ position_biased_input: false }).filter((name) => /position_emb/.test(name))).toEqual([]);
  });

  it("decides about rows: farthest is max_position_embeddings where nothing is said", () => {
    const rows = (changed: Record<string, unknown>) =>
      listParameterShapes(parse(changed), 3).get("deberta.encoder.rel_embeddings.weight")![0];
    expect(rows({})).toBe(1024);
    expect(rows({ max_position_embeddings: 20 })).toBe(40);
    expect(rows({ max_relative_positions: 7 })).toBe(14);
    expect(rows({ position_buckets: 32 })).toBe(64);
  });

  it("makes a model that reads token types only where it has them", () => {
    expect(inputs({ type_vocab_size: 2 })).toContain("token_type_ids");
    expect(inputs({})).not.toContain("token_type_ids");
  });

  it.each([
    [{ pos_att_type: ["p2p"] }, 'x.json: pos_att_type.0: "p2p" is not supported; supported: c2p, p2c.'],
    [{ attention_head_size: 3 }, "x.json: attention_head_size: must be hidden_size / num_attention_heads."],
    [{ conv_kernel_size: 2 }, "x.json: conv_kernel_size: must be odd, or 0 for no convolution."],
    [{ conv_groups: 2 }, "x.json: conv_groups: only 1 is supported."],
    [{ conv_act: "swish" }, 'x.json: conv_act: "swish" is not supported; supported: tanh, gelu, gelu_new'],
    [{ position_buckets: 1 }, "x.json: position_buckets: must be 2 or more, and less than"],
    [{ position_buckets: 8, max_relative_positions: 5 }, "x.json: position_buckets: must be 2 or more"],
    [{ num_attention_heads: 3 }, "hidden_size must be a multiple of num_attention_heads"],
  ])("is refused with %o", (changed, message) => {
    expect(() => parse(changed)).toThrow(message);
  });
});
