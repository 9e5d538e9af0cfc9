/** @file An encoder's config and what is read of a pair -> the config of the same encoder with a head for pairs. */
import type { PairPooling } from "../task/relation-training.ts";
import type { EncoderConfig } from "./encoder-config.ts";

/** Where the tokens stand that a head may read. */
export interface PairPlaces {
  /** The first marker of the head's name and of the tail's. */
  readonly head: number;
  readonly tail: number;
}

/** Positions in a sequence, in the order in which their hidden states are laid end to end. */
export const POOLED_PLACES: { readonly [K in PairPooling]: (places: PairPlaces) => readonly number[] } = {
  starts: ({ head, tail }) => [head, tail],
  "cls-starts": ({ head, tail }) => [0, head, tail],
  cls: () => [0],
};

/** Keys of config.json that say what a classifier on top drops out, the first that is there; else 0.1. */
const DROPOUT_KEYS = ["classifier_dropout", "cls_dropout", "seq_classif_dropout", "hidden_dropout_prob"];

/** Hugging Face has no class for this head: the config names that of the bare encoder, which reads all but the classifier. */
export function withRelationHead(config: EncoderConfig, pooling: PairPooling): EncoderConfig {
  const tokens = POOLED_PLACES[pooling]({ head: 0, tail: 0 }).length;
  const rates = DROPOUT_KEYS.map((key) => config.json[key]);
  const dropout = rates.find((rate): rate is number => typeof rate === "number" && rate >= 0 && rate < 1);
  const className = config.className.replace(/ForTokenClassification$/, "Model");
  return { ...config, className, pooled: { tokens, dropout: dropout ?? 0.1 } };
}
