/** @file A format and documents -> what it writes, reads, and reports; for tests of formats. */
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CorpusFormat, ReportLoss, WriteOptions } from "../src/dataset/formats/corpus-format.ts";
import type { CorpusDocument } from "../src/task/corpus-document.ts";

/** Counts by kind. */
export type LossCounts = Record<string, number>;

export function countLosses(): { readonly losses: LossCounts; readonly onLoss: ReportLoss } {
  const losses: LossCounts = {};
  return {
    losses,
    onLoss: (kind, _document, count = 1) => {
      losses[kind] = (losses[kind] ?? 0) + count;
    },
  };
}

/** A folder of its own for the files of a test file; `remove` it at the end. */
export function createTrips() {
  const folder = mkdtempSync(join(tmpdir(), "textphantom-formats-"));
  const read = async (format: CorpusFormat, path: string) => {
    const { losses, onLoss } = countLosses();
    const documents: CorpusDocument[] = [];
    for await (const document of format.read!(path, { onLoss })) documents.push(document);
    return { documents, losses };
  };
  const write = async (
    format: CorpusFormat,
    documents: readonly CorpusDocument[],
    name = "trip",
    options: Omit<WriteOptions, "onLoss"> = {},
  ) => {
    const path = join(folder, name);
    const { losses, onLoss } = countLosses();
    await format.write!(stream(documents), path, { onLoss, ...options });
    return { path, losses };
  };
  return {
    folder,
    remove: () => rmSync(folder, { recursive: true }),
    read,
    write,
    /** Reads a file of this content. */
    async parse(format: CorpusFormat, content: string | Uint8Array, name = "parsed") {
      const path = join(folder, name);
      await writeFile(path, content);
      return read(format, path);
    },
    /** Writes and reads back. */
    async roundTrip(format: CorpusFormat, documents: readonly CorpusDocument[], name?: string) {
      const written = await write(format, documents, name);
      const back = await read(format, written.path);
      return { documents: back.documents, written: written.losses, read: back.losses };
    },
  };
}

export async function* stream<T>(values: Iterable<T>): AsyncGenerator<T> {
  yield* values;
}

/** What the beginning of a file of this text looks like to a format. */
export const sampleOf = (text: string, path = "sample") => ({ path, isFolder: false, names: [], text });

/** Collects garbage, then tells what is in use. */
function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

/** Passes documents on, and tells by how much the heap has grown from the tenth of them to the last but a tenth. */
export function watchHeap(total: number) {
  let [count, before, after] = [0, 0, 0];
  return {
    async *pass(documents: AsyncIterable<CorpusDocument>): AsyncGenerator<CorpusDocument> {
      for await (const document of documents) {
        count++;
        if (count === Math.floor(total * 0.1)) before = heapInUse();
        if (count === Math.floor(total * 0.9)) after = heapInUse();
        yield document;
      }
    },
    count: () => count,
    grownBytes: () => after - before,
  };
}
