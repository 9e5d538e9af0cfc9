/** @file An unknown value -> the `prompts`, `completions`, `relation` and `curation` parts of a task, with their defaults. */
import { z } from "zod";
import { closed } from "./closed-schema.ts";
import { PROVIDERS } from "./completions-spec.ts";

const prose = z.string().trim().min(1);
const path = z.string().min(1);
const seed = z.int().min(0).max(0xffffffff);
const share = z.number().min(0).max(1);
const NAME = /^[a-z0-9][a-z0-9-]*$/;

/** A type of mention, or a class of relation. */
export const labelSchema = closed({
  definition: prose,
  rules: z.array(prose).default([]),
  examples: z.array(prose).default([]),
});

const range = (least: number, most: number) =>
  z
    .tuple([z.int().min(least).max(most), z.int().min(least).max(most)])
    .refine(([low, high]) => low <= high, "must be a rising pair, as in [8, 45]");

const promptSet = closed({
  name: z.string().max(32).regex(NAME, "must be lower-case letters, digits and hyphens"),
  prompts: z.int().min(1).max(1_000_000),
  form: z.enum(["sentences", "documents"]).default("sentences"),
  items: z.exactOptional(z.int().min(1).max(200)),
  styles: z.array(prose).default([]),
  attributes: z.record(z.string(), z.array(prose).min(1)).default({}),
  words: z.exactOptional(range(1, 500)),
  sentences: range(1, 200).default([7, 11]),
  empty: z.exactOptional(share),
  several: z.exactOptional(share),
  shares: z.exactOptional(z.record(z.string(), share)),
  hardNegatives: z.array(prose).default([]),
  rules: z.array(prose).default([]),
  topics: z.exactOptional(z.array(prose).min(1)),
});

export const promptsSchema = closed({
  seed: seed.default(1),
  language: prose.default("American English"),
  system: prose.default(
    "You write labelled training data for clinical and biomedical text mining. You follow the annotation rules to the letter.",
  ),
  topics: z.array(prose).default([]),
  expandTopics: z.int().min(0).max(10_000).default(0),
  terms: z
    .array(
      closed({
        label: z.string().min(1),
        path,
        column: z.exactOptional(z.string().min(1)),
        perPrompt: z.int().min(1).max(100).default(5),
      }),
    )
    .default([]),
  answer: z.enum(["markup", "json"]).default("markup"),
  sets: z.array(promptSet).min(1),
});

const recorded = closed({
  from: z.literal("recorded"),
  requests: path,
  output: path,
  select: z.exactOptional(
    z
      .array(
        z.string().refine((entry) => {
          const range = /^(\d+)\.\.(\d+)$/.exec(entry);
          return range === null
            ? entry !== "" && !entry.includes("..")
            : Number(range[1]) <= Number(range[2]);
        }, 'must be an id, a glob ("disease-02*") or a rising range of numbers ("000..023")'),
      )
      .min(1),
  ),
});

const limits = closed({
  concurrency: z.int().min(1).max(1024).default(16),
  requestsPerMinute: z.exactOptional(z.number().positive()),
  tokensPerMinute: z.exactOptional(z.number().positive()),
  attempts: z.int().min(1).max(20).default(5),
  timeoutMs: z.int().min(100).max(3_600_000).default(120_000),
  spend: z.exactOptional(z.number().positive()),
});

const api = closed({
  from: z.literal("api"),
  provider: z.enum(PROVIDERS),
  model: z.string().min(1),
  baseUrl: z.exactOptional(
    z.url({ protocol: /^https?$/, error: "must be an address, as in http://localhost:8000/v1" }),
  ),
  keyVariable: z.exactOptional(
    z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "must be the name of a variable, as in OPENAI_API_KEY, and not the key itself.",
      ),
  ),
  temperature: z.number().min(0).max(2).default(1),
  maxOutputTokens: z.int().min(1).max(1_000_000).default(8192),
  price: z.exactOptional(closed({ input: z.number().min(0), output: z.number().min(0) })),
  limits: limits.prefault({}),
});

const local = closed({
  from: z.literal("local"),
  model: path,
  temperature: z.number().min(0).max(2).default(1),
  maxOutputTokens: z.int().min(1).max(100_000).default(4096),
  contextTokens: z.int().min(256).max(1_000_000).default(8192),
  seed: seed.default(1),
});

export const completionsSchema = z.discriminatedUnion("from", [recorded, api, local]);

export const relationSchema = closed({
  head: z.string().min(1),
  tail: z.string().min(1),
  directed: z.boolean().default(true),
  classes: z.record(z.string().regex(/^\S+$/, "must be a word without white space"), labelSchema),
  negative: z.string().min(1),
  window: z.exactOptional(z.int().min(0).max(1000)),
  evidence: z.exactOptional(
    closed({
      combine: z.enum(["max", "noisy-or"]).default("noisy-or"),
      general: z.array(z.string().min(1)).default([]),
      mainHeads: z.boolean().default(true),
      titleHeads: z.boolean().default(true),
    }),
  ),
});

const doubt = z.enum(["keep", "relabel", "drop"]);

export const curationSchema = closed({
  words: range(1, 10_000).default([3, 200]),
  minHash: share.default(0.8),
  embedding: share.default(0),
  unmarked: doubt.default("keep"),
  forbidden: z.record(z.string(), z.array(z.string().min(1))).default({}),
  identifiers: z.enum(["keep", "drop"]).default("keep"),
  verify: z.exactOptional(
    closed({
      requests: z.exactOptional(path),
      output: z.exactOptional(path),
      action: doubt.default("keep"),
    }),
  ),
  disagreement: z.exactOptional(
    closed({
      folds: z.int().min(2).max(20).default(3),
      epochs: z.int().min(1).max(100).default(2),
      action: doubt.default("keep"),
      learnt: z.number().min(0).max(0.9).default(0),
    }),
  ),
  references: z.array(closed({ name: prose, path, optional: z.boolean().default(false) })).default([]),
  maxSharedWords: z.int().min(0).max(1000).default(0),
});
