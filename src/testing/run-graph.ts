/** @file A graph, what is asked of it and float64 feeds -> what onnxruntime computes. */
import { type EmitOptions, emitOnnx } from "../engine/emit-onnx.ts";
import type { ElementType, Graph, Value } from "../engine/graph.ts";
import { createSession, type HostTensor, type SessionOptions } from "../engine/session.ts";
import type { Float64Tensor } from "./interpret-graph.ts";

/** Runs a graph once, on one thread, fed with what {@link interpretGraph} takes; inputs that nothing reads are left out. */
export async function runGraph(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, Float64Tensor>>,
  { dialect, ...options }: Pick<EmitOptions, "dialect"> & Pick<SessionOptions, "optimization"> = {},
): Promise<Map<string, HostTensor>> {
  const model = emitOnnx(graph, dialect === undefined ? { outputs } : { outputs, dialect });
  const session = await createSession(model, { ...options, threads: 1 });
  try {
    const types = new Map(
      graph.inputs.map(({ source, type }) => [source.kind === "input" && source.name, type]),
    );
    const fed = session.inputNames.map((name) => [name, toHost(feeds[name]!, types.get(name)!)]);
    return await session.run(Object.fromEntries(fed));
  } finally {
    await session.release();
  }
}

function toHost({ shape, data }: Float64Tensor, type: ElementType): HostTensor {
  if (type === "int32") return { type, dims: shape, data: Int32Array.from(data) };
  if (type === "int64") return { type, dims: shape, data: BigInt64Array.from([...data], BigInt) };
  return { type, dims: shape, data: Float32Array.from(data) };
}
