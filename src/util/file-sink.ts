/** @file Pieces of text -> a file that appears whole, at the end, or not at all. */
import { randomUUID } from "node:crypto";
import { write as writeTo } from "node:fs";
import { type FileHandle, mkdir, open, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
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
 * is: a rename would replace it. A link is followed. A descriptor that is open (`/dev/stdout`) is written through, where it
 * stands, whatever it is.
 * @throws InputError when the target is a folder or cannot be written
 */
export async function createFileSink(path: string): Promise<FileSink> {
  const target = await realpath(path).catch(() => path);
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory()) throw unwritable(path, "it is a folder");
  const descriptor = await descriptorOf(path);
  if (descriptor !== undefined && found?.isFile()) return writeThrough(descriptor, path);
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

/** A descriptor of this process; of another one, its path. */
type Descriptor = number | string;

/** The open descriptor that a path, or a link, stands for: `/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/3`. */
export async function descriptorOf(path: string): Promise<Descriptor | undefined> {
  let at = resolve(path);
  for (let hops = 0; hops < 40; hops++) {
    at = join(await realpath(dirname(at)).catch(() => dirname(at)), basename(at));
    const [, owner, number] = /^\/(?:dev|proc\/(\d+|self))\/fd\/(\d+)$/.exec(at) ?? [];
    if (number !== undefined) {
      const isOurs = owner === undefined || owner === "self" || Number(owner) === process.pid;
      return isOurs ? Number(number) : at;
    }
    const link = await readlink(at).catch(() => undefined);
    if (link === undefined) return undefined;
    at = resolve(dirname(at), link);
  }
  return undefined;
}

const writeBytes = promisify(writeTo) as (
  descriptor: number,
  bytes: Uint8Array,
) => Promise<{ readonly bytesWritten: number }>;

/** Appends at the position of the descriptor, which whoever opened it closes. What is written cannot be taken back. */
async function writeThrough(descriptor: Descriptor, path: string): Promise<FileSink> {
  if (typeof descriptor === "string") {
    const handle = await open(descriptor, "a").catch((cause: NodeJS.ErrnoException) => {
      throw unwritable(path, `${cause.code}`, cause);
    });
    const close = () => handle.close();
    return { write: (piece) => handle.writeFile(piece), commit: close, abort: close };
  }
  return {
    async write(piece) {
      let bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
      while (bytes.length > 0) {
        const { bytesWritten } = await writeBytes(descriptor, bytes).catch((cause: NodeJS.ErrnoException) => {
          throw unwritable(path, `${cause.code}`, cause);
        });
        bytes = bytes.subarray(bytesWritten);
      }
    },
    commit: async () => {},
    abort: async () => {},
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
