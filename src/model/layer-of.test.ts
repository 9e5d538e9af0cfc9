/** @file Names as Hugging Face has them, of every architecture, and where they sit. */
import { expect, it } from "vitest";
import { countLayers, layerOf } from "./layer-of.ts";

it.each([
  ["bert.embeddings.word_embeddings.weight", "embeddings"],
  ["bert.embeddings.LayerNorm.bias", "embeddings"],
  ["bert.encoder.layer.11.attention.output.LayerNorm.weight", 11],
  ["classifier.weight", "head"],
  ["distilbert.embeddings.position_embeddings.weight", "embeddings"],
  ["distilbert.transformer.layer.3.attention.q_lin.weight", 3],
  ["distilbert.transformer.layer.0.sa_layer_norm.weight", 0],
  ["roberta.embeddings.token_type_embeddings.weight", "embeddings"],
  ["roberta.encoder.layer.3.intermediate.dense.bias", 3],
  ["electra.embeddings_project.weight", "embeddings"],
  ["electra.encoder.layer.2.output.dense.weight", 2],
  ["deberta.encoder.rel_embeddings.weight", "embeddings"],
  ["deberta.encoder.LayerNorm.weight", "embeddings"],
  ["deberta.encoder.conv.conv.weight", "embeddings"],
  ["deberta.encoder.layer.5.attention.self.query_proj.weight", 5],
  ["deberta.encoder.layer.5.attention.output.LayerNorm.weight", 5],
  ["model.embeddings.tok_embeddings.weight", "embeddings"],
  ["model.embeddings.norm.weight", "embeddings"],
  ["model.layers.21.attn.Wqkv.weight", 21],
  ["model.layers.3.mlp_norm.weight", 3],
  ["model.final_norm.weight", "head"],
  ["head.dense.weight", "head"],
])("%s: %s", (name, depth) => {
  expect(layerOf(name)).toBe(depth);
});

it("counts the layers of an encoder", () => {
  expect(countLayers(["model.embeddings.norm.weight", "model.layers.2.x", "model.layers.11.x"])).toBe(12);
  expect(countLayers(["classifier.weight"])).toBe(0);
});
