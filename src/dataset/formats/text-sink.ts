/** @file Pieces of text -> a file that appears whole or not at all, packed where its name ends in `.gz`. */
import { once } from "node:events";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { createFileSink, type FileSink } from "../../util/file-sink.ts";

/**
 * A sink for text. Small pieces are gathered, so writing line by line is cheap; memory for about a megabyte.
 * @throws InputError when the target is a folder or cannot be written
 * @example
 * const sink = await createTextSink("out.jsonl.gz");
 * try { await sink.write("..."); await sink.commit(); } finally { await sink.abort(); }
 */
export async function createTextSink(path: string): Promise<FileSink> {
  const file = await createFileSink(path);
  const inner = path.endsWith(".gz") ? packInto(file) : file;
  let gathered = "";
  const flush = async () => {
    const text = gathered;
    gathered = "";
    if (text !== "") await inner.write(text);
  };
  return {
    async write(text) {
      gathered += text;
      if (gathered.length >= 1 << 16) await flush();
    },
    async commit() {
      await flush();
      await inner.commit();
    },
    abort: () => inner.abort(),
  };
}

function packInto(file: FileSink): FileSink {
  const gzip = createGzip();
  const toFile = new Writable({
    write: (bytes: Uint8Array, _encoding, done) => {
      file.write(bytes).then(() => done(), done);
    },
  });
  const done = pipeline(gzip, toFile);
  done.catch(() => {}); // told by the next write or by commit
  return {
    async write(text) {
      if (gzip.write(text)) return;
      await Promise.race([once(gzip, "drain"), done]);
    },
    async commit() {
      gzip.end();
      await done;
      await file.commit();
    },
    async abort() {
      gzip.destroy();
      await done.catch(() => {});
      await file.abort();
    },
  };
}

/** Writes pieces as they are made; the file appears when all are there. @throws what the pieces throw, or as {@link createTextSink} */
export async function writePieces(
  path: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<void> {
  const sink = await createTextSink(path);
  try {
    for await (const piece of pieces) await sink.write(piece);
    await sink.commit();
  } finally {
    await sink.abort();
  }
}
