/** @file Tests of the completer over the AI SDK against a local server that misbehaves in every way. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  type Behaviour,
  type Route,
  type StubOptions,
  type StubServer,
  sendJson,
  startStubServer,
} from "../../../test/stub-openai-server.ts";
import type { ApiSpec } from "../../task/completions-spec.ts";
import { completerContract } from "../../testing/completer-contract.ts";
import { createRandom } from "../../util/random.ts";
import type { Completer, Completion, Prompt } from "../completer.ts";
import { createApiCompleter } from "./api.ts";

let server: StubServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const prompt = (id: string): Prompt => ({
  id,
  messages: [
    { role: "system", content: "You write." },
    { role: "user", content: id },
  ],
});

const spec = (url: string, changes: Partial<ApiSpec> = {}): ApiSpec => ({
  from: "api",
  provider: "openai-compatible",
  model: "stub-1",
  baseUrl: url,
  temperature: 0.5,
  maxOutputTokens: 100,
  limits: { concurrency: 4, attempts: 2, timeoutMs: 300 },
  ...changes,
});

/** No waiting between tries, but for what the service asks for. */
const random = { ...createRandom(1), next: () => 0 };

async function start(options: StubOptions = {}, changes: Partial<ApiSpec> = {}, environment = {}) {
  server = await startStubServer(options);
  return createApiCompleter(spec(server.url, changes), { environment, random });
}

async function collect(completer: Completer, ids: string[]) {
  const results: unknown[] = [];
  for await (const result of completer.complete(ids.map(prompt))) results.push(result);
  return results;
}

test("sends the prompt to the chat API and gives the answer with its tokens", async () => {
  const completer = await start({ behave: () => ({ do: "answer", text: "Two lines.\nHere." }) });
  expect(await collect(completer, ["a"])).toEqual([
    {
      promptId: "a",
      text: "Two lines.\nHere.",
      finishReason: "stop",
      usage: { inputTokens: 10, outputTokens: 20 },
    },
  ]);
  const [request] = server!.requests;
  expect(request!.body).toEqual({
    model: "stub-1",
    messages: prompt("a").messages,
    temperature: 0.5,
    max_tokens: 100,
  });
  expect(request!.headers.authorization).toBeUndefined();
  expect([completer.isLocal, completer.model]).toEqual([false, "stub-1"]);
});

