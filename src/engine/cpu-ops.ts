/** @file A graph and a device -> the operations of the graph that the runtime would leave to the CPU. */
import { type Device, dialectOf, isLeftToCpu } from "./devices.ts";
import { emitOnnx } from "./emit-onnx.ts";
import { createGraph, type Dim, type Graph, type Node, type Shape } from "./graph.ts";
import type { OpAttributes, OpName } from "./ops.ts";
import { openSession } from "./session.ts";

/**
 * Opens one session for each operation and type of operand in the graph, with the CPU ruled out. Integers that only
 * say how large something is (`range`, sizes in `reshape`) always stay on the CPU, and are not counted.
 * @returns names in the order of the graph
 * @throws Error where the device is not there: prove it first ({@link requireDevice})
 */
export async function findCpuOps(graph: Graph, device: Device): Promise<OpName[]> {
  if (device === "cpu") return [];
  const kinds = new Map<string, Node>();
  for (const node of graph.nodes) {
    if (node.op === "range") continue;
    const key = [node.op, ...node.inputs.map(({ type }) => type)].join();
    if (!kinds.has(key)) kinds.set(key, node);
  }
  const found = new Set<OpName>();
  for (const node of kinds.values()) if (await isOnCpu(node, device)) found.add(node.op);
  return [...found];
}

async function isOnCpu(node: Node, device: Device): Promise<boolean> {
  const graph = createGraph();
  const operands = node.inputs.map(({ type, shape }, index) => graph.input(`x${index}`, type, known(shape)));
  const y = graph.apply(node.op, operands, withKnownSizes(node));
  const model = emitOnnx(graph, { outputs: { y }, dialect: dialectOf(device) });
  try {
    await (await openSession(model, { device, threads: 1, cpuNodes: "refused" })).release();
    return false;
  } catch (error) {
    if (isLeftToCpu(error)) return true;
    throw error;
  }
}

function withKnownSizes({ op, attributes }: Node): OpAttributes[OpName] {
  return op === "reshape" ? { shape: known((attributes as OpAttributes["reshape"]).shape) } : attributes;
}

function known(shape: Shape): number[] {
  return shape.map(sizeOf);
}

/** Any size will do, as long as a symbol has the same one everywhere. */
function sizeOf(dim: Dim): number {
  if (typeof dim === "number") return dim;
  return dim.split("*").reduce((product) => product * 2, 1);
}
