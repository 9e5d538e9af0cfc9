/** @file An encoder in a folder or in the cache: used as it is, or refused with the reason. */
import { mkdir, readdir, readFile, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { hub, known, network, unplugged, useEmptyCache } from "../../test/fake-weight-hosts.ts";
import { EnvironmentError, InputError } from "../util/errors.ts";
import { resolveEncoder } from "./encoder-files.ts";

const { base, encoder, place } = useEmptyCache();

describe("a local folder", () => {
  it("is used as it is, without cache or network", async () => {
    const files = await resolveEncoder({ name: "test/fixtures/tiny-bert" }, { ...base, fetch: unplugged });
    expect(files.folder).toBe(join(process.cwd(), "test/fixtures/tiny-bert"));
    expect(files.weights).toBe(join(files.folder, "model.safetensors"));
    expect(files.vocabulary).toBeUndefined();
    expect(await readdir(base.cacheFolder)).toEqual([]);
  });

  it("that lacks files is refused, naming what is missing and what is there", async () => {
    await writeFile(join(base.cacheFolder, "config.json"), "{}");
    await writeFile(join(base.cacheFolder, "pytorch_model.bin"), "");
    const failure = resolveEncoder({ name: base.cacheFolder }, base);
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
    await writeFile(join(base.cacheFolder, "encoders"), "a file in the way");
    await expect(resolveEncoder(encoder, { ...base, fetch: plugged().fetch })).rejects.toMatchObject({
      code: "cache-unwritable",
      hint: "Set TEXTPHANTOM_CACHE to a folder that you can write to.",
    });
  });

  it("stands where $TEXTPHANTOM_CACHE says, else in the user's cache folder", async () => {
    vi.stubEnv("TEXTPHANTOM_CACHE", join(base.cacheFolder, "mine"));
    const files = await resolveEncoder(encoder, { known, fetch: plugged().fetch });
    expect(files.folder).toBe(join(base.cacheFolder, "mine", "encoders", "lab--tiny", "main"));
    vi.stubEnv("TEXTPHANTOM_CACHE", "");
    vi.stubEnv("XDG_CACHE_HOME", base.cacheFolder);
    const other = await resolveEncoder(encoder, { known, fetch: plugged().fetch });
    expect(other.folder).toBe(join(base.cacheFolder, "textphantom", "encoders", "lab--tiny", "main"));
  });
});
