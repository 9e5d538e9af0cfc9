/** @file The bytes of a model -> something that runs it: the only file that knows onnxruntime. */
import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-node";
import type { Device, RuntimeFacts } from "./devices.ts";
import type { ElementType } from "./graph.ts";
import { proveDevice } from "./prove-device.ts";

/** A tensor in memory. The runtime reads `data` in place: it must be plain memory, not shared, and of exactly this shape. */
export type HostTensor =
  | { readonly type: "float32"; readonly data: Float32Array; readonly dims: readonly number[] }
  | { readonly type: "int32"; readonly data: Int32Array; readonly dims: readonly number[] }
  | { readonly type: "int64"; readonly data: BigInt64Array; readonly dims: readonly number[] };

/** How a model is run. */
export interface SessionOptions {
  /** Threads of one run. Default: as many as there are cores. */
  threads?: number;
  /** `all` (default) lets the runtime fuse and reorder; `disabled` runs the graph as written. */
  optimization?: "all" | "disabled";
  /** Where the files lie that a model given as bytes keeps its numbers in. */
  tensorFolder?: string;
  /** Where to write the runtime's own profile of every node (a file prefix). */
  profile?: string;
  /** What computes. Default `cpu`. Results come back to plain memory from every device. */
  device?: Device;
  /** On another device than the CPU the runtime leaves single nodes to it; `refused`: such a session is not opened. */
  cpuNodes?: "allowed" | "refused";
}

/** Owns native memory: call {@link Session.release} when done. */
export interface Session {
  readonly inputNames: readonly string[];
  /**
   * Runs the model. Where `into` has a tensor for an output, the result is written into its `data`.
   * @returns every output, by name @throws Error of the runtime's own where an input is missing or does not fit
   */
  run(
    feeds: Readonly<Record<string, HostTensor>>,
    into?: Readonly<Record<string, HostTensor>>,
  ): Promise<Map<string, HostTensor>>;
  /** Frees the native memory; the session runs no more. */
  release(): Promise<void>;
}

/**
 * @param model the bytes of an ONNX model, or the path of a file that holds them.
 * @throws InputError `device-absent` where the device is not there, or would leave the work to the CPU in silence
 * @throws Error of the runtime's own where it cannot read the model
 */
export async function createSession(
  model: Uint8Array | string,
  options: SessionOptions = {},
): Promise<Session> {
  await requireDevice(options.device ?? "cpu");
  return openSession(model, options);
}

/**
 * Resolves where the device is there and computes a small product itself; the CPU always does.
 * @throws InputError `device-absent`: why it is not, and what to install
 */
export async function requireDevice(device: Device): Promise<void> {
  if (device !== "cpu") await proveDevice(device, runtimeFacts(), openSession);
}

/** {@link createSession} without looking at the device first. */
export async function openSession(model: Uint8Array | string, options: SessionOptions): Promise<Session> {
  const settings: ort.InferenceSession.SessionOptions = {
    graphOptimizationLevel: options.optimization ?? "all",
    ...runtimeSettings(options),
    logSeverityLevel: options.cpuNodes === "refused" ? 4 : 3, // what is refused is no fault: the caller tells
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
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

function runtimeSettings({
  device = "cpu",
  cpuNodes,
  tensorFolder,
}: SessionOptions): ort.InferenceSession.SessionOptions {
  return {
    // 16: CoreML's "ML program", the form that takes products of two computed tensors
    executionProviders: [device === "coreml" ? { name: device, coreMlFlags: 16 } : device],
    // DirectML's provider takes sessions with this setting only
    ...(device === "dml" ? { enableMemPattern: false } : {}),
    // threads that spin between operations keep cores from the garbage collector and from neighbours, and gain nothing here
    extra: {
      session: {
        intra_op: { allow_spinning: "0" },
        ...(cpuNodes === "refused" ? { disable_cpu_ep_fallback: "1" } : {}),
        ...(tensorFolder === undefined ? {} : { model_external_initializers_file_folder_path: tensorFolder }),
      },
    },
  };
}

/** Which devices the runtime's binary knows on this machine, and whether the CUDA provider's own file was installed. */
export function runtimeFacts(): RuntimeFacts {
  return {
    platform: `${process.platform} ${process.arch}`,
    backends: ort.listSupportedBackends().map(({ name }) => name),
    cudaLibrary: findCudaLibrary(),
  };
}

/** Where a bundler or Node before 20.6 cannot tell where a package stands, the library is taken to be there. */
function findCudaLibrary(): RuntimeFacts["cudaLibrary"] {
  const file = "libonnxruntime_providers_cuda.so";
  if (typeof import.meta.resolve !== "function") return { path: file, isThere: true };
  const folder = `../bin/napi-v6/${process.platform}/${process.arch}/`;
  const path = fileURLToPath(new URL(folder + file, import.meta.resolve("onnxruntime-node")));
  return existsSync(path) ? { path, isThere: true, ...readCudaMajor(path) } : { path, isThere: false };
}

/** The names of the libraries that an ELF file needs stand near its beginning; this one has 270 MB. */
function readCudaMajor(path: string): { cudaMajor?: number } {
  const head = Buffer.alloc(1 << 20);
  const file = openSync(path, "r");
  readSync(file, head);
  closeSync(file);
  const major = /libcudart\.so\.(\d+)/.exec(head.toString("latin1"))?.[1];
  return major === undefined ? {} : { cudaMajor: Number(major) };
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
