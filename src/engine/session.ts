/** @file The bytes of a model -> something that runs it: the only file that knows onnxruntime. */
import * as ort from "onnxruntime-node";
import type { ElementType } from "./graph.ts";

/** A tensor in memory. The runtime reads `data` in place: it must be plain memory, not shared, and of exactly this shape. */
export type HostTensor =
  | { readonly type: "float32"; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: "int32"; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: "int64"; readonly data: BigInt64Array; readonly dims: readonly number[] };

export interface SessionOptions {
  /** Threads of one run. Default: as many as there are cores. */
  threads?: number;
  /** `all` (default) lets the runtime fuse and reorder; `disabled` runs the graph as written. */
  optimization?: "all" | "disabled";
  /** Where the files lie that a model given as bytes keeps its numbers in. */
  tensorFolder?: string;
  /** Where to write the runtime's own profile of every node (a file prefix). */
  profile?: string;
}

/** Owns native memory: call {@link Session.release} when done. */
export interface Session {
  readonly inputNames: readonly string[];
  /** Runs the model. Where `into` has a tensor for an output, the result is written into its `data`. */
  run(
    feeds: Readonly<Record<string, HostTensor>>,
    into?: Readonly<Record<string, HostTensor>>,
  ): Promise<Map<string, HostTensor>>;
  release(): Promise<void>;
}

/** @param model the bytes of an ONNX model, or the path of a file that holds them. */
export async function createSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  const settings: ort.InferenceSession.SessionOptions = {
    graphOptimizationLevel: options.optimization ?? "all",
    executionProviders: ["cpu"],
    logSeverityLevel: 3,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    ...(options.tensorFolder === undefined
      ? {}
      : { extra: { session: { model_external_initializers_file_folder_path: options.tensorFolder } } }),
    ...(options.profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: options.profile }),
  };
  const session =
    typeof model === "string"
      ? await ort.InferenceSession.create(model, settings)
      : await ort.InferenceSession.create(model, settings);
  return {
    inputNames: session.inputNames,
    async run(feeds, into = {}) {
      const fetches: Record<string, ort.Tensor | null> = {};
      for (const name of session.outputNames) fetches[name] = into[name] ? toOrt(into[name]) : null;
      const results = await session.run(mapValues(feeds, toOrt), fetches);
      return new Map(Object.entries(results).map(([name, tensor]) => [name, fromOrt(tensor)]));
    },
    async release() {
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

/** Version and platform of the runtime, for `doctor`. */
export function runtimeVersion(): string {
  return ort.env.versions.node ?? ort.env.versions.common;
}

function toOrt(tensor: HostTensor): ort.Tensor {
  return new ort.Tensor(tensor.type, tensor.data, tensor.dims);
}

function fromOrt(tensor: ort.Tensor): HostTensor {
  const type = tensor.type as ElementType;
  return { type, data: tensor.data, dims: tensor.dims } as HostTensor;
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
