/** @file A file of lines that only grows -> lines that are on disk for certain once their promise is kept. */
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { EnvironmentError, InputError } from "./errors.ts";

export interface Journal {
  /** Lines, blank ones too, that the file had when it was opened and cut. */
  readonly lines: number;
  /** Ends when the line (without line break) is on disk, flushed. @throws EnvironmentError where the disk refuses */
  append(line: string): Promise<void>;
  /** Does not wait for company. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Longest wait of a line for others, ms: one flush for all. */
const LONGEST_WAIT_MS = 100;
/** Lines that are not made to wait any longer. */
const MOST_LINES = 64;

/** A line of bytes and whether its line break is there. */
interface RawLine {
  readonly bytes: Buffer;
  readonly ended: boolean;
}

/** In bytes, for a torn line may end within a character. */
async function* readRawLines(path: string): AsyncGenerator<RawLine> {
  let begun: Buffer[] = [];
  for await (const chunk of createReadStream(path)) {
    const bytes = chunk as Buffer;
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      yield { bytes: Buffer.concat([...begun, bytes.subarray(start, end)]), ended: true };
      begun = [];
      start = end + 1;
    }
    if (start < bytes.length) begun.push(bytes.subarray(start));
  }
  if (begun.length > 0) yield { bytes: Buffer.concat(begun), ended: false };
}

/** The lines of a journal, from its beginning; blank lines are passed over. Absent file: none. */
export async function* readJournal(path: string): AsyncGenerator<{ line: number; text: string }> {
  try {
    let line = 0;
    for await (const { bytes } of readRawLines(path)) {
      line++;
      if (bytes.length > 0) yield { line, text: bytes.toString("utf8") };
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/**
 * Bytes up to the end of the last good line. Bad is forgiven at the end only, and without a line break: that is what a
 * kill leaves. A whole line that is none was written by somebody else, and is not ours to remove.
 */
async function findEnd(
  path: string,
  accept: (text: string, line: number) => boolean,
): Promise<{ size: number; lines: number; unended: boolean }> {
  let [offset, size, line, lines, unended] = [0, 0, 0, 0, false];
  for await (const { bytes, ended } of readRawLines(path)) {
    line++;
    offset += bytes.length + (ended ? 1 : 0);
    if (bytes.length > 0 && !accept(bytes.toString("utf8"), line)) {
      if (!ended) break;
      throw new InputError("journal-invalid", `${path}:${line}: not a line of this file.`, {
        hint: "Was it edited, or is it another file? Mend or remove that line.",
      });
    }
    [size, lines, unended] = [offset, line, !ended];
  }
  return { size, lines, unended };
}

/**
 * Opens for appending, makes the file where there is none, and cuts off what a kill has left of a last line.
 * @param accept is shown every line there is, once; false: it is none
 * @throws InputError where the file cannot be opened, or a whole line is a bad one
 */
export async function openJournal(
  path: string,
  accept: (text: string, line: number) => boolean,
): Promise<Journal> {
  let handle: FileHandle;
  try {
    await mkdir(dirname(resolve(path)), { recursive: true });
    handle = await open(path, "a");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new InputError("output-unwritable", `Cannot write "${path}": ${code}.`, { cause });
  }
  try {
    const { size, lines, unended } = await findEnd(path, accept);
    if (size < (await handle.stat()).size) await handle.truncate(size);
    // The line is whole, only its break was not written.
    if (unended) await handle.writeFile("\n");
    await handle.sync();
    return { lines, ...createWriter(path, handle) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function createWriter(path: string, handle: FileHandle): Omit<Journal, "lines"> {
  let waiting: { line: string; done: () => void; failed: (error: unknown) => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let broken: EnvironmentError | undefined;

  async function writeAll(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      if (broken) throw broken;
      await handle.writeFile(batch.map(({ line }) => `${line}\n`).join(""));
      await handle.datasync();
    } catch (cause) {
      // What stands half written is cut off by the next `openJournal`; nothing may follow it.
      broken ??= new EnvironmentError(
        "disk-refused",
        `Cannot write "${path}": ${(cause as Error).message}.`,
        {
          hint: "What was told to be on disk is there. Free some space; the same command goes on.",
          cause,
        },
      );
      for (const { failed } of batch) failed(broken);
      return;
    }
    for (const { done } of batch) done();
  }
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(writeAll);
    return writing;
  };
  return {
    append: (line) =>
      new Promise((done, failed) => {
        waiting.push({ line, done, failed });
        if (waiting.length >= MOST_LINES) void flush();
        else timer ??= setTimeout(flush, LONGEST_WAIT_MS);
      }),
    flush,
    async close() {
      await flush();
      await handle.close();
    },
  };
}
