/** @file A fine-tuned model <-> a folder in Hugging Face layout, with the task it was made for and an ONNX twin. */
import { access, copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Parameter } from "../engine/gradient-session.ts";
import type { NameCount } from "../task/example.ts";
import { outputNames } from "../task/output-names.ts";
import { parseResolvedSpec, renderResolvedSpec } from "../task/parse-spec.ts";
import type { PairCount } from "../task/relation-example.ts";
import {
  PAIR_MARKERS,
  PAIR_POOLINGS,
  type PairMarkers,
  type PairPooling,
} from "../task/relation-training.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { readJsonFile, readTextFile, writeFileAtomic } from "../util/files.ts";
import { emitModel } from "./emit-model.ts";
import { type EncoderConfig, parseEncoderConfig } from "./encoder-config.ts";
import type { EncoderFiles } from "./encoder-folder.ts";
import { withRelationHead } from "./relation-head.ts";
import { checkSafetensorsFile, writeSafetensors } from "./safetensors.ts";

/** What a model folder holds beside weights. */
export interface ModelDescription {
  readonly folder: string;
  readonly config: EncoderConfig;
  readonly spec: TaskSpec;
  readonly labels: readonly string[];
  /** What it tells apart: tags of words, or classes of pairs. */
  readonly outputs: readonly string[];
  /** Length of the sequences it reads best, in tokens: that of nearly all it was trained on. */
  readonly windowTokens: number;
  readonly names: readonly NameCount[];
  /** Of a relation model: pairs of names it was trained on. */
  readonly pairs: readonly PairCount[];
  /** Of a relation model. */
  readonly pairReading?: ModelPairReading;
}

/** How a relation model reads a pair and decides. */
interface ModelPairReading {
  readonly markers: PairMarkers;
  readonly pooling: PairPooling;
  /** A pair is related where the probabilities of all classes but the negative one reach it. Absent: the likeliest class is given. */
  readonly threshold?: number;
}

/** The model as ONNX, by precision. */
export interface ModelFiles {
  readonly onnx: string;
  /** Undefined in folders of older versions. */
  readonly quantizedOnnx: string | undefined;
}

export interface WriteModelInput {
  readonly config: EncoderConfig;
  readonly encoder: EncoderFiles;
  readonly weights: ReadonlyMap<string, Parameter>;
  readonly spec: TaskSpec;
  readonly windowTokens: number;
  readonly names: readonly NameCount[];
  readonly pairs?: readonly PairCount[];
  /** Needed of a relation model; `config` has its head. */
  readonly pairReading?: ModelPairReading;
}

const ONNX_FILE = join("onnx", "model.onnx");
/** The name that transformers.js looks for when asked for `q8`. */
const QUANTIZED_FILE = join("onnx", "model_quantized.onnx");
/** The task the model was made for, every default filled in. */
const TASK_FILE = "task.json";
/** What no other program needs: how it was trained to read, and the names it was trained on. */
const EXTRAS_FILE = "textphantom.json";
const FORMAT = 1;

const extrasSchema = z.strictObject({
  format: z.literal(FORMAT),
  windowTokens: z.int().min(8),
  names: z.array(z.strictObject({ text: z.string(), label: z.string(), count: z.int().positive() })),
  pairs: z
    .array(
      z.strictObject({ head: z.string(), tail: z.string(), relation: z.string(), count: z.int().positive() }),
    )
    .default([]),
  pairReading: z.exactOptional(
    z.strictObject({
      markers: z.enum(PAIR_MARKERS),
      pooling: z.enum(PAIR_POOLINGS),
      threshold: z.exactOptional(z.number().min(0).max(1)),
    }),
  ),
});

