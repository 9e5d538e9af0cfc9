/** @file An encoder from the hub: fetched once and whole, or not at all. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { type Answer, FILES, hub, network, unplugged, useEmptyCache } from "../../test/fake-weight-hosts.ts";
import { EnvironmentError, InputError } from "../util/errors.ts";
import { resolveEncoder } from "./encoder-files.ts";

const { base, encoder, place } = useEmptyCache();

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

  it("may be a mirror that answers a missing file with a bare 404", async () => {
    const mirror: Answer = (url, headers, signal) =>
      url.pathname.endsWith("vocab.txt") ? new Response("", { status: 404 }) : hub()(url, headers, signal);
    const net = network({ "hub.test": mirror });
    const files = await resolveEncoder(encoder, { ...base, fetch: net.fetch });
    expect(files.vocabulary).toBeUndefined();
    expect(files.source).toBe("http://hub.test/lab/tiny");
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
    expect(await readdir(join(base.cacheFolder, "encoders", "lab--other"))).toEqual([]);
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
