/** @file A request file -> a batch at a service that speaks as OpenAI does, its state, and what it answered. */
import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import type { ApiSpec } from "../../task/completions-spec.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { EnvironmentError, InputError } from "../../util/errors.ts";
import { createRandom, type Random } from "../../util/random.ts";
import { BATCH_ENDPOINT } from "../batch-files.ts";
import { batchSchema, type ServiceBatch } from "./batch-state.ts";
import { type Environment, readKey } from "./providers.ts";
import { requestService, type ServiceConnection, UncertainError } from "./service-request.ts";

/** Takes a file in pieces. */
export type TakePiece = (bytes: Uint8Array) => Promise<void>;

export interface BatchService {
  /**
   * Uploads the file and creates its batch, unless the service has one of this file that is neither `known` nor failed:
   * the one that a killed process has created and not recorded.
   * @param known ids of batches that are accounted for
   */
  submit(
    file: { readonly path: string; readonly sha256: string },
    known?: ReadonlySet<string>,
  ): Promise<{ readonly batch: ServiceBatch; readonly found: boolean }>;
  status(id: string): Promise<ServiceBatch>;
  /** Of the output file. @param begin called for each try; its result takes the pieces. @returns false: there is none */
  fetchOutput(id: string, begin: () => Promise<TakePiece>): Promise<boolean>;
  /** Of the errors file, in the same way. */
  fetchErrors(id: string, begin: () => Promise<TakePiece>): Promise<boolean>;
  /** All batches of the account, newest first as the services give them. */
  list(): AsyncGenerator<ServiceBatch>;
}

export interface BatchServiceOptions {
  /** Where keys are looked for. Default: `process.env`. */
  readonly environment?: Environment;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Of the jitter between tries. Default: seeded by the time. */
  readonly random?: Random;
}

const pageSchema = z.looseObject({ data: z.array(batchSchema), has_more: z.boolean().nullish() });
const uploadSchema = z.looseObject({ id: z.string().min(1) });

/** Bytes a millisecond that any line should manage upwards: 100 kB/s. */
const SLOWEST_UPLOAD = 100;

/** OpenAI's address, or that of the variable that its own programs read; Azure's resource has a v1 of its own. */
function findBaseUrl({ provider, baseUrl }: ApiSpec, environment: Environment): string {
  const resource = environment.AZURE_RESOURCE_NAME;
  const url =
    provider === "azure"
      ? (baseUrl ?? (resource && `https://${resource}.openai.azure.com/openai`))
      : (baseUrl ??
        (provider === "openai" ? (environment.OPENAI_BASE_URL ?? "https://api.openai.com/v1") : undefined));
  if (!url) {
    throw new InputError(
      "base-url-missing",
      `The provider ${provider} needs completions.baseUrl; there is none.`,
      {
        hint: "For example baseUrl: http://localhost:8000/v1",
      },
    );
  }
  const bare = url.replace(/\/+$/, "");
  return provider === "azure" && /\.azure\.com\/openai$/i.test(bare) ? `${bare}/v1` : bare;
}

async function readAs<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
  const parsed = schema.safeParse(await response.json());
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]!.path.join(".") || "all of it";
  throw new EnvironmentError(
    "service-unlike",
    `What ${new URL(response.url).origin} answered is not what the OpenAI Batch API promises: ${where}.`,
  );
}

/**
 * A service's `/files` and `/batches`. Nothing is asked yet.
 * @throws InputError where the key, or whom to ask, is missing; its methods throw as {@link requestService}
 * @example const { batch } = await createBatchService(spec).submit({ path: "requests.jsonl", sha256 });
 */
export function createBatchService(spec: ApiSpec, options: BatchServiceOptions = {}): BatchService {
  const { environment = process.env, clock = systemClock } = options;
  const key = readKey(spec, environment);
  const connection: ServiceConnection = {
    spec,
    baseUrl: findBaseUrl(spec, environment),
    headers:
      key === undefined
        ? {}
        : spec.provider === "azure"
          ? { "api-key": key }
          : { authorization: `Bearer ${key}` },
    clock,
    random: options.random ?? createRandom(Date.now() >>> 0, "jitter"),
  };
  const { timeoutMs, attempts } = spec.limits;

  const status = (id: string) =>
    requestService(
      connection,
      { method: "GET", path: `/batches/${encodeURIComponent(id)}`, timeoutMs },
      (response) => readAs(response, batchSchema),
    );

  async function* list(): AsyncGenerator<ServiceBatch> {
    const seen = new Set<string>();
    for (let after = ""; ; ) {
      const path = `/batches?limit=100${after && `&after=${encodeURIComponent(after)}`}`;
      const page = await requestService(connection, { method: "GET", path, timeoutMs }, (response) =>
        readAs(response, pageSchema),
      );
      yield* page.data;
      const last = page.data.at(-1)?.id;
      // A server that knows no pages gives the same one for ever.
      if (!page.has_more || last === undefined || seen.has(last)) return;
      seen.add(last);
      after = last;
    }
  }

  async function find(sha256: string, known: ReadonlySet<string>): Promise<ServiceBatch | undefined> {
    for await (const batch of list()) {
      if (batch.sha256 === sha256 && !known.has(batch.id) && batch.state !== "failed") return batch;
    }
    return undefined;
  }

  async function upload(path: string): Promise<string> {
    const { size } = await stat(path);
    const body = async () => {
      const form = new FormData();
      form.append("purpose", "batch");
      form.append("file", await openAsBlob(path, { type: "application/jsonl" }), basename(path));
      return form;
    };
    const request = {
      method: "POST",
      path: "/files",
      body,
      timeoutMs: timeoutMs + size / SLOWEST_UPLOAD,
    } as const;
    return (await requestService(connection, request, (response) => readAs(response, uploadSchema))).id;
  }

  async function fetchFile(id: string | undefined, begin: () => Promise<TakePiece>): Promise<boolean> {
    if (id === undefined) return false;
    const path = `/files/${encodeURIComponent(id)}/content`;
    await requestService(connection, { method: "GET", path, timeoutMs }, async (response, alive) => {
      const take = await begin();
      for await (const bytes of response.body ?? []) {
        alive();
        await take(bytes as Uint8Array);
      }
    });
    return true;
  }

  return {
    async submit({ path, sha256 }, known = new Set()) {
      let input: string | undefined;
      for (let tries = 1; ; tries++) {
        // Before each try to create: one whose answer did not come may have been heard.
        const batch = await find(sha256, known);
        if (batch) return { batch, found: true };
        input ??= await upload(path);
        const body = JSON.stringify({
          input_file_id: input,
          endpoint: BATCH_ENDPOINT,
          completion_window: "24h",
          metadata: { textphantom: sha256 },
        });
        try {
          const created = await requestService(
            connection,
            { method: "POST", path: "/batches", body: async () => body, timeoutMs, attempts: 1 },
            (response) => readAs(response, batchSchema),
          );
          return { batch: created, found: false };
        } catch (error) {
          const retried =
            error instanceof UncertainError || (error as EnvironmentError).code === "service-busy";
          if (!retried || tries >= attempts) throw error;
          await clock.sleep(1_000 * connection.random.next() * 2 ** (tries - 1));
        }
      }
    },
    status,
    list,
    fetchOutput: async (id, begin) => fetchFile((await status(id)).outputFile, begin),
    fetchErrors: async (id, begin) => fetchFile((await status(id)).errorFile, begin),
  };
}
