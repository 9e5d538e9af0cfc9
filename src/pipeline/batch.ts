/** @file The five verbs of OpenAI Batch over a run folder: export, submit, check, fetch, import. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type ExportCounts, exportBatch } from "../generate/batch-files.ts";
import type { Prompt } from "../generate/completer.ts";
import {
  type BatchServiceOptions,
  createBatchService,
  type TakePiece,
} from "../generate/completers/batch-service.ts";
import { isFinal, type ServiceBatch } from "../generate/completers/batch-state.ts";
import { openStore } from "../generate/completion-store.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import { type RunPaths, storePath } from "../run-folder.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { createFileSink } from "../util/file-sink.ts";
import { fileExists, hashFile } from "../util/files.ts";
import { type BatchBook, type BatchRecord, isWaiting, withBatchBook } from "./batch-record.ts";
import { readRequests, readWaiting, requireBatchApi } from "./batch-requests.ts";
import { createImportCounts, type ImportCounts, importRecord } from "./import-record.ts";

export interface ExportBatchesOptions {
  /** Of one file. Default 50,000. */
  readonly maxRequests?: number;
  /** Of one file. Default 200,000,000. */
  readonly maxBytes?: number;
}

/**
 * Writes request files for what the store does not have and no batch under way has. Files that were exported and never
 * submitted are replaced.
 * @throws InputError as {@link requireBatchApi}, or when another process has the store or the record
 * @example const { files } = await exportBatches(spec, paths, () => writePrompts(spec));
 */
export async function exportBatches(
  spec: TaskSpec,
  paths: RunPaths,
  prompts: () => Iterable<Prompt> | AsyncIterable<Prompt>,
  options: ExportBatchesOptions = {},
): Promise<{ readonly counts: ExportCounts; readonly files: readonly BatchRecord[] }> {
  const api = requireBatchApi(spec);
  return withBatchBook(paths, async (book) => {
    const waiting = await readWaiting(paths, book);
    const last = Math.max(0, ...book.batches.map(({ number }) => number));
    const name = (index: number) => `batches/${`${last + index}`.padStart(3, "0")}.requests.jsonl`;
    const store = await openStore(storePath(paths));
    try {
      const { counts, files } = await exportBatch(
        prompts(),
        (id, hash) => {
          const state = store.check(id, hash);
          return state !== "answered" && waiting.has(`${hash} ${id}`) ? "waiting" : state;
        },
        { spec: api, path: (index) => join(paths.folder, name(index)), ...options },
      );
      const exported = new Date().toISOString();
      const records = files.map(({ sha256, requests }, index): BatchRecord => {
        const number = last + index + 1;
        return {
          number,
          file: name(index + 1),
          sha256,
          requests,
          state: "exported",
          exported,
          fetched: false,
          imported: false,
        };
      });
      const old = book.batches.filter(({ state }) => state === "exported");
      await book.replaceAll([...book.batches.filter(({ state }) => state !== "exported"), ...records]);
      for (const { file } of old) await rm(join(paths.folder, file), { force: true });
      return { counts, files: records };
    } finally {
      await store.close();
    }
  });
}

function toChange({ id, state, counts, errors }: ServiceBatch): Partial<BatchRecord> {
  return {
    id,
    state,
    completed: counts.completed,
    failed: counts.failed,
    ...(errors.length > 0 ? { errors } : {}),
  };
}

/**
 * Uploads each exported file and creates its batch. That it will be is recorded before, and that it was, after; between
 * the two, a batch is found again at the service by the file's hash: a kill at any time pays for nothing twice.
 * @throws InputError `requests-changed` when a file is not as it was exported; as {@link createBatchService}
 */
export async function submitBatches(
  spec: TaskSpec,
  paths: RunPaths,
  options: BatchServiceOptions = {},
): Promise<{
  /** Those that are at the service now. */
  readonly submitted: readonly BatchRecord[];
  /** Of them: created by an earlier process that did not live to record it. */
  readonly found: number;
}> {
  const service = createBatchService(requireBatchApi(spec), options);
  return withBatchBook(paths, async (book) => {
    const submitted: BatchRecord[] = [];
    let found = 0;
    for (const { number, file, sha256, state } of book.batches) {
      if (state !== "exported" && state !== "submitting") continue;
      const path = join(paths.folder, file);
      if (!(await fileExists(path)) || (await hashFile(path)) !== sha256) {
        throw new InputError("requests-changed", `"${path}" is gone, or not as it was exported.`, {
          hint: "Change the task, not the file, and export again.",
        });
      }
      await book.update(number, { state: "submitting" });
      const known = new Set(book.batches.flatMap(({ id }) => id ?? []));
      const result = await service.submit({ path, sha256 }, known);
      found += Number(result.found);
      const change = { ...toChange(result.batch), submitted: new Date().toISOString() };
      submitted.push(await book.update(number, change));
    }
    return { submitted, found };
  });
}

