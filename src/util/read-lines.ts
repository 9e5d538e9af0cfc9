/** @file A stream of bytes -> its UTF-8 text in pieces, and the lines in it; memory for one line at a time. */
import { InputError } from "./errors.ts";

/**
 * Decodes strictly; a byte order mark at the beginning stays in the text, so that offsets are those of the file.
 * @throws InputError when the bytes are not UTF-8, or the stream cannot be read
 */
export async function* decodeUtf8(stream: AsyncIterable<unknown>, source: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (bytes?: Uint8Array) => {
    try {
      return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
    } catch (cause) {
      throw new InputError("file-not-utf8", `Cannot read "${source}": it is not UTF-8 text.`, {
        hint: "Convert it first, for example with: iconv -t utf-8",
        cause,
      });
    }
  };
  try {
    for await (const chunk of stream) yield decode(chunk as Uint8Array);
    yield decode();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw new InputError("file-unreadable", `Cannot read "${source}": ${code}.`, { cause });
  }
}

/** A line without its `\n`, counted from 1. */
export interface TextLine {
  readonly line: number;
  readonly text: string;
}

/**
 * Lines end at `\n` only: `node:readline` also breaks at U+2028 and U+2029, which may stand raw in a JSON string. A `\r`
 * before the end stays. Nothing after the last `\n` is no line.
 */
export async function* splitLines(pieces: AsyncIterable<string>): AsyncGenerator<TextLine> {
  let line = 1;
  let begun: string[] = []; // joined once, so that a line of many megabytes costs no more than its length
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      yield { line: line++, text: begun.join("") + piece.slice(start, end) };
      begun = [];
      start = end + 1;
    }
    if (start < piece.length) begun.push(piece.slice(start));
  }
  if (begun.length > 0) yield { line, text: begun.join("") };
}
