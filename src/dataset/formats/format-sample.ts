/** @file A path -> the beginning of the file, or the names in the folder, for telling the format. */
import { open, readdir, stat } from "node:fs/promises";
import { constants, gunzipSync } from "node:zlib";
import { InputError } from "../../util/errors.ts";
import type { FormatSample } from "./corpus-format.ts";

/** Bytes of a file, and names of a folder, that are looked at. */
const SAMPLE_BYTES = 1 << 16;
const SAMPLE_NAMES = 1000;

/** @throws InputError when there is no such file, or it is a pipe: what is looked at would be gone */
export async function readFormatSample(path: string): Promise<FormatSample> {
  const unreadable = (cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" ? "no such file" : `${cause.code}`;
    return new InputError("file-unreadable", `Cannot read "${path}": ${what}.`, { cause });
  };
  const found = await stat(path).catch((cause) => {
    throw unreadable(cause);
  });
  if (found.isDirectory()) {
    const names = (await readdir(path)).sort().slice(0, SAMPLE_NAMES);
    return { path, isFolder: true, names, text: "" };
  }
  if (!found.isFile()) {
    throw new InputError(
      "file-unreadable",
      `Cannot look into "${path}": it is a pipe, and can be read once only.`,
      {
        hint: "Name its format with --from; csv, fhir and omop-note are read from files only.",
      },
    );
  }
  const handle = await open(path).catch((cause) => {
    throw unreadable(cause);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const text = new TextDecoder("utf-8").decode(isGzip(bytes) ? unpackBeginning(bytes) : bytes);
    return { path, isFolder: false, names: [], text };
  } finally {
    await handle.close();
  }
}

const isGzip = (bytes: Uint8Array) => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** What is there of a file that is cut off. */
function unpackBeginning(bytes: Uint8Array): Uint8Array {
  try {
    const all = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 26 });
    return all.subarray(0, SAMPLE_BYTES);
  } catch {
    return new Uint8Array();
  }
}
