/** @file An encoder's id and revision -> its files in a folder, from the Hugging Face hub. */
import { join } from "node:path";
import { downloadFile, HubApiError } from "@huggingface/hub";
import { EnvironmentError, InputError } from "../util/errors.ts";
import { createTimedFetch, type DownloadOptions, describeFailure, saveStream } from "./download.ts";
import { OPTIONAL_FILES, REQUIRED_FILES } from "./encoder-folder.ts";

/** The hub's address: $HF_ENDPOINT or huggingface.co. */
export function hubUrl(): string {
  return (process.env.HF_ENDPOINT || "https://huggingface.co").replace(/\/+$/, "");
}

/** Undefined when the hub answers at all, else why it does not, in one line. */
export async function reachHub(options: DownloadOptions): Promise<string | undefined> {
  return createTimedFetch(options)(hubUrl(), { method: "HEAD" }).then(
    () => undefined,
    (error: unknown) => describeFailure(error),
  );
}

/**
 * Small files first, so that a hub out of reach or an id that is not there shows at once. $HF_TOKEN is used if set.
 * @throws InputError when the hub has no such encoder, or it lacks a required file
 * @throws EnvironmentError when the hub cannot be reached or breaks off
 */
export async function fetchFromHub(
  name: string,
  revision: string,
  folder: string,
  options: DownloadOptions,
): Promise<void> {
  for (const file of [...REQUIRED_FILES, ...OPTIONAL_FILES].sort(weightsLast)) {
    const found = await fetchFile(name, revision, file, folder, options);
    if (!found && REQUIRED_FILES.includes(file)) {
      throw new InputError(
        "encoder-incomplete",
        `Encoder "${name}" (${revision}) on ${hubUrl()} has no ${file}.`,
        {
          hint: `An encoder needs ${REQUIRED_FILES.join(", ")}.`,
        },
      );
    }
  }
}

async function fetchFile(
  name: string,
  revision: string,
  file: string,
  folder: string,
  options: DownloadOptions,
): Promise<boolean> {
  const token = process.env.HF_TOKEN;
  try {
    const blob = await downloadFile({
      repo: name,
      path: file,
      revision,
      hubUrl: hubUrl(),
      fetch: createTimedFetch(options),
      // One plain GET: the xet protocol talks to a second host that firewalls may not know.
      xet: false,
      ...(token ? { accessToken: token } : {}),
    });
    if (blob === null) return false;
    await saveStream(blob.stream(), join(folder, file), file, blob.size, options);
    return true;
  } catch (cause) {
    // Mirrors leave out the header that tells a missing file from a missing encoder; config.json, asked first, told.
    if (cause instanceof HubApiError && cause.statusCode === 404 && file !== "config.json") return false;
    if (cause instanceof HubApiError && [401, 403, 404].includes(cause.statusCode)) {
      const message = `Encoder "${name}" (${revision}) is not on ${hubUrl()}, or not open to you (HTTP ${cause.statusCode}).`;
      throw new InputError("encoder-unknown", message, {
        hint: "Check the id and the revision; for a private or gated one set HF_TOKEN.",
        cause,
      });
    }
    if (cause instanceof EnvironmentError) throw cause;
    const message = `Cannot fetch ${file} from ${hubUrl()}: ${describeFailure(cause)}.`;
    throw new EnvironmentError("hub-unreachable", message, { cause });
  }
}

function weightsLast(a: string, b: string): number {
  return Number(a.endsWith(".safetensors")) - Number(b.endsWith(".safetensors"));
}
