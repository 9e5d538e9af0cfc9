/** @file Text and JSON lines <-> disk: whole files are written at once or not at all. */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "./errors.ts";

/** Writes beside the target, flushes, renames: after a kill the old or the new file is there, never half of one. */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
  await writePiecesAtomic(
    path,
    Array.isArray(data) ? (data as readonly Uint8Array[]) : [data as string | Uint8Array],
  );
}

async function writePiecesAtomic(path: string, pieces: Iterable<string | Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const handle = await open(temporary, "w");
    try {
      for (const piece of pieces) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** {@link writeFileAtomic} of JSON lines that are made one by one: memory for some of them at a time. */
export async function writeLinesAtomic(path: string, values: Iterable<unknown>): Promise<void> {
  await writePiecesAtomic(path, renderPieces(values));
}

function* renderPieces(values: Iterable<unknown>): Generator<string> {
  let piece = "";
  for (const value of values) {
    piece += `${JSON.stringify(value)}\n`;
    if (piece.length < 1 << 20) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

/** Reads UTF-8 text. @throws InputError when the file is absent, a folder, or not UTF-8. */
export async function readTextFile(path: string, what: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const found = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "it is a folder" : `${code}`;
    throw new InputError("file-unreadable", `Cannot read ${what} "${path}": ${found}.`, { cause });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch (cause) {
    throw new InputError("file-not-utf8", `Cannot read ${what} "${path}": it is not UTF-8 text.`, {
      hint: "Convert it first, for example with: iconv -t utf-8",
      cause,
    });
  }
}

/** Reads one JSON value. @throws InputError as {@link readTextFile}, or when it is not JSON. */
export async function readJsonFile(path: string, what: string): Promise<unknown> {
  const text = await readTextFile(path, what);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError("json-invalid", `The ${what} "${path}" is not valid JSON.`, { cause });
  }
}

/** One JSON value a line; blank lines are skipped. @throws InputError naming file and line. */
export function parseJsonLines(text: string, source: string): { line: number; value: unknown }[] {
  const rows: { line: number; value: unknown }[] = [];
  for (const [index, row] of text.split("\n").entries()) {
    if (row.trim() === "") continue;
    try {
      rows.push({ line: index + 1, value: JSON.parse(row) });
    } catch (cause) {
      // The parser's own message quotes the line, which may be note text: it is not repeated.
      throw new InputError("json-invalid", `${source}:${index + 1}: not a JSON value on one line.`, {
        cause,
      });
    }
  }
  return rows;
}

/** The inverse of {@link parseJsonLines}. */
export function renderJsonLines(values: Iterable<unknown>): string {
  let text = "";
  for (const value of values) text += `${JSON.stringify(value)}\n`;
  return text;
}

export async function fileExists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Hex SHA-256 of a file, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const digest = createHash("sha256");
  for await (const chunk of createReadStream(path)) digest.update(chunk as Buffer);
  return digest.digest("hex");
}
