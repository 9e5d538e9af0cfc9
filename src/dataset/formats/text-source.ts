/** @file A path, packed or not -> the lines or pieces of its text. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { InputError } from "../../util/errors.ts";
import { decodeUtf8, splitLines, type TextLine } from "../../util/read-lines.ts";

/**
 * The text of a file in pieces, strictly UTF-8, without a byte order mark. `.gz` is unpacked.
 * @throws InputError when it is absent, a folder, damaged, or not UTF-8
 */
export async function* readTextPieces(path: string): AsyncGenerator<string> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    const what = cause.code === "ENOENT" ? "no such file" : `${cause.code}`;
    throw new InputError("file-unreadable", `Cannot read "${path}": ${what}.`, { cause });
  });
  if (found.isDirectory()) throw new InputError("file-unreadable", `Cannot read "${path}": it is a folder.`);
  const bytes = createReadStream(path);
  const stream = path.endsWith(".gz") ? bytes.pipe(createGunzip()) : bytes;
  bytes.on("error", (error) => stream.destroy(error));
  let isFirst = true;
  try {
    for await (const piece of decodeUtf8(stream, path)) {
      if (piece === "") continue;
      yield isFirst && piece.startsWith("\ufeff") ? piece.slice(1) : piece;
      isFirst = false;
    }
  } catch (cause) {
    if (!`${(cause as NodeJS.ErrnoException).code}`.startsWith("Z_")) throw cause;
    throw new InputError("file-unreadable", `Cannot unpack "${path}": it is damaged or no gzip.`, { cause });
  }
}

/** Its lines; they end at `\n`, and a `\r` before it is taken off. @param pieces of the file, where it is open already */
export async function* readTextLines(
  path: string,
  pieces: AsyncIterable<string> = readTextPieces(path),
): AsyncGenerator<TextLine> {
  for await (const { line, text } of splitLines(pieces))
    yield { line, text: text.endsWith("\r") ? text.slice(0, -1) : text };
}

/**
 * The beginning of a text, up to the piece that is enough, and all of its pieces from the first on: the file is opened
 * once, as a pipe must be.
 */
export async function lookAhead(
  path: string,
  isEnough: (beginning: string) => boolean,
): Promise<{ readonly beginning: string; readonly pieces: AsyncGenerator<string> }> {
  const source = readTextPieces(path);
  let beginning = "";
  let isDone = false;
  while (!isDone && !isEnough(beginning)) {
    const { value, done } = await source.next();
    if (done !== true) beginning += value;
    isDone = done === true;
  }
  async function* pieces() {
    try {
      yield beginning;
      yield* source;
    } finally {
      await source.return(undefined);
    }
  }
  return { beginning, pieces: pieces() };
}