describe("an answer", () => {
  const failed = (reason: string, raw: string) => ({ prompt: "a", reason, raw });
  const usage = { inputTokens: 10, outputTokens: 20 };
  const cases: [what: string, first: Behaviour, expected: unknown, asked: number][] = [
    [
      "status 400",
      { do: "status", status: 400, code: "bad" },
      failed("failed-request", "status 400, bad"),
      1,
    ],
    ["status 422", { do: "status", status: 422 }, failed("failed-request", "status 422, stub"), 1],
    ["status 408", { do: "status", status: 408 }, failed("failed-request", "status 408, stub"), 2],
    ["status 409", { do: "status", status: 409 }, failed("failed-request", "status 409, stub"), 2],
    ["status 429", { do: "status", status: 429 }, failed("failed-request", "status 429, stub"), 2],
    ["status 500", { do: "status", status: 500 }, failed("failed-request", "status 500, stub"), 2],
    ["no answer in time", { do: "hang" }, failed("timed-out", "300 ms"), 2],
    ["a broken connection", { do: "disconnect" }, failed("failed-request", "UND_ERR_SOCKET"), 2],
    ["half a body", { do: "truncate" }, failed("broken-answer", "UND_ERR_SOCKET"), 2],
    ["no JSON", { do: "no JSON" }, failed("broken-answer", "status 200"), 2],
    ["the wrong JSON", { do: "wrong shape" }, failed("broken-answer", "status 200"), 2],
    ["no choices", { do: "no choices" }, failed("no-text", "no choices"), 2],
    ["no text", { do: "answer", text: "" }, failed("no-text", "stop"), 1],
    ["a refusal", { do: "refuse", words: "I can't." }, failed("refused", "I can't."), 1],
    [
      "a filter, nothing let through",
      { do: "answer", text: "", finishReason: "content_filter" },
      failed("refused", "content_filter"),
      1,
    ],
    [
      "a filter on the prompt",
      { do: "status", status: 400, code: "content_filter" },
      failed("refused", "status 400, content_filter"),
      1,
    ],
    [
      "a filter in the midst",
      { do: "answer", text: "One.\nTw", finishReason: "content_filter" },
      { promptId: "a", text: "One.\nTw", finishReason: "content_filter", usage },
      1,
    ],
    [
      "the limit of tokens",
      { do: "answer", text: "One.\nTw", finishReason: "length" },
      { promptId: "a", text: "One.\nTw", finishReason: "length", usage },
      1,
    ],
    [
      "markup gone wrong",
      { do: "answer", text: "<Disease>gout</Diseas" },
      { promptId: "a", text: "<Disease>gout</Diseas", finishReason: "stop", usage },
      1,
    ],
    [
      "no count of tokens",
      { do: "answer", text: "One.", usage: null },
      { promptId: "a", text: "One.", finishReason: "stop" },
      1,
    ],
  ];
  for (const provider of ["openai-compatible", "openai"] as const) {
    test.each(cases)(`of ${provider}: %s`, async (_, behaviour, expected, asked) => {
      const completer = await start({ behave: () => behaviour }, { provider }, { OPENAI_API_KEY: "k" });
      expect(await collect(completer, ["a"])).toEqual([expected]);
      expect(server!.asked.get("a")).toBe(asked);
    });
  }

  test("comes after failures", async () => {
    const behaviours: Behaviour[] = [{ do: "status", status: 500 }, { do: "truncate" }, { do: "answer" }];
    const limits = { concurrency: 1, attempts: 3, timeoutMs: 5000 };
    const completer = await start({ behave: (_, tries) => behaviours[tries]! }, { limits });
    expect(await collect(completer, ["a"])).toMatchObject([{ promptId: "a", text: "Nothing here." }]);
  });

  test("comes after the wait that the service asks for", async () => {
    const headers = { "retry-after": "1" };
    const completer = await start({
      behave: (_, tries) => (tries === 0 ? { do: "status", status: 429, headers } : { do: "answer" }),
    });
    const begin = performance.now();
    expect(await collect(completer, ["a"])).toHaveLength(1);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  });
});

describe("a run ends at once", () => {
  const key = "sk-secret";
  const cases: [Behaviour, code: string, words: RegExp][] = [
    [{ do: "status", status: 401 }, "key-refused", /status 401, stub: the key in MY_KEY is not accepted/],
    [{ do: "status", status: 403 }, "key-refused", /status 403/],
    [{ do: "status", status: 404 }, "model-unknown", /it has no model "stub-1"/],
    [{ do: "status", status: 400, code: "model_not_found" }, "model-unknown", /model_not_found/],
    [{ do: "status", status: 402 }, "account-empty", /nothing left to spend/],
    [{ do: "status", status: 429, code: "insufficient_quota" }, "account-empty", /insufficient_quota/],
  ];
  test.each(cases)("%o", async (behaviour, code, words) => {
    const completer = await start({ behave: () => behaviour }, { keyVariable: "MY_KEY" }, { MY_KEY: key });
    const ids = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const error = await collect(completer, ids).catch((cause) => cause);
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(words);
    expect(`${error.message} ${error.hint} ${JSON.stringify(error.details)} ${error.cause}`).not.toContain(
      key,
    );
    expect(server!.asked.size).toBeLessThanOrEqual(5);
    expect(server!.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
  });
});

describe("it is not made", () => {
  test.each([
    ["openai", "OPENAI_API_KEY"],
    ["anthropic", "ANTHROPIC_API_KEY"],
    ["google", "GOOGLE_GENERATIVE_AI_API_KEY"],
    ["azure", "AZURE_API_KEY"],
  ] as const)("without the key of %s", async (provider, variable) => {
    const made = createApiCompleter(spec("http://x.test/v1", { provider }), {
      environment: { [variable]: " " },
    });
    await expect(made).rejects.toMatchObject({
      code: "key-missing",
      message: `The provider ${provider} needs a key in the environment variable ${variable}, which is not set.`,
    });
  });

  test("without somebody to ask", async () => {
    const { baseUrl: _, ...rest } = spec("");
    await expect(createApiCompleter(rest, { environment: {} })).rejects.toThrow(/needs completions.baseUrl/);
    const azure = createApiCompleter({ ...rest, provider: "azure" }, { environment: { AZURE_API_KEY: "k" } });
    await expect(azure).rejects.toThrow(/AZURE_RESOURCE_NAME/);
  });
});

/** What each of the other services is asked and answers, in its own shape. */
const others: Record<string, { provider: ApiSpec["provider"]; path: string; body: unknown; header: string }> =
  {
    anthropic: {
      provider: "anthropic",
      path: "/v1/messages",
      header: "x-api-key",
      body: {
        id: "m",
        type: "message",
        role: "assistant",
        model: "stub-1",
        content: [{ type: "text", text: "Hello." }],
        stop_reason: "max_tokens",
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    },
    google: {
      provider: "google",
      path: "/v1/models/stub-1:generateContent",
      header: "x-goog-api-key",
      body: {
        candidates: [{ content: { role: "model", parts: [{ text: "Hello." }] }, finishReason: "MAX_TOKENS" }],
        usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 },
      },
    },
    azure: {
      provider: "azure",
      path: "/v1/chat/completions",
      header: "api-key",
      body: {
        choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "length" }],
        usage: { prompt_tokens: 3, completion_tokens: 4 },
      },
    },
  };

