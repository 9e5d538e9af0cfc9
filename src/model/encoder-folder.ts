/** @file A folder on disk -> the paths of an encoder's files in it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../util/errors.ts";

/** What every encoder consists of. */
export const REQUIRED_FILES: readonly string[] = [
  "config.json",
  "tokenizer.json",
  "tokenizer_config.json",
  "model.safetensors",
];
/** Kept where there are any: other programs that load the fine-tuned model look for them. */
export const OPTIONAL_FILES: readonly string[] = ["vocab.txt", "special_tokens_map.json"];

/** Paths of an encoder's files, all in `folder`. */
export interface EncoderFiles {
  readonly folder: string;
  /** config.json */
  readonly config: string;
  /** model.safetensors */
  readonly weights: string;
  /** tokenizer.json */
  readonly tokenizer: string;
  /** tokenizer_config.json */
  readonly tokenizerConfig: string;
  /** vocab.txt, where there is one. */
  readonly vocabulary?: string;
  /** Where it came from, for the record: a folder, a hub address or a package. */
  readonly source: string;
}

/** @throws InputError naming what is missing and what is there */
export async function listEncoderFiles(folder: string, source: string): Promise<EncoderFiles> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    const found = cause.code === "ENOTDIR" ? "it is a file" : `${cause.code}`;
    throw new InputError("encoder-unreadable", `Cannot read encoder folder "${folder}": ${found}.`, {
      cause,
    });
  });
  const missing = REQUIRED_FILES.filter((file) => !names.includes(file));
  if (missing.length > 0) {
    const has = names.length > 0 ? names.sort().slice(0, 20).join(", ") : "nothing";
    throw new InputError(
      "encoder-incomplete",
      `Encoder folder "${folder}" has no ${missing.join(", no ")}. It has: ${has}.`,
      {
        hint: "In Python, save_pretrained(folder) of the model and of its fast tokenizer writes all of them.",
      },
    );
  }
  return {
    folder,
    config: join(folder, "config.json"),
    weights: join(folder, "model.safetensors"),
    tokenizer: join(folder, "tokenizer.json"),
    tokenizerConfig: join(folder, "tokenizer_config.json"),
    ...(names.includes("vocab.txt") ? { vocabulary: join(folder, "vocab.txt") } : {}),
    source,
  };
}
