/** @file Names of weights -> low-rank adapters beside them (Hu et al. 2021), in the graph and merged into plain weights. */
import type { Parameter } from "../engine/gradient-session.ts";
import type { LoraSpec } from "../task/training-features.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { createRandom } from "../util/random.ts";
import type { EncoderContext } from "./architectures/architecture.ts";
import { layerOf } from "./layer-of.ts";

/** The adapters of a model: a target's weight is W + scale * B A. */
export interface Lora {
  /** alpha / rank. */
  readonly scale: number;
  readonly rank: number;
  readonly dropout: number;
  /** Full names of the weights that are adapted. */
  readonly targets: ReadonlySet<string>;
}

const downName = (weight: string) => weight.replace(/weight$/, "lora_A.weight");
const upName = (weight: string) => weight.replace(/weight$/, "lora_B.weight");

/**
 * Adapters for every matrix of the layers whose last name is among the targets.
 * @param isFrozen weights that get no adapter though they are targets. Default: none
 * @throws InputError when a target is no matrix of the encoder
 */
export function planLora(
  parameters: ReadonlyMap<string, Parameter>,
  { rank, alpha, dropout, targets }: LoraSpec,
  isFrozen: (name: string) => boolean = () => false,
): Lora {
  const matrices = [...parameters.values()].filter(
    ({ name, shape }) => shape.length === 2 && name.endsWith(".weight") && typeof layerOf(name) === "number",
  );
  const lastName = ({ name }: Parameter) => name.split(".").at(-2)!;
  const known = [...new Set(matrices.map(lastName))].sort();
  const unknown = targets.find((target) => !known.includes(target));
  if (unknown !== undefined) {
    throw new InputError(
      "lora-target",
      `training.lora.targets: the encoder has no weight named "${unknown}".${didYouMean(unknown, known)} It has: ${known.join(", ")}.`,
    );
  }
  const adapted = matrices.filter((matrix) => targets.includes(lastName(matrix)) && !isFrozen(matrix.name));
  return { scale: alpha / rank, rank, dropout, targets: new Set(adapted.map(({ name }) => name)) };
}

/** A: uniform in +-1 / sqrt(inputs), as `kaiming_uniform_(a=sqrt(5))`, which peft uses; B: 0, so nothing changes at first. */
export function drawAdapters(
  parameters: ReadonlyMap<string, Parameter>,
  { rank, targets }: Lora,
  seed: number,
): Map<string, Parameter> {
  const adapters = new Map<string, Parameter>();
  for (const target of targets) {
    const [outputs, inputs] = parameters.get(target)!.shape as [number, number];
    const [down, up] = [downName(target), upName(target)];
    const random = createRandom(seed, "lora", down);
    const bound = 1 / Math.sqrt(inputs);
    const data = Float32Array.from({ length: rank * inputs }, () => bound * (2 * random.next() - 1));
    adapters.set(down, { name: down, shape: [rank, inputs], data });
    adapters.set(up, { name: up, shape: [outputs, rank], data: new Float32Array(outputs * rank) });
  }
  return adapters;
}

/** A context in which the targets' weights are W + scale * B A. */
export function adaptParameters(
  context: EncoderContext,
  { scale, rank, dropout, targets }: Lora,
): EncoderContext {
  const { graph } = context;
  return {
    ...context,
    parameter(name, shape) {
      const weight = context.parameter(name, shape);
      if (!targets.has(name)) return weight;
      const [outputs, inputs] = shape as [number, number];
      const down = context.dropout(context.parameter(downName(name), [rank, inputs]), dropout);
      const up = context.parameter(upName(name), [outputs, rank]);
      const product = graph.apply("gemm", [up, down], { transA: false, transB: false }); // [outputs, inputs]
      return graph.apply("add", [weight, graph.apply("scale", [product], { factor: scale })], {});
    },
  };
}

/** @returns W + scale * B A of a target, summed in float64 and rounded once */
export function mergeAdapter(
  weight: Parameter,
  { scale, rank }: Lora,
  adapters: ReadonlyMap<string, Parameter>,
): Parameter {
  const [outputs, inputs] = weight.shape as [number, number];
  const a = adapters.get(downName(weight.name))!.data;
  const b = adapters.get(upName(weight.name))!.data;
  const data = new Float32Array(weight.data.length);
  const row = new Float64Array(inputs);
  for (let i = 0; i < outputs; i++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[i * rank + r]!;
      for (let j = 0; j < inputs; j++) row[j] = row[j]! + factor * a[r * inputs + j]!;
    }
    for (let j = 0; j < inputs; j++) data[i * inputs + j] = weight.data[i * inputs + j]! + row[j]!;
  }
  return { ...weight, data };
}
