/** @file A device and a way to open sessions on it -> proof that it computes a product itself, or the error that says why not. */
import { type Device, deviceError, explainRefusal, findAbsence, type RuntimeFacts } from "./devices.ts";
import { emitOnnx } from "./emit-onnx.ts";
import { createGraph } from "./graph.ts";
import type { Session, SessionOptions } from "./session.ts";

/** Opens a session as it is told, unproved. */
export type OpenSession = (model: Uint8Array, options: SessionOptions) => Promise<Session>;

/**
 * A provider that cannot work may still let a session open, with every node on the CPU. So a small product is asked
 * for with the CPU ruled out.
 * @throws InputError `device-absent`
 */
export async function proveDevice(device: Device, facts: RuntimeFacts, open: OpenSession): Promise<void> {
  if (device === "cpu") return;
  const absence = findAbsence(device, facts);
  if (absence) throw deviceError(device, absence);
  const graph = createGraph();
  const x = graph.input("x", "float32", [2, 2]);
  const y = graph.apply("matmul", [x, x], { transA: false, transB: false, alpha: 1 });
  const model = emitOnnx(graph, { outputs: { y }, dialect: "standard" });
  let result: string | undefined;
  try {
    const session = await open(model, { device, threads: 1, cpuNodes: "refused" });
    const feeds = { x: { type: "float32", data: Float32Array.of(1, 2, 3, 4), dims: [2, 2] } } as const;
    result = (await session.run(feeds).finally(session.release)).get("y")?.data.join();
  } catch (cause) {
    throw deviceError(device, explainRefusal(device, cause, facts), cause);
  }
  if (result === "7,10,15,22") return;
  throw deviceError(device, {
    found: "it gives a wrong answer to a small product",
    todo: "Bring its driver up to date.",
  });
}
