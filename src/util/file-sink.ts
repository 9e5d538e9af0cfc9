/** @file Pieces of text -> a file that appears whole, at the end, or not at all. */
import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { InputError } from "./errors.ts";

/** Takes a text, or bytes, in pieces. */
export interface FileSink {
  write(piece: string | Uint8Array): Promise<void>;
  /** Flushes and moves the file to its place. */
  commit(): Promise<void>;
  /** Removes what was written. After {@link FileSink.commit} it does nothing. */
  abort(): Promise<void>;
}

/**
 * Writes beside the target and renames at the end. What is no plain file (`/dev/null`, a named pipe) is written to as it
 * is: a rename would replace it. A link is followed.
 * @throws InputError when the target is a folder or cannot be written
 */
export async function createFileSink(path: string): Promise<FileSink> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory()) throw unwritable(path, "it is a folder");
  const inPlace = found !== undefined && !found.isFile();
  const temporary = inPlace ? target : `${target}.${randomUUID()}.tmp`;
  const handle = await openForWriting(temporary, path);
  let open = true;
  const close = async () => {
    if (open) await handle.close();
    open = false;
  };
  return {
    write: (piece) => handle.writeFile(piece),
    async commit() {
      if (!inPlace) await handle.sync();
      await close();
      if (!inPlace) await rename(temporary, target);
    },
    async abort() {
      if (!open) return;
      await close();
      if (!inPlace) await rm(temporary, { force: true });
    },
  };
}

async function openForWriting(temporary: string, path: string): Promise<FileHandle> {
  try {
    await mkdir(dirname(temporary), { recursive: true });
    return await open(temporary, "w");
  } catch (cause) {
    throw unwritable(path, `${(cause as NodeJS.ErrnoException).code}`, cause);
  }
}

function unwritable(path: string, found: string, cause?: unknown): InputError {
  return new InputError("output-unwritable", `Cannot write "${path}": ${found}.`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
