/** @file What a fold's model said of the words it was not trained on <-> a file, bit for bit. */
import { createHash } from "node:crypto";
import {
  parseSafetensors,
  parseSafetensorsMetadata,
  readWeightBytes,
  writeSafetensors,
} from "../model/safetensors.ts";
import { InputError } from "../util/errors.ts";
import { fileExists } from "../util/files.ts";
import type { FineTuneInput } from "./fine-tune-input.ts";
import { fingerprintTraining } from "./fingerprint.ts";

const TENSOR = "probabilities";

/** Raised when the same input would be read otherwise than before. */
const FORMAT = 1;

/** Equal where the fold's training and the texts it reads are: then its file is taken in place of a training. */
export async function fingerprintFold(training: FineTuneInput, texts: readonly string[]): Promise<string> {
  const trained = await fingerprintTraining(training);
  return createHash("sha256")
    .update(JSON.stringify([FORMAT, trained, texts]))
    .digest("hex");
}

/** @param probabilities of the fold's words, text after text, `width` a word */
export async function writeFoldFile(
  path: string,
  probabilities: Float32Array,
  { width, fingerprint }: { readonly width: number; readonly fingerprint: string },
): Promise<void> {
  const shape = [probabilities.length / width, width];
  await writeSafetensors(path, new Map([[TENSOR, { shape, data: probabilities }]]), { fingerprint });
}

/** @returns undefined where there is no file, or one of another training or of other texts, or a broken one */
export async function readFoldFile(
  path: string,
  { size, fingerprint }: { readonly size: number; readonly fingerprint: string },
): Promise<Float32Array | undefined> {
  if (!(await fileExists(path))) return undefined;
  try {
    const bytes = await readWeightBytes(path);
    if (parseSafetensorsMetadata(bytes, path).fingerprint !== fingerprint) return undefined;
    const found = parseSafetensors(bytes, path).get(TENSOR)?.data;
    return found?.length === size ? found : undefined;
  } catch (error) {
    if (error instanceof InputError) return undefined; // broken: it is written anew
    throw error;
  }
}
