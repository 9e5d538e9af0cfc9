/** @file A device -> the operations of a model that the runtime would leave to the CPU there. */
import { findCpuOps } from "../engine/cpu-ops.ts";
import type { Device } from "../engine/devices.ts";
import { gradients } from "../engine/gradients.ts";
import { parseEncoderConfig } from "./encoder-config.ts";
import { buildInferenceGraph, buildTrainingGraph, listParameterShapes } from "./token-classifier.ts";

/** What a graph is built for. */
export type ModelUse = "training" | "annotating";

/** One layer: every layer has the same operations. */
const CONFIG = {
  model_type: "bert",
  vocab_size: 8,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  hidden_act: "gelu",
  hidden_dropout_prob: 0.1,
  attention_probs_dropout_prob: 0.1,
  max_position_embeddings: 8,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  initializer_range: 0.02,
};

/**
 * Of a small BERT, at most a second's work. @returns names of operations; none on the CPU
 * @throws Error of the runtime's own where the device is not there: `requireDevice` says why
 */
export async function findModelCpuOps(device: Device, use: ModelUse): Promise<string[]> {
  if (device === "cpu") return [];
  const config = parseEncoderConfig(CONFIG, "device-ops");
  if (use === "annotating") return findCpuOps(buildInferenceGraph(config, 3).graph, device);
  const shapes = [...listParameterShapes(config, 3)];
  const parameters = new Map(
    shapes.map(([name, shape]) => {
      const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
      return [name, { name, shape, data }];
    }),
  );
  const { graph, loss, parameters: values } = buildTrainingGraph({ config, tagCount: 3, parameters });
  gradients(graph, loss, [...values.keys()]);
  return findCpuOps(graph, device);
}
