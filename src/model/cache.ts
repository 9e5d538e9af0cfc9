/** @file An encoder's id and revision -> its verified folder in the cache, where it arrives whole or not at all. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { EnvironmentError } from "../util/errors.ts";
import { hashFile, writeFileAtomic } from "../util/files.ts";
import { type EncoderFiles, listEncoderFiles } from "./encoder-folder.ts";

/** Written last, so a folder without it is not whole. */
const MANIFEST = "textphantom.json";
const manifestSchema = z.strictObject({
  encoder: z.string(),
  revision: z.string(),
  source: z.string(),
  files: z.record(z.string(), z.strictObject({ sizeBytes: z.number(), sha256: z.string() })),
});
type Manifest = z.infer<typeof manifestSchema>;

/** `folder`, or $TEXTPHANTOM_CACHE, or textphantom/ in the user's cache folder (XDG). */
export function cacheRoot(folder?: string): string {
  const userCache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  return folder ?? (process.env.TEXTPHANTOM_CACHE || join(userCache, "textphantom"));
}

/** `<root>/encoders/<owner>--<name>/<revision>`, each part safe as a file name. */
export function encoderFolder(root: string, name: string, revision: string): string {
  return join(root, "encoders", name.replace("/", "--"), encodeURIComponent(revision));
}

/** The files if all are there with the size and SHA-256 noted when they were fetched (about 0.1 s for 90 MB). */
export async function readCached(folder: string): Promise<EncoderFiles | undefined> {
  try {
    const manifest = manifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), "utf8")));
    for (const [file, { sizeBytes, sha256 }] of Object.entries(manifest.files)) {
      const path = join(folder, file);
      if ((await stat(path)).size !== sizeBytes || (await hashFile(path)) !== sha256) return undefined;
    }
    return await listEncoderFiles(folder, manifest.source);
  } catch {
    // Absent, cut off, or from another version: in every case it is fetched again.
    return undefined;
  }
}

/**
 * Lets `fill` write into a fresh folder, checks and notes every file, and moves the whole to its place.
 * Two processes may do so at once: the second one finds the first one's folder and uses that.
 * @param pins hex SHA-256 by file name that the files must have
 * @throws EnvironmentError when a file is not the pinned one, or the disk refuses
 */
export async function installCached(
  folder: string,
  facts: Pick<Manifest, "encoder" | "revision" | "source">,
  pins: Readonly<Record<string, string>>,
  fill: (folder: string) => Promise<void>,
): Promise<EncoderFiles> {
  const parent = dirname(folder);
  const fresh = join(parent, `.fetching-${randomUUID()}`);
  await onDisk(parent, () => mkdir(fresh, { recursive: true }));
  try {
    await removeLeftovers(parent);
    await fill(fresh);
    await writeManifest(fresh, facts, pins);
    await onDisk(parent, () => moveIntoPlace(fresh, folder));
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return listEncoderFiles(folder, facts.source);
}

async function writeManifest(
  folder: string,
  facts: Pick<Manifest, "encoder" | "revision" | "source">,
  pins: Readonly<Record<string, string>>,
): Promise<void> {
  const files: Manifest["files"] = {};
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    files[file] = { sizeBytes: (await stat(path)).size, sha256: await hashFile(path) };
  }
  for (const [file, expected] of Object.entries(pins)) {
    const found = files[file]?.sha256;
    if (found !== expected) {
      const message = `${file} of ${facts.encoder} from ${facts.source} has SHA-256 ${found}, expected ${expected}.`;
      throw new EnvironmentError("checksum-mismatch", message);
    }
  }
  await writeFileAtomic(join(folder, MANIFEST), `${JSON.stringify({ ...facts, files }, null, 2)}\n`);
}

/** A folder in the way is either another process's good one (kept) or a broken one (moved aside, removed). */
async function moveIntoPlace(fresh: string, folder: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await rename(fresh, folder);
    } catch (error) {
      const code = `${(error as NodeJS.ErrnoException).code}`;
      if (!["ENOTEMPTY", "EEXIST", "EPERM", "ENOTDIR"].includes(code) || attempt === 3) throw error;
    }
    if ((await readCached(folder)) !== undefined) return;
    const aside = join(dirname(folder), `.broken-${randomUUID()}`);
    await rename(folder, aside).catch(() => {});
    await rm(aside, { recursive: true, force: true });
  }
}

/** What a killed download left behind, a day later (until then it may be another process at work). */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(".fetching-") && !name.startsWith(".broken-")) continue;
    const path = join(parent, name);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if (age > 24 * 3600 * 1000) await rm(path, { recursive: true, force: true });
  }
}

async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = `${(cause as NodeJS.ErrnoException).code}`;
    throw new EnvironmentError("cache-unwritable", `Cannot write to the cache folder "${folder}": ${code}.`, {
      hint: "Set TEXTPHANTOM_CACHE to a folder that you can write to.",
      cause,
    });
  }
}
