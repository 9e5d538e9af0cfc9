/** @file What a training is made from -> a name that is equal where its model would be. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readModelFolder } from "../model/model-folder.ts";
import { hashFile, renderJsonLines } from "../util/files.ts";
import type { FineTuneInput } from "./fine-tune.ts";

/** Raised when the same input would train another model than before. */
const FORMAT = 1;

/**
 * What a model depends on: equal fingerprints, equal weights (on the same machine and runtime).
 * @throws InputError when the teacher's folder is no model
 */
export async function fingerprintTraining(input: FineTuneInput): Promise<string> {
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
  const render = (texts: readonly { text: string; mentions: unknown }[]) =>
    renderJsonLines(texts.map(({ text, mentions }) => [text, mentions]));
  digest.update(render(examples));
  if (selection !== undefined) {
    digest.update(JSON.stringify(["selection", selection.labels ?? Object.keys(labels)]));
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
