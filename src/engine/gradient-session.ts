/** @file A graph with a loss -> one session that computes the loss and every parameter's gradient into standing memory. */
import { dialectOf } from "./devices.ts";
import { emitOnnx } from "./emit-onnx.ts";
import { createFeedCheck } from "./feed-check.ts";
import { type GradientPlan, planGradients, watchedResult } from "./gradient-plan.ts";
import type { Graph, Shape, Value } from "./graph.ts";
import { createSession, type HostTensor, type SessionOptions } from "./session.ts";

/** A trainable tensor: its numbers live here and nowhere else. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** Replaced once, by an optimizer that moves the numbers into its own memory. */
  data: Float32Array;
}

/**
 * Where a parameter's gradient is after a run. A table read by rows has `rows`: the gradient of row `indices[i]`
 * is the sum of the `rows.subarray(i * width, (i + 1) * width)` with that index.
 */
export type HostGradient =
  | { readonly kind: "dense"; readonly data: Float32Array }
  | {
      readonly kind: "rows";
      readonly parts: readonly { readonly indices: Int32Array; readonly rows: Float32Array }[];
    };

/** What one run gives. */
export interface GradientRun {
  readonly loss: number;
  /** By parameter name. Valid until the next run; absent where the loss does not depend on the parameter. */
  readonly gradients: ReadonlyMap<string, HostGradient>;
  /** By name in {@link GradientSessionOptions.watch}: the value's elements, those of one part after those of another. */
  readonly watched: ReadonlyMap<string, Float32Array>;
}

type Feeds = Readonly<Record<string, HostTensor>>;

/** Owns native memory: call `release` when done. */
export interface GradientSession {
  /** @throws Error that names the input, where one is missing, unknown or does not fit the graph */
  run(feeds: Feeds): Promise<GradientRun>;
  /**
   * Runs the parts of a batch one after the other and adds up their losses and gradients. Several small runs need less
   * memory than a large one, and what passes between operations stays in the processor's caches.
   * @param parts each makes its feeds when its turn comes
   */
  runParts(parts: readonly (() => Feeds)[]): Promise<GradientRun>;
  release(): Promise<void>;
}

export interface GradientSessionOptions extends SessionOptions {
  /** Where dense gradients are written, by parameter name, as {@link AdamW.gradients} has it. Default: memory of its own. */
  gradients?: ReadonlyMap<string, Float32Array>;
  /** Default true: the graph is rewritten so that it takes fewer passes over memory. Results are equal but for rounding. */
  rewrite?: boolean;
  /** Fed from their own memory as well, but not trained: what only their gradients need is left out of the session. */
  frozen?: ReadonlyMap<Value, Parameter>;
  /** float32 results of operations of the graph that each run gives beside the loss, by a name of their own. Default: none. */
  watch?: ReadonlyMap<string, Value>;
}

/**
 * @param loss a float32 scalar of `graph`, shape [].
 * @param parameters by the graph input that stands for each; fed from their own memory without a copy.
 * @throws Error when a parameter does not fit its graph input, or the loss is no scalar
 * @throws InputError `device-absent` where `options.device` is not there
 */
export async function createGradientSession(
  graph: Graph,
  loss: Value,
  parameters: ReadonlyMap<Value, Parameter>,
  options: GradientSessionOptions = {},
): Promise<GradientSession> {
  const fed = new Map([...parameters, ...(options.frozen ?? [])]);
  checkParameters(fed);
  const { rewrite = true, watch = new Map<string, Value>() } = options;
  const plan = planGradients(graph, loss, parameters, rewrite, watch);
  const dialect = dialectOf(options.device);
  const open = (outputs: GradientPlan["outputs"]) =>
    createSession(emitOnnx(plan.graph, { outputs, dialect, fold: rewrite }), options);
  let session = await open(plan.outputs);
  let adds = false;
  const checkFeeds = checkOfFeeds(graph, fed, session.inputNames);

  /** Where dense gradients are written, by result, and the same arrays by the input they are added to. */
  const standing: Record<string, HostTensor> = {};
  const sums: Record<string, HostTensor> = {};
  for (const [value, gradient] of plan.gradients) {
    if (gradient.kind !== "dense") continue;
    const { name, data, shape } = parameters.get(value)!;
    const memory = options.gradients?.get(name) ?? new Float32Array(data.length);
    standing[gradient.result] = { type: "float32", data: memory, dims: shape };
    sums[gradient.sum] = standing[gradient.result]!;
  }

  const rowMemory = createRowMemory();
  const runOnce = async (feeds: Feeds, place: number): Promise<GradientRun> => {
    checkFeeds(feeds);
    const all: Record<string, HostTensor> = { ...feeds, ...(adds ? sums : {}) };
    for (const { name, data, shape } of fed.values()) all[name] = { type: "float32", data, dims: shape };
    const into = { ...standing };
    for (const [value, gradient] of plan.gradients) {
      if (gradient.kind === "dense") continue;
      const width = knownShape(value.shape).at(-1)!;
      for (const { indices, result } of gradient.parts)
        into[result] = rowMemory(`${place} ${result}`, [...feedOf(indices, feeds).dims, width]);
    }
    const results = await session.run(all, into);
    const found = new Map<string, HostGradient>();
    for (const [value, gradient] of plan.gradients) {
      const { name } = parameters.get(value)!;
      if (gradient.kind === "dense") {
        found.set(name, { kind: "dense", data: floats(standing[gradient.result]) });
        continue;
      }
      const parts = gradient.parts.map(({ indices, result }) => ({
        indices: feedOf(indices, feeds).data,
        rows: floats(results.get(result)),
      }));
      found.set(name, { kind: "rows", parts });
    }
    const watched = new Map(
      [...watch.keys()].map((name) => [name, floats(results.get(watchedResult(name)))]),
    );
    return { loss: floats(results.get("loss"))[0]!, gradients: found, watched };
  };
  const runParts = async (parts: readonly (() => Feeds)[]): Promise<GradientRun> => {
    // a session that adds to zeros gives the same numbers, and one session holds memory for one run only
    if (parts.length > 1 && !adds) {
      await session.release();
      session = await open(plan.addedOutputs);
      adds = true;
    }
    if (adds) for (const { data } of Object.values(sums)) data.fill(0 as never);
    const runs: GradientRun[] = [];
    for (const [place, part] of parts.entries()) runs.push(await runOnce(part(), place));
    return addUp(runs);
  };

  return {
    run: (feeds) => runParts([() => feeds]),
    runParts,
    release: () => session.release(),
  };
}

