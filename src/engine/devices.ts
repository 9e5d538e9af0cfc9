/** @file A device and what the runtime has here -> how it is asked for, or why it is not there and what to do. */
import { InputError } from "../util/errors.ts";
import type { EmitOptions } from "./emit-onnx.ts";

/** Where a graph is computed; `cpu` is everywhere. */
export const DEVICES = ["cpu", "cuda", "webgpu", "coreml", "dml"] as const;
export type Device = (typeof DEVICES)[number];

/** What decides which devices are there, gathered so that tests can make it up. */
export interface RuntimeFacts {
  /** Operating system and processor as Node names them: `linux x64`. */
  readonly platform: string;
  /** Names of the providers that the runtime's binary knows, bundled or not. */
  readonly backends: readonly string[];
  /** The file that holds the CUDA provider; CUDA's major version that it was built for, where the file tells. */
  readonly cudaLibrary: { readonly path: string; readonly isThere: boolean; readonly cudaMajor?: number };
}

/** Why a device is not there, and what would mend it; nothing does on the wrong platform. */
export interface Absence {
  readonly found: string;
  readonly todo?: string;
}

interface DeviceFacts {
  /** What computes. */
  readonly hardware: string;
  /** Whose onnxruntime-node has it (README of version 1.30, and the binaries of its package). */
  readonly platforms: string;
  /** What must be there beside the runtime; the CUDA version is read from the library. */
  readonly needs: string;
  /** Whether its provider computes FusedMatMul; where not, the runtime would leave every product to the CPU. */
  readonly dialect: NonNullable<EmitOptions["dialect"]>;
}

const FACTS: { readonly [K in Exclude<Device, "cpu">]: DeviceFacts } = {
  cuda: {
    hardware: "NVIDIA GPU",
    platforms: "Linux x64",
    needs:
      "an NVIDIA driver (see nvidia-smi), the CUDA toolkit and cuDNN 9, in LD_LIBRARY_PATH or known to ldconfig",
    dialect: "onnxruntime",
  },
  webgpu: {
    hardware: "GPU through WebGPU",
    platforms: "Linux x64, Windows and macOS on Apple silicon",
    needs:
      "a GPU whose driver speaks Vulkan (Linux: libvulkan1 and the vendor's driver), Direct3D 12 or Metal",
    dialect: "standard",
  },
  coreml: {
    hardware: "Apple's CoreML",
    platforms: "macOS on Apple silicon",
    needs: "macOS 12 or later",
    dialect: "standard",
  },
  dml: {
    hardware: "GPU through DirectML",
    platforms: "Windows",
    needs: "Windows 10 (1903) or later and a GPU with a Direct3D 12 driver",
    dialect: "onnxruntime",
  },
};

/** How a graph that runs on the device alone is best written. */
export function dialectOf(device: Device = "cpu"): NonNullable<EmitOptions["dialect"]> {
  return device === "cpu" ? "onnxruntime" : FACTS[device].dialect;
}

/** What is known before a session is opened. @returns undefined where nothing speaks against the device */
export function findAbsence(device: Device, facts: RuntimeFacts): Absence | undefined {
  if (device === "cpu") return undefined;
  const { hardware, platforms } = FACTS[device];
  if (!facts.backends.includes(device)) {
    return {
      found: `onnxruntime for ${facts.platform} has no provider for it (${hardware}); there is one in onnxruntime for ${platforms}`,
    };
  }
  if (device === "cuda" && !facts.cudaLibrary.isThere) {
    return {
      found: `the provider's library is not installed: no "${facts.cudaLibrary.path}"`,
      todo: "Fetch it (some hundred MB, from nuget.org): ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node",
    };
  }
  return undefined;
}

/** What a failure to open a session on the device means. @param cause the runtime's error; it quotes no text of ours */
export function explainRefusal(device: Exclude<Device, "cpu">, cause: unknown, facts: RuntimeFacts): Absence {
  const { cudaMajor } = facts.cudaLibrary;
  const needs = FACTS[device].needs.replace(
    "toolkit",
    cudaMajor === undefined ? "toolkit" : `${cudaMajor} toolkit`,
  );
  if (isLeftToCpu(cause)) {
    return { found: "it starts, but leaves products of matrices to the CPU", todo: `It needs ${needs}.` };
  }
  const lines = cause instanceof Error ? cause.message.split("\n") : [];
  // "/onnxruntime_src/...cc:136 onnxruntime::...Initialize(...) condition was false. Failed to get a WebGPU adapter: ..."
  const said = (lines[0] ?? "").replace(/^.*\bwas false\. /, "").replace(/^OrtSessionOptions\w+: /, "");
  return {
    found: said.trim() === "" ? "it does not start" : said.trim().slice(0, 200),
    todo: `It needs ${needs}.`,
  };
}

/** Whether the runtime refused a session because a node would have run on the CPU. */
export function isLeftToCpu(error: unknown): boolean {
  return error instanceof Error && error.message.includes("assigned to the default CPU EP");
}

/** The error of a device that was asked for and is not there. */
export function deviceError(device: Device, { found, todo }: Absence, cause?: unknown): InputError {
  return new InputError("device-absent", `The device "${device}" cannot be used: ${found}.`, {
    hint: `${todo === undefined ? "" : `${todo.replace(/\.?$/, ".")} `}Without a device it runs on the processor; \`textphantom doctor\` lists the devices.`,
    details: { device, found, ...(todo === undefined ? {} : { todo }) },
    ...(cause === undefined ? {} : { cause }),
  });
}
