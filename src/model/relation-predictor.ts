/** @file A model folder -> a predictor of relations. Until models of relations can be trained, every folder is refused. */
import type { RelationPredictor } from "../task/relation-example.ts";
import { InputError } from "../util/errors.ts";
import { type ModelDescription, readModelFolder } from "./model-folder.ts";
import type { NerPredictorOptions } from "./ner-predictor.ts";

/** Owns native memory: call `release` when done. */
export interface LoadedRelationPredictor extends RelationPredictor {
  readonly model: ModelDescription;
  release(): Promise<void>;
}

/** @throws InputError `model-kind` */
export async function loadRelationPredictor(
  folder: string,
  _options: Omit<NerPredictorOptions, "maxTokens"> = {},
): Promise<LoadedRelationPredictor> {
  const { spec } = await readModelFolder(folder);
  throw new InputError(
    "model-kind",
    `The model in "${folder}" is for task kind "${spec.kind}"; this needs "relation".`,
  );
}
