/** @file Names of weights and settings -> which are trained, and how fast. */
import { countLayers, layerOf } from "../model/layer-of.ts";
import type { TrainingFeatures } from "../task/training-features.ts";
import { InputError } from "../util/errors.ts";

export interface ParameterPlan {
  /** Whether the weight stays as it is; adapters of LoRA never do. */
  isFrozen(name: string): boolean;
  /** Head 1, top layer d, the one below d^2, ..., embeddings d^(layers + 1) (after Clark et al. 2020). */
  learningRateFactor(name: string): number;
}

/**
 * @param names all weights of the model
 * @throws InputError when more layers are to be frozen than there are
 */
export function planParameters(
  names: readonly string[],
  { freeze, layerDecay = 1 }: Partial<Pick<TrainingFeatures, "freeze" | "layerDecay">>,
): ParameterPlan {
  const layers = countLayers(names);
  if (freeze && freeze.layers > layers) {
    throw new InputError(
      "freeze-layers",
      `training.freeze.layers is ${freeze.layers}; the encoder has ${layers} layers.`,
    );
  }
  return {
    isFrozen(name) {
      const depth = layerOf(name);
      if (depth === "embeddings") return freeze?.embeddings ?? false;
      return typeof depth === "number" && depth < (freeze?.layers ?? 0);
    },
    learningRateFactor(name) {
      const depth = layerOf(name);
      if (depth === "head") return 1;
      return layerDecay ** (depth === "embeddings" ? layers + 1 : layers - depth);
    },
  };
}
