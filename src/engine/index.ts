/** @file The public API of `textphantom/engine`: gradients in TypeScript, run by onnxruntime; docs/engine.md tells how. */
export { createRandom, nextNormal, type Random, shuffle } from "../util/random.ts";
export { type AdamW, type AdamWOptions, createAdamW } from "./adamw.ts";
export type { MomentState } from "./adamw-places.ts";
export { DEVICES, type Device } from "./devices.ts";
export { createDropoutMasks, type DropoutMasks } from "./dropout.ts";
export { type EmitOptions, emitOnnx } from "./emit-onnx.ts";
export {
  createGradientSession,
  type GradientRun,
  type GradientSession,
  type HostGradient,
  type Parameter,
} from "./gradient-session.ts";
export { type Gradient, gradients, type RowGradient } from "./gradients.ts";
export {
  createGraph,
  type Dim,
  type ElementType,
  type Graph,
  type Node,
  type Shape,
  type Source,
  type Value,
} from "./graph.ts";
export type { OpAttributes, OpName } from "./ops.ts";
export {
  createSession,
  type HostTensor,
  requireDevice,
  type Session,
  type SessionOptions,
} from "./session.ts";
