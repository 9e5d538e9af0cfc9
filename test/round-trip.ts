/** @file A format and documents -> what is written, what is read again, and the losses that were told on both ways. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CorpusFormat } from "../src/dataset/formats/corpus-format.ts";
import { createLossCounter } from "../src/dataset/formats/loss-counter.ts";
import type { CorpusDocument } from "../src/task/corpus-document.ts";

async function* stream(documents: readonly CorpusDocument[]): AsyncGenerator<CorpusDocument> {
  yield* documents;
}

/** Gives a folder that is gone afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "textphantom-formats-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** All documents of a file, and the losses as `{kind: count}`. */
export async function readAll(format: CorpusFormat, path: string) {
  const losses = createLossCounter();
  const documents: CorpusDocument[] = [];
  for await (const document of format.read!(path, { onLoss: losses.onLoss })) documents.push(document);
  return { documents, losses: countsOf(losses) };
}

/** Losses of writing as `{kind: count}`. */
export async function writeAll(format: CorpusFormat, documents: readonly CorpusDocument[], path: string) {
  const losses = createLossCounter();
  await format.write!(stream(documents), path, { onLoss: losses.onLoss });
  return countsOf(losses);
}

const countsOf = (losses: ReturnType<typeof createLossCounter>) =>
  Object.fromEntries(losses.counted().map(({ kind, count }) => [kind, count]));

/** Writes and reads. */
export const roundTrip = (format: CorpusFormat, documents: readonly CorpusDocument[], name = "corpus") =>
  withFolder(async (folder) => {
    const path = join(folder, name);
    const written = await writeAll(format, documents, path);
    const { documents: read, losses } = await readAll(format, path);
    return { written, read, losses };
  });
