/** @file Tests of the batch service against a local server that fails, redirects, breaks off and forgets. */
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  type StubBatchServer,
  type StubFault,
  startStubBatchServer,
} from "../../../test/stub-batch-server.ts";
import type { ApiSpec } from "../../task/completions-spec.ts";
import { createRandom } from "../../util/random.ts";
import { createBatchService } from "./batch-service.ts";

let folder: string;
let server: StubBatchServer;
let fault: (name: string, before: number) => StubFault | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-service-"));
  fault = () => undefined;
  server = await startStubBatchServer((name, before) => fault(name, before));
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const random = { ...createRandom(1), next: () => 0 };
const create = (changes: Partial<ApiSpec> = {}, environment: Record<string, string> = {}) =>
  createBatchService(
    {
      from: "api",
      provider: "openai-compatible",
      model: "m",
      baseUrl: server.url,
      temperature: 1,
      maxOutputTokens: 1,
      limits: { concurrency: 1, attempts: 3, timeoutMs: 300 },
      ...changes,
    },
    { environment, random },
  );
const TEXT = '{"custom_id":"ü"}\n';
async function makeFile() {
  const path = join(folder, "requests.jsonl");
  await writeFile(path, TEXT);
  return { path, sha256: createHash("sha256").update(TEXT).digest("hex") };
}
async function download(service: ReturnType<typeof create>, kind: "fetchOutput" | "fetchErrors", id: string) {
  const tries: Buffer[][] = [];
  const there = await service[kind](id, async () => {
    const pieces: Buffer[] = [];
    tries.push(pieces);
    return async (bytes) => void pieces.push(Buffer.from(bytes));
  });
  return { there, texts: tries.map((pieces) => Buffer.concat(pieces).toString()) };
}

test("uploads the file and creates its batch", async () => {
  const { batch, found } = await create().submit(await makeFile());
  expect([batch.id, batch.state, found]).toEqual(["batch_1", "validating", false]);
  expect(server.files.get("file-1")).toBe(TEXT);
  expect(server.uploads).toEqual([{ name: "requests.jsonl", purpose: "batch" }]);
  expect(server.batches[0]).toMatchObject({ input_file_id: "file-1", completion_window: "24h" });
});

test("sends the key as each provider wants it, and to nobody else", async () => {
  await create({})
    .status("x")
    .catch(() => {});
  await create({ keyVariable: "MINE" }, { MINE: "k1" })
    .status("x")
    .catch(() => {});
  await create({ provider: "openai" }, { OPENAI_API_KEY: "k2" })
    .status("x")
    .catch(() => {});
  await create({ provider: "azure" }, { AZURE_API_KEY: "k3" })
    .status("x")
    .catch(() => {});
  expect(server.headers.map((one) => [one.authorization, one["api-key"]])).toEqual([
    [undefined, undefined],
    ["Bearer k1", undefined],
    ["Bearer k2", undefined],
    [undefined, "k3"],
  ]);
  expect(() => create({ provider: "openai" })).toThrow(/OPENAI_API_KEY, which is not set/);
  fault = () => "redirect";
  await expect(create().status("x")).rejects.toThrow(
    /it redirects to another address, which is not followed/,
  );
});

test("lists all pages, and ends at a server that knows none", async () => {
  const service = create();
  const body = JSON.stringify({ input_file_id: "f", metadata: { textphantom: "s" } });
  for (let i = 0; i < 5; i++) await fetch(`${server.url}/batches`, { method: "POST", body });
  const ids: string[] = [];
  for await (const { id } of service.list()) ids.push(id);
  expect(ids).toEqual(["batch_5", "batch_4", "batch_3", "batch_2", "batch_1"]);
});

describe("a request that fails", () => {
  const cases: [what: string, fault: StubFault, asked: number, message: RegExp][] = [
    ["401", { status: 401 }, 1, /status 401: no key was sent/],
    ["404", { status: 404 }, 1, /no such batch or file, or no batches at all/],
    ["400", { status: 400, code: "bad" }, 1, /answered \/v1\/batches\/b with status 400, bad\./],
    ["an empty account", { status: 429, code: "insufficient_quota" }, 1, /nothing left to spend/],
    ["429", { status: 429 }, 3, /it wants no more for now/],
    ["500", { status: 500 }, 3, /answered with status 500/],
    ["silence", "hang after", 3, /no answer within 0\.3 s/],
  ];
  test.each(cases)("%s", async (_, wrong, asked, message) => {
    fault = () => wrong;
    await expect(create().status("b")).rejects.toThrow(message);
    expect(server.asked.length).toBe(asked);
  });
});

test("is answered after failures within its tries", async () => {
  await create().submit(await makeFile());
  fault = (name, before) => (name === "GET /batches/batch_1" && before < 2 ? { status: 503 } : undefined);
  expect((await create().status("batch_1")).state).toBe("validating");
});

test("creates once when a 5xx hides whether it was heard", async () => {
  fault = (name, before) => (name === "POST /batches" && before < 2 ? { status: 500 } : undefined);
  expect((await create().submit(await makeFile())).found).toBe(false);
  expect(server.asked).toEqual([
    "GET /batches",
    "POST /files",
    "POST /batches",
    "GET /batches",
    "POST /batches",
    "GET /batches",
    "POST /batches",
  ]);
  expect([server.batches.length, server.uploads.length]).toEqual([1, 1]);
});

test("takes a batch of the same file that nobody knows, but no failed one", async () => {
  const file = await makeFile();
  const service = create();
  await service.submit(file);
  expect(await service.submit(file)).toMatchObject({ batch: { id: "batch_1" }, found: true });
  expect(await service.submit(file, new Set(["batch_1"]))).toMatchObject({ batch: { id: "batch_2" } });
  for (const batch of server.batches) batch.status = "failed";
  expect(await service.submit(file)).toMatchObject({ batch: { id: "batch_3" }, found: false });
});

test("fetches a file in pieces, anew after it broke off; absent ones are told", async () => {
  const service = create();
  const { batch } = await service.submit(await makeFile());
  const text = "ü".repeat(40);
  server.finish(server.batches[0]!, "expired", [text]);
  fault = (name, before) => (name.endsWith("/content") && before === 0 ? "truncate" : undefined);
  const { there, texts } = await download(service, "fetchOutput", batch.id);
  expect([there, texts.length, texts.at(-1)]).toEqual([true, 2, `${text}\n`]);
  expect(await download(service, "fetchErrors", batch.id)).toEqual({ there: false, texts: [] });
});

test("reads states and errors, in capitals too, and takes no other answer", async () => {
  const service = create();
  await service.submit(await makeFile());
  const [batch] = server.batches;
  batch!.status = "FAILED";
  batch!.errors = { data: [{ code: "invalid_json_line" }] };
  expect(await service.status("batch_1")).toMatchObject({ state: "failed", errors: ["invalid_json_line"] });
  batch!.status = "dreaming";
  await expect(service.status("batch_1")).rejects.toThrow(
    /is not what the OpenAI Batch API promises: status/,
  );
});
