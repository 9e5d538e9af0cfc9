/** @file A script of good and bad answers -> a local server that speaks as OpenAI does, and counts what it was asked. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What it does with one request. */
export type Behaviour =
  | {
      readonly do: "answer";
      readonly text?: string;
      readonly finishReason?: string;
      readonly latencyMs?: number;
      /** null: counts no tokens. */
      readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number } | null;
    }
  | {
      readonly do: "status";
      readonly status: number;
      readonly code?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly do: "hang" | "truncate" | "disconnect" | "no choices" | "wrong shape" | "no JSON" }
  /** `content` null and a `refusal`. */
  | { readonly do: "refuse"; readonly words: string }
  /** Any body with status 200. */
  | { readonly do: "body"; readonly body: unknown };

/** A request as a route gets it. */
interface StubRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Route = (request: StubRequest, response: ServerResponse) => void | Promise<void>;

export interface StubOptions {
  /** @param prompt the last message @param tries how often it was asked before. Default: an answer of two lines */
  readonly behave?: (prompt: string, tries: number) => Behaviour;
  /** More routes: `POST /v1/files` ... They come before the built-in one, `POST /v1/chat/completions`. */
  readonly routes?: Readonly<Record<string, Route>>;
}

export interface StubServer {
  /** With /v1. */
  readonly url: string;
  /** Requests by prompt. */
  readonly asked: ReadonlyMap<string, number>;
  /** Good answers that were sent to the end, by prompt: what a service would ask money for. */
  readonly paid: ReadonlyMap<string, number>;
  /** Bodies and headers of requests, in their order. */
  readonly requests: readonly { readonly headers: IncomingHttpHeaders; readonly body: ChatRequest }[];
  /** Most requests at one time. */
  readonly mostInFlight: number;
  close(): Promise<void>;
}

interface ChatRequest {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly [key: string]: unknown;
}

const ANSWER: Behaviour = { do: "answer", text: "A case of <Disease>gout</Disease>.\nNothing here." };

/** @param keep whether requests are kept for tests to look at; default: true */
export async function startStubServer(options: StubOptions = {}, keep = true): Promise<StubServer> {
  const asked = new Map<string, number>();
  const paid = new Map<string, number>();
  const requests: { headers: IncomingHttpHeaders; body: ChatRequest }[] = [];
  const state = { inFlight: 0, most: 0 };

  const chat: Route = async ({ body, headers }, response) => {
    const request = JSON.parse(body) as ChatRequest;
    const prompt = request.messages.at(-1)!.content;
    const tries = asked.get(prompt) ?? 0;
    asked.set(prompt, tries + 1);
    if (keep) requests.push({ headers, body: request });
    state.most = Math.max(state.most, ++state.inFlight);
    response.on("close", () => state.inFlight--);
    const behaviour = options.behave?.(prompt, tries) ?? ANSWER;
    response.on("finish", () => {
      if (behaviour.do === "answer") paid.set(prompt, (paid.get(prompt) ?? 0) + 1);
    });
    await behave(behaviour, request, response);
  };
  const routes = new Map<string, Route>([
    ["POST /v1/chat/completions", chat],
    ...Object.entries(options.routes ?? {}),
  ]);

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const path = request.url!.replace(/\?.*/, "");
      const { method = "", headers } = request;
      const route = routes.get(`${method} ${path}`);
      const body = Buffer.concat(chunks).toString("utf8");
      if (route) await route({ method, path, headers, body }, response);
      else sendJson(response, 404, { error: { message: "No such route.", code: "unknown_url" } });
    } catch {
      // The client has gone.
      response.destroy();
    }
  });
  // Longer than any pause of a test, so that no connection closes under a request.
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    paid,
    requests,
    get mostInFlight() {
      return state.most;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/** The body of a good answer. */
function renderChatAnswer(
  model: string,
  message: unknown,
  finishReason = "stop",
  usage: unknown = { prompt_tokens: 10, completion_tokens: 20, total_tokens: 30 },
) {
  return {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model,
    choices: [{ index: 0, message, finish_reason: finishReason }],
    ...(usage === null ? {} : { usage }),
  };
}

async function behave(behaviour: Behaviour, { model }: ChatRequest, response: ServerResponse): Promise<void> {
  switch (behaviour.do) {
    case "answer": {
      const { text = "Nothing here.", finishReason, usage, latencyMs = 0 } = behaviour;
      if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
      const message = { role: "assistant", content: text };
      return sendJson(response, 200, renderChatAnswer(model, message, finishReason, usage));
    }
    case "status": {
      const { status, code, headers } = behaviour;
      return sendJson(response, status, { error: { message: "As scripted.", type: "stub", code } }, headers);
    }
    case "hang":
      return;
    case "disconnect":
      response.destroy();
      return;
    case "truncate":
      response.writeHead(200, { "content-type": "application/json" });
      response.write('{"id":"chatcmpl-1","choices":[{"message":{"role":"assis');
      setTimeout(() => response.destroy(), 5);
      return;
    case "no choices":
      return sendJson(response, 200, { ...renderChatAnswer(model, null), choices: [] });
    case "wrong shape":
      return sendJson(response, 200, { choices: "none", hello: 1 });
    case "no JSON":
      response.writeHead(200, { "content-type": "text/html" });
      response.end("<html>Bad gateway</html>");
      return;
    case "refuse":
      return sendJson(
        response,
        200,
        renderChatAnswer(model, { role: "assistant", content: null, refusal: behaviour.words }),
      );
    case "body":
      return sendJson(response, 200, behaviour.body);
  }
}
