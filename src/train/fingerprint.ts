/** @file What a training is made from -> a name that is equal where its model would be. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readModelFolder } from "../model/model-folder.ts";
import { requireRelation } from "../task/output-names.ts";
import { PAIR_DEFAULTS } from "../task/relation-training.ts";
import { hashFile, renderJsonLines } from "../util/files.ts";
import type { AnyFineTuneInput } from "./fine-tune-input.ts";

/** Raised when the same input would train another model than before. */
const FORMAT = 1;

/**
 * What a model depends on: equal fingerprints, equal weights (on the same machine and runtime).
 * @throws InputError when the teacher's folder is no model
 */
export async function fingerprintTraining(input: AnyFineTuneInput): Promise<string> {
  const { spec, examples, encoder, selection } = input;
  const digest = createHash("sha256");
  const { labels, training } = spec;
  digest.update(
    JSON.stringify([
      FORMAT,
      Object.keys(labels),
      training,
      await hashFile(encoder.weights),
      await hashFile(encoder.config),
      await hashFile(encoder.tokenizer),
    ]),
  );
  digest.update(render(examples));
  if ("pairs" in input) {
    const { head, tail, directed, classes, negative } = requireRelation(spec);
    const reading = { ...PAIR_DEFAULTS, ...training };
    const { markers, pooling, threshold } = reading;
    digest.update(JSON.stringify([head, tail, directed, Object.keys(classes), negative, markers, pooling]));
    if (threshold === "dev") digest.update(`dev ${render(input.dev)}`);
  }
  if (selection !== undefined) {
    const asked = "labels" in selection ? selection.labels : undefined;
    digest.update(JSON.stringify(["selection", asked ?? Object.keys(labels)]));
    digest.update(render(selection.examples));
  }
  if (training.distillation !== undefined) {
    const folder = input.teacher ?? training.distillation.teacher;
    const { onnx } = await readModelFolder(folder);
    const files = [onnx, join(folder, "tokenizer.json"), join(folder, "textphantom.json")];
    for (const file of files) digest.update(await hashFile(file));
  }
  return digest.digest("hex");
}

type Labelled = { text: string } & (
  | { mentions: unknown }
  | { head: unknown; tail: unknown; relation: string }
);

const render = (texts: readonly Labelled[]) =>
  renderJsonLines(
    texts.map((one) =>
      "mentions" in one ? [one.text, one.mentions] : [one.text, one.head, one.tail, one.relation],
    ),
  );