async function refresh(book: BatchBook, service: ReturnType<typeof createBatchService>): Promise<void> {
  for (const { number, id, state } of book.batches) {
    if (id === undefined || state === "exported" || state === "submitting" || isFinal(state)) continue;
    await book.update(number, toChange(await service.status(id)));
  }
}

/** Asks the service for the state of each batch that may still change. @returns all batches of the run folder */
export async function checkBatches(
  spec: TaskSpec,
  paths: RunPaths,
  options: BatchServiceOptions = {},
): Promise<readonly BatchRecord[]> {
  const service = createBatchService(requireBatchApi(spec), options);
  return withBatchBook(paths, async (book) => {
    await refresh(book, service);
    return book.batches;
  });
}

/** A file that appears when it is whole; each try begins anew. @returns whether there is one */
async function download(
  path: string,
  fetchFile: (begin: () => Promise<TakePiece>) => Promise<boolean>,
): Promise<boolean> {
  let sink: Awaited<ReturnType<typeof createFileSink>> | undefined;
  try {
    const there = await fetchFile(async () => {
      await sink?.abort();
      const next = await createFileSink(path);
      sink = next;
      const decoder = new TextDecoder();
      return (bytes) => next.write(decoder.decode(bytes, { stream: true }));
    });
    await sink?.commit();
    return there;
  } finally {
    await sink?.abort();
  }
}

/** Brings what finished, expired and cancelled batches have answered into the run folder, output and errors. */
export async function fetchBatches(
  spec: TaskSpec,
  paths: RunPaths,
  options: BatchServiceOptions = {},
): Promise<{ readonly fetched: readonly BatchRecord[]; readonly unfinished: readonly BatchRecord[] }> {
  const service = createBatchService(requireBatchApi(spec), options);
  return withBatchBook(paths, async (book) => {
    await refresh(book, service);
    const fetched: BatchRecord[] = [];
    for (const { number, id, file, state, fetched: done } of book.batches) {
      if (done || id === undefined || state === "exported" || state === "submitting" || !isFinal(state))
        continue;
      if (state === "failed") continue;
      const output = file.replace(".requests.", ".output.");
      const errorOutput = file.replace(".requests.", ".errors.");
      const hasOutput = await download(join(paths.folder, output), (begin) => service.fetchOutput(id, begin));
      const hasErrors = await download(join(paths.folder, errorOutput), (begin) =>
        service.fetchErrors(id, begin),
      );
      fetched.push(
        await book.update(number, {
          fetched: true,
          ...(hasOutput ? { output } : {}),
          ...(hasErrors ? { errorOutput } : {}),
        }),
      );
    }
    return { fetched, unfinished: book.batches.filter((batch) => isWaiting(batch) && !batch.fetched) };
  });
}

/** What an import found. */
export interface ImportedBatches {
  readonly counts: ImportCounts;
  /** Ids of prompts without a completion that no batch under way has: what exporting again writes. */
  readonly missing: readonly string[];
}

/**
 * Puts what was fetched into the store: on disk, flushed, before it is recorded. Importing again changes nothing.
 * @example const { missing } = await importBatches(spec, paths, () => writePrompts(spec));
 */
export async function importBatches(
  spec: TaskSpec,
  paths: RunPaths,
  prompts: () => Iterable<Prompt> | AsyncIterable<Prompt>,
): Promise<ImportedBatches> {
  const { model } = requireBatchApi(spec);
  return withBatchBook(paths, async (book) => {
    const wanted = new Map<string, string>();
    for await (const prompt of prompts()) wanted.set(prompt.id, hashPrompt(prompt, model));
    const store = await openStore(storePath(paths));
    try {
      const counts = createImportCounts();
      for (const batch of book.batches.filter(({ fetched }) => fetched)) {
        const requests = new Map<string, string>();
        for await (const { id, hash } of readRequests(join(paths.folder, batch.file))) requests.set(id, hash);
        await importRecord(batch, { folder: paths.folder, requests, wanted, store, counts });
        await book.update(batch.number, { imported: true });
      }
      const waiting = await readWaiting(paths, book);
      const missing: string[] = [];
      for (const [id, hash] of wanted) {
        if (store.check(id, hash) !== "answered" && !waiting.has(`${hash} ${id}`)) missing.push(id);
      }
      return { counts, missing };
    } finally {
      await store.close();
    }
  });
}
