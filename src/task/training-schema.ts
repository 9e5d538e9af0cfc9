/** @file The optional keys of `training` -> their schemas, defaults filled in. */
import { z } from "zod";
import { closed } from "./closed-schema.ts";
import { PAIR_MARKERS, PAIR_POOLINGS } from "./relation-training.ts";

const share = z.number().min(0).lt(1);

/** Keys of {@link TrainingFeatures}, to be spread into the schema of `training`. */
export const trainingFeatureShape = {
  gradientAccumulation: z.int().min(1).max(1024).default(1),
  layerDecay: z.number().positive().max(1).default(1),
  freeze: closed({
    embeddings: z.boolean().default(false),
    layers: z.int().min(0).max(1000).default(0),
  }).prefault({}),
  lora: z.exactOptional(
    closed({
      rank: z.int().min(1).max(1024).default(8),
      alpha: z.number().positive().default(16),
      dropout: share.default(0),
      targets: z.array(z.string().min(1)).min(1).default(["query", "value"]),
    }),
  ),
  classWeights: z
    .union(
      [
        z.enum(["none", "balanced"]),
        z.record(z.string(), z.number().min(0)).refine((map) => Object.keys(map).length > 0),
      ],
      "must be none, balanced, or a map from labels (or O; of relations, from classes) to weights of at least 0, with at least one entry",
    )
    .default("none"),
  labelSmoothing: share.default(0),
  prune: z.number().min(0).max(0.9).default(0),
  distillation: z.exactOptional(
    closed({
      teacher: z.string().min(1),
      weight: z.number().min(0).max(1).default(0.5),
      temperature: z.number().positive().max(100).default(2),
    }),
  ),
  evaluateEvery: z
    .union([z.enum(["never", "epoch"]), z.int().min(1)], "must be never, epoch, or a number of steps")
    .default("never"),
  patience: z.exactOptional(z.int().min(1)),
  keepBest: z.boolean().default(true),
  selectFraction: z.number().positive().lt(1).default(0.1),
  misplaced: z.exactOptional(z.number().min(0).max(1)),
  markers: z.exactOptional(z.enum(PAIR_MARKERS)),
  pooling: z.exactOptional(z.enum(PAIR_POOLINGS)),
  threshold: z.exactOptional(
    z.union([z.literal("dev"), z.number().min(0).max(1)], "must be dev, or a number from 0 to 1"),
  ),
};
