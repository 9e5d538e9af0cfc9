/** @file Devices that are there and those that are not, on made-up machines: what is said and what is to be done. */
import { describe, expect, it } from "vitest";
import { InputError } from "../util/errors.ts";
import { DEVICES, type Device, dialectOf, findAbsence, type RuntimeFacts } from "./devices.ts";
import { proveDevice } from "./prove-device.ts";
import { createSession, openSession, requireDevice, runtimeFacts, type Session } from "./session.ts";

const LINUX: RuntimeFacts = {
  platform: "linux x64",
  backends: ["cpu", "webgpu", "cuda", "tensorrt"],
  cudaLibrary: { path: "/ort/libonnxruntime_providers_cuda.so", isThere: false },
};
const CUDA_13: RuntimeFacts = {
  ...LINUX,
  cudaLibrary: { ...LINUX.cudaLibrary, isThere: true, cudaMajor: 13 },
};
const MAC: RuntimeFacts = { ...LINUX, platform: "darwin arm64", backends: ["cpu", "webgpu", "coreml"] };

/** A session on a device that gives these numbers. */
const answering = (...numbers: number[]): Session => ({
  inputNames: ["x"],
  run: async () => new Map([["y", { type: "float32", data: Float32Array.from(numbers), dims: [2, 2] }]]),
  release: async () => {},
});

async function failure(device: Device, facts: RuntimeFacts, open: () => Promise<Session>) {
  const error = await proveDevice(device, facts, open).catch((caught: unknown) => caught);
  if (!(error instanceof InputError)) throw new Error(`no InputError but ${error}`);
  return { code: error.code, message: error.message, hint: error.hint };
}

const refusing = (message: string) => () => Promise.reject(new Error(message));
const END = "Without a device it runs on the processor; `textphantom doctor` lists the devices.";

describe("a device that is not there", () => {
  it.each<[Device, RuntimeFacts, string]>([
    [
      "dml",
      LINUX,
      'The device "dml" cannot be used: onnxruntime for linux x64 has no provider for it (GPU through DirectML); there is one in onnxruntime for Windows.',
    ],
    [
      "coreml",
      LINUX,
      'The device "coreml" cannot be used: onnxruntime for linux x64 has no provider for it (Apple\'s CoreML); there is one in onnxruntime for macOS on Apple silicon.',
    ],
    [
      "cuda",
      MAC,
      'The device "cuda" cannot be used: onnxruntime for darwin arm64 has no provider for it (NVIDIA GPU); there is one in onnxruntime for Linux x64.',
    ],
  ])("by platform: %s", async (device, facts, message) => {
    const told = await failure(device, facts, refusing("not reached"));
    expect(told).toEqual({ code: "device-absent", message, hint: END });
  });

  it("for want of the CUDA provider's library: how it is fetched", async () => {
    expect(await failure("cuda", LINUX, refusing("not reached"))).toEqual({
      code: "device-absent",
      message:
        'The device "cuda" cannot be used: the provider\'s library is not installed: no "/ort/libonnxruntime_providers_cuda.so".',
      hint: `Fetch it (some hundred MB, from nuget.org): ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node. ${END}`,
    });
  });

  it("for want of CUDA: the version that the library was built for", async () => {
    const said = "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library";
    expect(await failure("cuda", CUDA_13, refusing(said))).toEqual({
      code: "device-absent",
      message: 'The device "cuda" cannot be used: Failed to load shared library.',
      hint: `It needs an NVIDIA driver (see nvidia-smi), the CUDA 13 toolkit and cuDNN 9, in LD_LIBRARY_PATH or known to ldconfig. ${END}`,
    });
  });

  it("for want of a GPU: the runtime's reason without its own file names", async () => {
    const said =
      "/onnxruntime_src/webgpu_context.cc:136 onnxruntime::webgpu::Initialize()::<lambda()> status == Success was false. Failed to get a WebGPU adapter: No supported adapters\n\n";
    const { message, hint } = await failure("webgpu", LINUX, refusing(said));
    expect(message).toBe(
      'The device "webgpu" cannot be used: Failed to get a WebGPU adapter: No supported adapters.',
    );
    expect(hint).toContain("It needs a GPU whose driver speaks Vulkan");
  });

  it("though its session opens: the work would be left to the CPU, or is wrong", async () => {
    const left =
      "This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has been explicitly disabled by the user.";
    expect((await failure("coreml", MAC, refusing(left))).message).toBe(
      'The device "coreml" cannot be used: it starts, but leaves products of matrices to the CPU.',
    );
    expect((await failure("coreml", MAC, async () => answering(7, 10, 15, 0))).message).toBe(
      'The device "coreml" cannot be used: it gives a wrong answer to a small product.',
    );
  });
});

describe("a device that is there", () => {
  it("passes with the right answer, asked for without the CPU", async () => {
    const asked: unknown[] = [];
    await proveDevice("webgpu", MAC, async (_, options) => {
      asked.push(options);
      return answering(7, 10, 15, 22);
    });
    expect(asked).toEqual([{ device: "webgpu", threads: 1, cpuNodes: "refused" }]);
    await proveDevice("cpu", LINUX, refusing("never opened"));
  });

  it("gets products in the form that its provider computes", () => {
    expect(DEVICES.map(dialectOf)).toEqual([
      "onnxruntime",
      "onnxruntime",
      "standard",
      "standard",
      "onnxruntime",
    ]);
    expect(dialectOf()).toBe("onnxruntime");
  });
});

describe("this machine", () => {
  it("is described by the runtime: the CPU is there, and no device of another system", async () => {
    const facts = runtimeFacts();
    expect(facts.platform).toBe(`${process.platform} ${process.arch}`);
    expect(facts.backends).toContain("cpu");
    await requireDevice("cpu");
    const absent = DEVICES.filter((device) => findAbsence(device, facts) !== undefined);
    expect(absent).toContain(process.platform === "darwin" ? "dml" : "coreml");
    for (const device of absent) {
      const session = createSession(new Uint8Array(1), { device });
      await expect(session).rejects.toMatchObject({ code: "device-absent" });
    }
  });

  it("refuses a session that would leave a node to the CPU, where that is ruled out", async () => {
    const { emitOnnx } = await import("./emit-onnx.ts");
    const { createGraph } = await import("./graph.ts");
    const graph = createGraph();
    const y = graph.apply("exp", [graph.input("x", "float32", [1])], {});
    const model = emitOnnx(graph, { outputs: { y } });
    await expect(openSession(model, { cpuNodes: "refused" })).rejects.toThrow(
      "assigned to the default CPU EP",
    );
  });
});
