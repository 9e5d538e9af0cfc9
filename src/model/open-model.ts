/** @file A model folder and how it is to be computed -> its description, tokenizer and scorer; what both kinds of predictor share. */
import { join } from "node:path";
import type { Device } from "../engine/devices.ts";
import { TASK_KINDS, type TaskKind } from "../task/spec.ts";
import { loadSubwordTokenizer, type SubwordTokenizer } from "../tokenize/subwords.ts";
import { InputError } from "../util/errors.ts";
import { readJsonFile } from "../util/files.ts";
import type { Precision } from "./emit-model.ts";
import { type ModelDescription, type ModelFiles, readModelFolder } from "./model-folder.ts";
import { loadTokenScorer, type TokenScorer } from "./token-scorer.ts";

/** How a model is computed. */
export interface ModelOptions {
  /** Default: every core. */
  readonly threads?: number;
  /** What computes. Default `cpu`. */
  readonly device?: Device;
  /** Default `fp32`. */
  readonly precision?: Precision;
}

/** Owns native memory: call `scorer.release` when done. */
export interface OpenModel {
  readonly model: ModelDescription;
  readonly tokenizer: SubwordTokenizer;
  readonly scorer: TokenScorer;
}

/** What else a model of a kind is good for, for whoever asked it for something else. */
const USES: { readonly [K in TaskKind]: string } = {
  ner: "It finds mentions in texts: annotate and evaluate take it.",
  relation:
    "It says how two marked mentions are related, so it needs texts in which they are marked: evaluate takes it alone.",
};

/**
 * @throws InputError when the folder is no model of ours, is one of another kind, is damaged, or has no file of that
 * precision, or the device is not there or does not compute in it
 */
export async function openModel(
  folder: string,
  kind: TaskKind,
  { threads, device = "cpu", precision = "fp32" }: ModelOptions,
): Promise<OpenModel> {
  const model = await readModelFolder(folder);
  const found = model.spec.kind;
  if (found !== kind)
    throw new InputError(
      "model-kind",
      `The model in "${folder}" is for task kind "${found}" (${TASK_KINDS[found].what}); this needs "${kind}".`,
      { hint: USES[found] },
    );
  const json = (name: string) => readJsonFile(join(folder, name), "tokenizer file");
  const tokenizer = loadSubwordTokenizer(await json("tokenizer.json"), await json("tokenizer_config.json"));
  if (tokenizer.vocabularySize > model.config.vocabularySize)
    throw new InputError(
      "model-damaged",
      `The tokenizer in "${folder}" has ${tokenizer.vocabularySize} entries; the encoder was built for ${model.config.vocabularySize}.`,
      { hint: "tokenizer.json and config.json come from different models." },
    );
  const scorer = await loadTokenScorer({
    config: model.config,
    tagCount: model.outputs.length,
    onnx: findOnnx(model, precision, device),
    padId: tokenizer.padId,
    session: { device, ...(threads === undefined ? {} : { threads }) },
  });
  return { model, tokenizer, scorer };
}

function findOnnx(
  { folder, onnx, quantizedOnnx }: ModelDescription & ModelFiles,
  precision: Precision,
  device: Device,
): string {
  if (precision === "fp32") return onnx;
  // Other providers have no kernels for it, and would leave every product to the CPU.
  if (device !== "cpu") {
    throw new InputError(
      "precision-device",
      `int8 is computed on the device "cpu" alone, not on "${device}".`,
      {
        hint: "Leave out the device or the precision.",
      },
    );
  }
  if (quantizedOnnx !== undefined) return quantizedOnnx;
  throw new InputError(
    "model-precision",
    `The model in "${folder}" has no int8 file (onnx/model_quantized.onnx). It can be read in fp32.`,
    { hint: "Older versions wrote fp32 only: train the model again, or leave out the precision." },
  );
}