/** Writes beside the target and swaps: a kill never leaves half a model under the name, at worst none between two renames. */
export async function writeModelFolder(folder: string, input: WriteModelInput): Promise<void> {
  const { config, encoder, weights, spec, windowTokens, names, pairs, pairReading } = input;
  const tags = outputNames(spec);
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(join(draft, "onnx"), { recursive: true });
  const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  await writeFileAtomic(
    join(draft, "config.json"),
    json({
      ...config.json,
      // the encoder's own may have been half precision; ours are not
      ...("torch_dtype" in config.json ? { torch_dtype: "float32" } : {}),
      ...("dtype" in config.json ? { dtype: "float32" } : {}),
      architectures: [config.className],
      id2label: Object.fromEntries(tags.map((tag, id) => [id, tag])),
      label2id: Object.fromEntries(tags.map((tag, id) => [tag, id])),
    }),
  );
  await writeSafetensors(join(draft, "model.safetensors"), weights);
  await writeFileAtomic(join(draft, ONNX_FILE), emitModel(config, tags.length, weights, "fp32"));
  await writeFileAtomic(join(draft, QUANTIZED_FILE), emitModel(config, tags.length, weights, "int8"));
  const tokenizer = JSON.parse(await readTextFile(encoder.tokenizer, "tokenizer"));
  // A length limit and padding stored in the file would silently cut what others feed it.
  await writeFileAtomic(
    join(draft, "tokenizer.json"),
    JSON.stringify({ ...tokenizer, truncation: null, padding: null }),
  );
  await copyFile(encoder.tokenizerConfig, join(draft, "tokenizer_config.json"));
  for (const name of ["special_tokens_map.json", "vocab.txt"]) {
    const present = (await readdir(encoder.folder)).includes(name);
    if (present) await copyFile(join(encoder.folder, name), join(draft, name));
  }
  await writeFileAtomic(join(draft, TASK_FILE), renderResolvedSpec(spec));
  await writeFileAtomic(
    join(draft, EXTRAS_FILE),
    json({
      format: FORMAT,
      windowTokens,
      names,
      ...(pairs && { pairs }),
      ...(pairReading && { pairReading }),
    }),
  );
  await swapFolder(draft, folder);
}

async function swapFolder(draft: string, folder: string): Promise<void> {
  const old = `${folder}.old`;
  await rm(old, { recursive: true, force: true });
  await rename(folder, old).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await rename(draft, folder);
  await rm(old, { recursive: true, force: true });
}

/**
 * Everything but the weights, checked: labels and config agree, the weight file is whole.
 * @throws InputError when the folder is no model of ours, is of another kind of task, or is damaged
 */
export async function readModelFolder(folder: string): Promise<ModelDescription & ModelFiles> {
  const files = await readdir(folder).catch((cause) => {
    throw new InputError("model-unreadable", `Cannot read model folder "${folder}": ${describe(cause)}.`, {
      hint: "A model folder is what `textphantom run` writes to runs/<task name>/model.",
      cause,
    });
  });
  const missing = ["config.json", "model.safetensors", "tokenizer.json", TASK_FILE, EXTRAS_FILE].filter(
    (name) => !files.includes(name),
  );
  if (missing.length > 0) {
    const found = files.length === 0 ? "nothing" : files.sort().slice(0, 20).join(", ");
    throw new InputError(
      "model-incomplete",
      `"${folder}" is not a model of textphantom: it has no ${missing.join(", no ")}. It has: ${found}.`,
    );
  }
  const encoder = parseEncoderConfig(
    await readJsonFile(join(folder, "config.json"), "model config"),
    join(folder, "config.json"),
  );
  const taskFile = join(folder, TASK_FILE);
  const spec = parseResolvedSpec(await readTextFile(taskFile, "task"), { path: taskFile });
  const extrasFile = join(folder, EXTRAS_FILE);
  const extras = extrasSchema.safeParse(await readJsonFile(extrasFile, "model file"));
  if (!extras.success) {
    throw new InputError("model-damaged", `${extrasFile} is not in the form that this version writes.`, {
      cause: extras.error,
    });
  }
  const labels = Object.keys(spec.labels);
  const expected = outputNames(spec);
  const tags = Object.entries(encoder.id2label ?? {})
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, tag]) => tag);
  if (tags.join("\n") !== expected.join("\n")) {
    throw new InputError(
      "model-labels",
      `The model in "${folder}" gives ${spec.kind === "ner" ? "tags" : "classes"} ${tags.join(", ") || "(none)"}; its task "${spec.name}" has ${expected.join(", ")}.`,
      {
        hint: "config.json and task.json come from different models.",
      },
    );
  }
  await checkSafetensorsFile(join(folder, "model.safetensors"));
  const { pairReading, pairs } = extras.data;
  return {
    folder,
    config: pairReading ? withRelationHead(encoder, pairReading.pooling) : encoder,
    spec,
    labels,
    outputs: expected,
    pairs,
    ...(pairReading && { pairReading }),
    windowTokens: extras.data.windowTokens,
    names: extras.data.names,
    onnx: join(folder, ONNX_FILE),
    quantizedOnnx: await access(join(folder, QUANTIZED_FILE)).then(
      () => join(folder, QUANTIZED_FILE),
      () => undefined,
    ),
  };
}

function describe(cause: NodeJS.ErrnoException): string {
  if (cause.code === "ENOENT") return "no such folder";
  return cause.code === "ENOTDIR" ? "it is a file" : `${cause.code}`;
}
