/** @file A fine-tuned model's weights -> its ONNX files, in float32 and in int8. */
import { emitOnnx } from "../engine/emit-onnx.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import { quantizeInitializers } from "../engine/quantize.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import { buildInferenceGraph } from "./token-classifier.ts";

/** How the numbers of a model are stored and multiplied. */
export type Precision = "fp32" | "int8";

/** @returns the bytes of the file of a precision, in standard operators of ONNX */
export function emitModel(
  config: EncoderConfig,
  tagCount: number,
  weights: ReadonlyMap<string, Parameter>,
  precision: Precision,
): Uint8Array {
  const { graph, logits } = buildInferenceGraph(config, tagCount);
  const initializers = new Map([...weights].map(([name, { data }]) => [name, data]));
  const options = { outputs: { logits }, initializers, dialect: "standard" } as const;
  if (precision === "fp32") return emitOnnx(graph, options);
  // The last product costs nothing and its error would be the last word: it stays float32.
  const quantized = quantizeInitializers(graph, initializers, (name) => name.startsWith("classifier."));
  return emitOnnx(graph, { ...options, quantized });
}
