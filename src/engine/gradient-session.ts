/** @file A graph with a loss -> one session that computes the loss and every parameter's gradient into standing memory. */
import { dialectOf } from "./devices.ts";
import { emitOnnx } from "./emit-onnx.ts";
import { createFeedCheck } from "./feed-check.ts";
import { gradients } from "./gradients.ts";
import type { Graph, Shape, Value } from "./graph.ts";
import { lowerForTraining } from "./lower-for-training.ts";
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
}

/** Owns native memory: call `release` when done. */
export interface GradientSession {
  /** @throws Error that names the input, where one is missing, unknown or does not fit the graph */
  run(feeds: Readonly<Record<string, HostTensor>>): Promise<GradientRun>;
  release(): Promise<void>;
}

export interface GradientSessionOptions extends SessionOptions {
  /** Where dense gradients are written, by parameter name, as {@link AdamW.gradients} has it. Default: memory of its own. */
  gradients?: ReadonlyMap<string, Float32Array>;
  /** Default true: the graph is rewritten so that it takes fewer passes over memory. Results are equal but for rounding. */
  rewrite?: boolean;
  /** Fed from their own memory as well, but not trained: what only their gradients need is left out of the session. */
  frozen?: ReadonlyMap<Value, Parameter>;
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
  const rewrite = options.rewrite ?? true;
  const lowered = rewrite ? lowerForTraining(graph) : { graph, translate: (value: Value) => value };
  const inputs = new Map([...parameters].map(([value, parameter]) => [lowered.translate(value), parameter]));
  const found = gradients(lowered.graph, lowered.translate(loss), [...inputs.keys()]);
  const outputs: Record<string, Value> = { loss: lowered.translate(loss) };
  const standing: Record<string, HostTensor> = {};
  const rowOutputs = new Map<Value, string>();
  for (const [value, parameter] of inputs) {
    const gradient = found.get(value);
    if (gradient?.kind === "dense") {
      const name = `d_${parameter.name}`;
      outputs[name] = gradient.value;
      const data = options.gradients?.get(parameter.name) ?? new Float32Array(parameter.data.length);
      standing[name] = { type: "float32", data, dims: parameter.shape };
    }
    for (const { rows } of gradient?.kind === "rows" ? gradient.parts : []) {
      const name = rowOutputs.get(rows) ?? `d_rows_${rowOutputs.size}`;
      rowOutputs.set(rows, name);
      outputs[name] = rows;
    }
  }
  const dialect = dialectOf(options.device);
  const session = await createSession(emitOnnx(lowered.graph, { outputs, dialect, fold: rewrite }), options);
  const checkFeeds = checkOfFeeds(graph, fed, session.inputNames);

  return {
    async run(feeds) {
      checkFeeds(feeds);
      const all: Record<string, HostTensor> = { ...feeds };
      for (const { name, data, shape } of fed.values()) all[name] = { type: "float32", data, dims: shape };
      const results = await session.run(all, standing);
      const gradientsByName = new Map<string, HostGradient>();
      for (const [value, { name }] of inputs) {
        const gradient = found.get(value);
        if (gradient?.kind === "dense") {
          gradientsByName.set(name, { kind: "dense", data: floats(standing[`d_${name}`]) });
        } else if (gradient) {
          const parts = gradient.parts.map(({ indices, rows }) => ({
            indices: fedIndices(indices, feeds),
            rows: floats(results.get(rowOutputs.get(rows)!)),
          }));
          gradientsByName.set(name, { kind: "rows", parts });
        }
      }
      return { loss: floats(results.get("loss"))[0]!, gradients: gradientsByName };
    },
    release: session.release,
  };
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

function fedIndices(indices: Value, feeds: Readonly<Record<string, HostTensor>>): Int32Array {
  const tensor = indices.source.kind === "input" ? feeds[indices.source.name] : undefined;
  if (tensor?.type !== "int32") throw new Error("Indices of a trained table must be a graph input of int32.");
  return tensor.data;
}

/** A shape without symbols, as parameters have. */
export function knownShape(shape: Shape): number[] {
  return shape.map((dim) => {
    if (typeof dim === "string") throw new Error(`The open size "${dim}" stands where a number must.`);
    return dim;
  });
}