/** Dense gradients were added where they lie; losses, rows and what is watched are gathered here. */
function addUp(runs: readonly GradientRun[]): GradientRun {
  const [first, ...others] = runs as [GradientRun, ...GradientRun[]];
  if (others.length === 0) return first;
  const gradients = new Map<string, HostGradient>();
  for (const [name, gradient] of first.gradients) {
    const all = runs.map((run) => run.gradients.get(name)!);
    const parts = all.flatMap((each) => (each.kind === "rows" ? each.parts : []));
    gradients.set(name, gradient.kind === "rows" ? { kind: "rows", parts } : gradient);
  }
  const watched = new Map(
    [...first.watched.keys()].map((name) => [name, join(runs.map((run) => run.watched.get(name)!))]),
  );
  return { loss: runs.reduce((sum, { loss }) => sum + loss, 0), gradients, watched };
}

function join(arrays: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let start = 0;
  for (const array of arrays) {
    whole.set(array, start);
    start += array.length;
  }
  return whole;
}

function checkParameters(parameters: ReadonlyMap<Value, Parameter>): void {
  for (const [value, { name, shape, data }] of parameters) {
    if (value.shape.join() !== shape.join()) {
      const [given, wanted] = [shape.join(", "), value.shape.join(", ")];
      throw new Error(`The parameter "${name}" has the shape [${given}]; its graph input has [${wanted}].`);
    }
    const count = shape.reduce((product, size) => product * size, 1);
    if (data.length === count) continue;
    throw new Error(
      `The parameter "${name}" holds ${data.length} numbers; its shape [${shape.join(", ")}] needs ${count}.`,
    );
  }
}

/** Parameters are fed by the session; an input that nothing reads may be fed too. */
function checkOfFeeds(graph: Graph, parameters: ReadonlyMap<Value, Parameter>, read: readonly string[]) {
  const name = ({ source }: Value) => (source.kind === "input" ? source.name : "");
  const wanted = graph.inputs.filter((value) => !parameters.has(value) && read.includes(name(value)));
  return createFeedCheck(wanted, graph.inputs.map(name));
}

function floats(tensor: HostTensor | undefined): Float32Array {
  if (tensor?.type !== "float32")
    throw new Error("The runtime gave no float32 tensor where one was asked for.");
  return tensor.data;
}

function feedOf(indices: Value, feeds: Feeds): HostTensor & { readonly type: "int32" } {
  const tensor = indices.source.kind === "input" ? feeds[indices.source.name] : undefined;
  if (tensor?.type !== "int32") throw new Error("Indices of a trained table must be a graph input of int32.");
  return tensor;
}

/** Memory that grows as needed and is used again: new arrays at each step would keep the garbage collector busy. */
function createRowMemory(): (name: string, dims: readonly number[]) => HostTensor {
  const arrays = new Map<string, Float32Array>();
  return (name, dims) => {
    const length = dims.reduce((product, dim) => product * dim, 1);
    let array = arrays.get(name);
    if (array === undefined || array.length < length) arrays.set(name, (array = new Float32Array(length)));
    return { type: "float32", data: array.subarray(0, length), dims };
  };
}

/** A shape without symbols, as parameters have. */
export function knownShape(shape: Shape): number[] {
  return shape.map((dim) => {
    if (typeof dim === "string") throw new Error(`The open size "${dim}" stands where a number must.`);
    return dim;
  });
}
