/** @file Weights and settings -> the graph that trains some of them, and plain weights back at any time. */
import type { Parameter } from "../engine/gradient-session.ts";
import { layerOf } from "../model/layer-of.ts";
import { drawAdapters, mergeAdapter, planLora } from "../model/lora.ts";
import { buildTrainingGraph, type TrainingGraph } from "../model/token-classifier.ts";
import { planParameters } from "./parameter-plan.ts";
import type { TrainInput, TrainSettings } from "./train-model.ts";

export interface TrainedWeights {
  readonly training: TrainingGraph;
  /** What the optimizer changes, adapters included. */
  readonly parameters: readonly Parameter[];
  learningRateFactor(name: string): number;
  /**
   * Values of all weights by name, adapters merged; a weight that is not trained is the very object that was given.
   * @param settled the value of a trained parameter as of now
   */
  exportWeights(settled: (name: string) => Float32Array): ReadonlyMap<string, Parameter>;
}

/** @throws InputError when the encoder lacks what the settings name */
export function createTrainedWeights(input: TrainInput, settings: TrainSettings): TrainedWeights {
  const { config, tagCount, parameters: given } = input;
  const plan = planParameters([...given.keys()], settings);
  const lora = settings.lora && planLora(given, settings.lora, plan.isFrozen);
  const adapters = lora ? drawAdapters(given, lora, settings.seed) : new Map<string, Parameter>();
  const training = buildTrainingGraph({
    config,
    tagCount,
    parameters: new Map([...given, ...adapters]),
    isFrozen: (name) =>
      !adapters.has(name) && (plan.isFrozen(name) || (lora !== undefined && layerOf(name) !== "head")),
    ...(lora ? { lora } : {}),
    ...(settings.prune ? { tokenLosses: true } : {}),
    ...(settings.distillation ? { softTemperature: settings.distillation.temperature } : {}),
  });
  const parameters = [...training.parameters.values()];
  const trained = new Set(parameters.map(({ name }) => name));
  const weights = [...training.parameters.values(), ...training.frozen.values()];
  const used = new Set(weights.map(({ name }) => name));
  const names = [...given.keys()].filter((name) => used.has(name));

  return {
    training,
    parameters,
    learningRateFactor: plan.learningRateFactor,
    exportWeights(settled) {
      const now = (parameter: Parameter): Parameter => ({ ...parameter, data: settled(parameter.name) });
      const drawn = new Map([...adapters].map(([name, adapter]) => [name, now(adapter)]));
      return new Map(
        names.map((name) => {
          const weight = given.get(name)!;
          if (trained.has(name)) return [name, now(weight)];
          return [name, lora?.targets.has(name) ? mergeAdapter(weight, lora, drawn) : weight];
        }),
      );
    },
  };
}
