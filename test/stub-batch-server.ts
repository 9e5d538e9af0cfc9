/** @file Request files -> a local server with OpenAI's /files and /batches, which counts what it was asked to do. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A batch as the server keeps and shows it. */
interface StubBatch {
  readonly id: string;
  status: string;
  readonly input_file_id: string;
  output_file_id: string | null;
  error_file_id: string | null;
  readonly endpoint: string;
  readonly completion_window: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  request_counts: { total: number; completed: number; failed: number };
  errors: { data: { code: string }[] } | null;
}

/** What goes wrong with one request. `hang after`: it is done, and no answer is sent. */
export type StubFault =
  | { readonly status: number; readonly code?: string }
  | "hang after"
  | "redirect"
  | "truncate";

export interface StubBatchServer {
  readonly url: string;
  /** `POST /files`, `GET /batches/batch_1` ..., in their order. */
  readonly asked: readonly string[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** Oldest first. */
  readonly batches: readonly StubBatch[];
  /** Contents, by id. */
  readonly files: ReadonlyMap<string, string>;
  /** File names and purposes of the uploads. */
  readonly uploads: readonly { readonly name: string; readonly purpose: string }[];
  /** Ids of the requests of a batch. */
  ids(batch: StubBatch): string[];
  /** Ends a batch. Lines are those of the two files; none: no such file. */
  finish(batch: StubBatch, status: string, output?: readonly string[], errors?: readonly string[]): void;
  close(): Promise<void>;
}

/** @param fault asked before each request is served, with its name and how often it came before */
export async function startStubBatchServer(
  fault: (name: string, before: number) => StubFault | undefined = () => undefined,
  pageSize = 2,
): Promise<StubBatchServer> {
  const asked: string[] = [];
  const headers: IncomingHttpHeaders[] = [];
  const batches: StubBatch[] = [];
  const files = new Map<string, string>();
  const uploads: { name: string; purpose: string }[] = [];
  const lines = (id: string) => files.get(id)!.trimEnd().split("\n");
  const ids = (batch: StubBatch) =>
    lines(batch.input_file_id).map((line) => JSON.parse(line).custom_id as string);
  const addFile = (text: string) => {
    const id = `file-${files.size + 1}`;
    files.set(id, text);
    return id;
  };

  async function upload(body: Buffer, type: string): Promise<unknown> {
    const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
    const file = form.get("file") as File;
    uploads.push({ name: file.name, purpose: `${form.get("purpose")}` });
    return { id: addFile(await file.text()), object: "file" };
  }
  function create(body: string): unknown {
    const { input_file_id, endpoint, completion_window, metadata } = JSON.parse(body);
    const batch: StubBatch = {
      id: `batch_${batches.length + 1}`,
      status: "validating",
      input_file_id,
      output_file_id: null,
      error_file_id: null,
      endpoint,
      completion_window,
      metadata,
      request_counts: { total: 0, completed: 0, failed: 0 },
      errors: null,
    };
    batches.push(batch);
    return batch;
  }
  function list(after: string | null): unknown {
    const newest = [...batches].reverse();
    const start = after === null ? 0 : newest.findIndex(({ id }) => id === after) + 1;
    const data = newest.slice(start, start + pageSize);
    return { object: "list", data, has_more: start + pageSize < newest.length };
  }

  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const url = new URL(request.url!, "http://stub");
      const name = `${request.method} ${url.pathname.replace("/v1", "")}`;
      const wrong = fault(name, asked.filter((one) => one === name).length);
      asked.push(name);
      headers.push(request.headers);
      const send = (status: number, value: unknown) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(typeof value === "string" ? value : JSON.stringify(value));
      };
      if (typeof wrong === "object") {
        return send(wrong.status, { error: { message: "As scripted.", code: wrong.code ?? null } });
      }
      if (wrong === "redirect") {
        response.writeHead(307, { location: "http://127.0.0.1:1/elsewhere" });
        return response.end();
      }
      const [, kind, id, part] = url.pathname.replace("/v1", "").split("/");
      let result: unknown;
      if (name === "POST /files") result = await upload(body, request.headers["content-type"]!);
      else if (name === "POST /batches") result = create(body.toString("utf8"));
      else if (name === "GET /batches") result = list(url.searchParams.get("after"));
      else if (kind === "batches") result = batches.find((batch) => batch.id === id);
      else if (kind === "files" && part === "content") result = files.get(id!);
      if (wrong === "hang after") return;
      if (wrong === "truncate") {
        response.writeHead(200, { "content-length": `${Buffer.byteLength(result as string)}` });
        response.write((result as string).slice(0, 20));
        setTimeout(() => response.destroy(), 5);
        return;
      }
      if (result === undefined) return send(404, { error: { message: "None.", code: "not_found" } });
      send(200, result);
    } catch {
      response.destroy();
    }
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    headers,
    batches,
    files,
    uploads,
    ids,
    finish(batch, status, output, errors) {
      batch.status = status;
      if (output) batch.output_file_id = addFile(output.map((line) => `${line}\n`).join(""));
      if (errors) batch.error_file_id = addFile(errors.map((line) => `${line}\n`).join(""));
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A line of an output file. */
export function renderBatchAnswer(
  id: string,
  content: string,
  usage = { prompt_tokens: 10, completion_tokens: 20 },
) {
  const body = {
    choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
    usage,
  };
  return JSON.stringify({ id: `r-${id}`, custom_id: id, response: { status_code: 200, body }, error: null });
}

/** A line of an errors file: the request was never run. */
export function renderBatchError(id: string, code: string) {
  return JSON.stringify({
    id: `r-${id}`,
    custom_id: id,
    response: null,
    error: { code, message: "As scripted." },
  });
}