test.each(Object.keys(others))("%s is asked in its own way", async (name) => {
  const { provider, path, body, header } = others[name]!;
  let seen: string | string[] | undefined;
  const route: Route = ({ headers }, response) => {
    seen = headers[header];
    sendJson(response, 200, body);
  };
  const completer = await start(
    { routes: { [`POST ${path}`]: route } },
    { provider, keyVariable: "K" },
    { K: "k" },
  );
  expect(await collect(completer, ["a"])).toEqual([
    { promptId: "a", text: "Hello.", finishReason: "length", usage: { inputTokens: 3, outputTokens: 4 } },
  ]);
  expect(seen).toBe("k");
});

test("follows no redirect, asks nobody else and prints nothing", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  const printed = [vi.spyOn(console, "warn"), vi.spyOn(console, "info"), vi.spyOn(console, "log")];
  const elsewhere = await startStubServer();
  const route: Route = (_, response) => {
    response.writeHead(307, { location: `${elsewhere.url}/chat/completions` });
    response.end();
  };
  const completer = await start({ routes: { "POST /v1/chat/completions": route } });
  expect(await collect(completer, ["a"])).toMatchObject([{ prompt: "a", reason: "failed-request" }]);
  expect(elsewhere.asked.size).toBe(0);
  await elsewhere.close();
  // A reasoning model takes no temperature, of which the AI SDK would warn.
  const reasoning = await start({}, { provider: "openai", model: "o3" }, { OPENAI_API_KEY: "k" });
  expect(await collect(reasoning, ["a"])).toHaveLength(1);
  const hosts = asked.mock.calls.map(([input]) => new URL(String(input)).hostname);
  expect(new Set(hosts)).toEqual(new Set(["127.0.0.1"]));
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test("ends where nobody listens", async () => {
  const limits = { concurrency: 16, attempts: 1, timeoutMs: 1000 };
  const completer = await start({}, { limits });
  await server!.close();
  const ids = Array.from({ length: 200 }, (_, index) => `p${index}`);
  await expect(collect(completer, ids)).rejects.toMatchObject({
    code: "service-failing",
    message: expect.stringContaining("ECONNREFUSED"),
  });
});

describe("the contract", () => {
  const prompts = Array.from({ length: 20 }, (_, index) => prompt(`p${index}`));
  const behave = (id: string, tries: number): Behaviour => {
    if (id === "p3") return { do: "status", status: 400 };
    if (id === "p7" && tries === 0) return { do: "status", status: 500 };
    return { do: "answer", text: `Answer to ${id}.`, latencyMs: 2 };
  };
  for (const { name, check } of completerContract(prompts, 4)) {
    test(name, async () => check(await start({ behave })));
  }
});

test("joins no answer to another prompt", async () => {
  const completer = await start({
    behave: (id) => ({ do: "answer", text: `to ${id}`, latencyMs: (id.length * 7) % 5 }),
  });
  const ids = Array.from({ length: 60 }, (_, index) => "x".repeat(1 + (index % 9)) + index);
  const results = (await collect(completer, ids)) as Completion[];
  expect(results.map(({ promptId, text }) => [promptId, text]).sort()).toEqual(
    ids.map((id) => [id, `to ${id}`]).sort(),
  );
  expect(server!.mostInFlight).toBe(4);
});
