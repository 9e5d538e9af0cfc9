/** @file Tensors of a weight file -> the parameters a token classifier trains, under the names of Hugging Face. */
import type { Parameter } from "../engine/gradient-session.ts";
import { InputError } from "../util/errors.ts";
import { createRandom, nextNormal } from "../util/random.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import type { WeightTensor } from "./safetensors.ts";
import { listParameterShapes } from "./token-classifier.ts";

export interface LoadedParameters {
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Tensors of the file that a token classifier does not have (a pooler, another head). */
  readonly unused: readonly string[];
  /** Parameters of the head that the file lacks and that were drawn anew. */
  readonly drawn: readonly string[];
}

/** Older checkpoints name LayerNorm's gain and bias so. */
const OLD_NAMES: readonly (readonly [RegExp, string])[] = [
  [/LayerNorm\.gamma$/, "LayerNorm.weight"],
  [/LayerNorm\.beta$/, "LayerNorm.bias"],
];

/**
 * Copies the encoder's weights and draws the head: normal with the config's `initializer_range`, bias 0, a norm's
 * gain 1 (as Hugging Face does). A head of the file is taken only where it has the same shape.
 * @throws InputError when the encoder lacks a weight or has one of another shape
 */
export function createParameters(
  tensors: ReadonlyMap<string, WeightTensor>,
  config: EncoderConfig,
  tagCount: number,
  seed: number,
  source: string,
): LoadedParameters {
  const found = new Map([...tensors].map(([name, tensor]) => [currentName(name), { name, tensor }]));
  const parameters = new Map<string, Parameter>();
  const drawn: string[] = [];
  for (const [name, shape] of listParameterShapes(config, tagCount)) {
    const isEncoder = name.startsWith(config.prefix);
    // a file of the bare encoder has its names without the prefix
    const key = !isEncoder || found.has(name) ? name : name.slice(config.prefix.length);
    const entry = found.get(key);
    const fits = entry !== undefined && entry.tensor.shape.join() === shape.join();
    if (fits) {
      parameters.set(name, { name, shape, data: Float32Array.from(entry.tensor.data) });
      found.delete(key);
    } else if (isEncoder) {
      const what = entry === undefined ? "is missing" : `has shape [${entry.tensor.shape.join(", ")}]`;
      throw new InputError(
        "weights-mismatch",
        `${source}: the weight "${name}" ${what}; config.json asks for [${shape.join(", ")}].`,
        {
          hint: "config.json and model.safetensors must come from the same model.",
        },
      );
    } else {
      parameters.set(name, { name, shape, data: drawHead(name, shape, config, seed) });
      drawn.push(name);
    }
  }
  return { parameters, unused: [...found.values()].map(({ name }) => name), drawn };
}

function currentName(name: string): string {
  return OLD_NAMES.reduce((text, [old, current]) => text.replace(old, current), name);
}

/** Whether AdamW's decay pulls on a parameter: not on biases, nor on the gains of norms, whatever they are called. */
export function isDecayed(name: string): boolean {
  return !/bias$|norm/i.test(name);
}

function drawHead(name: string, shape: readonly number[], config: EncoderConfig, seed: number): Float32Array {
  const data = new Float32Array(shape.reduce((size, dim) => size * dim, 1));
  if (!isDecayed(name)) return data.fill(name.endsWith("bias") ? 0 : 1);
  const random = createRandom(seed, "head", name);
  return data.map(() => config.initializerRange * nextNormal(random));
}
