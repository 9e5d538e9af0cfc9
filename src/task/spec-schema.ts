/** @file An unknown value -> a {@link TaskSpec} with its defaults, or zod's list of what is wrong. */
import { z } from "zod";
import { closed } from "./closed-schema.ts";
import { CORPUS_FORMATS } from "./corpus-formats.ts";
import {
  completionsSchema,
  curationSchema,
  labelSchema,
  promptsSchema,
  relationSchema,
} from "./generation-schema.ts";
import { TASK_KINDS, type TaskKind, type TaskSpec } from "./spec.ts";
import { trainingFeatureShape } from "./training-schema.ts";

const prose = z.string().trim().min(1);
const path = z.string().min(1);
const seed = z.int().min(0).max(0xffffffff);
const LABEL = /^[A-Za-z][A-Za-z0-9_-]*$/;
const LOCAL = /^(\.{1,2}([\\/]|$)|[\\/]|[A-Za-z]:[\\/])/;

/** Whether an encoder's name is a folder rather than an id on the hub. */
export const isLocalEncoder = (name: string): boolean => LOCAL.test(name);

const encoder = closed({
  name: z
    .string()
    .refine(
      (name) => isLocalEncoder(name) || /^[\w.-]+(\/[\w.-]+)?$/.test(name),
      'must be a Hugging Face id ("owner/name") or a folder that begins with "./", "../" or "/"',
    )
    .default("sentence-transformers/all-MiniLM-L6-v2"),
  revision: z.exactOptional(z.string().min(1)),
});

const training = closed({
  epochs: z.int().min(1).max(1000).default(5),
  batchSize: z.int().min(1).max(1024).default(16),
  learningRate: z.number().positive().max(1).default(3e-4),
  warmup: z.number().min(0).max(1).default(0.1),
  weightDecay: z.number().min(0).max(1).default(0.01),
  maxGradientNorm: z.number().positive().default(1),
  seed: seed.default(1),
  maxTokens: z.int().min(8).max(8192).default(128),
  ...trainingFeatureShape,
});

const gold = closed({
  name: prose,
  path,
  format: z.exactOptional(z.enum(CORPUS_FORMATS)),
  labels: z.exactOptional(
    z.union(
      [
        z.record(z.string(), z.string()).refine((map) => Object.keys(map).length > 0),
        z
          .array(z.string())
          .min(1)
          .transform((names) => Object.fromEntries(names.map((name) => [name, name]))),
      ],
      "must be a list of the task's labels, or a map from the file's labels to the task's, with at least one entry",
    ),
  ),
  classes: z.exactOptional(
    z
      .record(z.string(), z.string())
      .refine((map) => Object.keys(map).length > 0, "must have at least one entry"),
  ),
  optional: z.boolean().default(false),
  use: z.exactOptional(z.enum(["score", "select"])),
  level: z.exactOptional(z.enum(["sentence", "document"])),
  private: z.boolean().default(false),
});

/** The whole task file. */
export const taskSchema: z.ZodType<TaskSpec> = closed({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and hyphens, as in clinical-findings"),
  kind: z.enum(Object.keys(TASK_KINDS) as TaskKind[]),
  domain: prose,
  labels: z
    .record(
      z
        .string()
        .regex(LABEL, "must be letters, digits, - and _, and begin with a letter: it is written as a tag"),
      labelSchema,
    )
    .refine((map) => Object.keys(map).length > 0, "must have at least one label"),
  relation: z.exactOptional(relationSchema),
  prompts: z.exactOptional(promptsSchema),
  completions: completionsSchema,
  curation: curationSchema.prefault({}),
  encoder: encoder.prefault({}),
  training: training.prefault({}),
  dataset: closed({ devFraction: z.number().min(0).lt(1).default(0.05), seed: seed.default(1) }).prefault({}),
  gold: z.array(gold).default([]),
});
