/** @file A stream of bytes from the network -> a file on disk, with its size and SHA-256; nothing waits for ever. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { EnvironmentError } from "../util/errors.ts";

/** How far a download is. */
export interface DownloadProgress {
  readonly file: string;
  readonly receivedBytes: number;
  /** Absent where the server does not say. */
  readonly totalBytes?: number;
}

/** What every route to the weights takes. */
export interface DownloadOptions {
  /** Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Longest wait for an answer to begin, in ms. Default 8000. */
  readonly answerTimeoutMs?: number;
  /** Longest silence in the middle of a download, in ms. Default 30000. */
  readonly stallTimeoutMs?: number;
}

/** A `fetch` that gives up when the headers are not there in time; the body may take as long as it flows. */
export function createTimedFetch({
  fetch = globalThis.fetch,
  answerTimeoutMs = 8000,
}: DownloadOptions): typeof fetch {
  return async (input, init) => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      controller.abort(new Error(`no answer within ${answerTimeoutMs / 1000} s`));
    }, answerTimeoutMs);
    try {
      return await fetch(input, { ...init, signal: controller.signal });
    } finally {
      clearTimeout(timer);
    }
  };
}

/** Writes the stream to `path` and flushes it. @throws EnvironmentError when it stalls or ends too early */
export async function saveStream(
  stream: ReadableStream<Uint8Array>,
  path: string,
  file: string,
  totalBytes: number | undefined,
  { onProgress, stallTimeoutMs = 30_000 }: DownloadOptions,
): Promise<{ sizeBytes: number; sha256: string }> {
  const digest = createHash("sha256");
  const handle = await open(path, "w");
  const reader = stream.getReader();
  let received = 0;
  try {
    for (;;) {
      const { done, value } = await withinTime(reader.read(), stallTimeoutMs, file);
      if (done) break;
      digest.update(value);
      await handle.writeFile(value);
      received += value.length;
      onProgress?.({ file, receivedBytes: received, ...(totalBytes === undefined ? {} : { totalBytes }) });
    }
    if (totalBytes !== undefined && received !== totalBytes) {
      const found = `${received} of ${totalBytes} bytes`;
      throw new EnvironmentError("download-cut", `The download of ${file} ended after ${found}.`);
    }
    await handle.sync();
  } catch (error) {
    // A broken stream may refuse to be cancelled; the first error is the one that matters.
    await reader.cancel().catch(() => {});
    throw error;
  } finally {
    await handle.close();
  }
  return { sizeBytes: received, sha256: digest.digest("hex") };
}

/** `fetch failed` hides its reason in a chain of causes: the innermost one, in one line. */
export function describeFailure(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return (inner instanceof Error ? inner.message : String(inner)).split("\n", 1)[0]!;
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number, file: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `The download of ${file} stood still for ${timeoutMs / 1000} s.`;
    timer = setTimeout(() => reject(new EnvironmentError("download-stalled", message)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
