/** @file A service of the AI SDK, or a server that speaks as one -> a completer. */
import type { generateText, ModelMessage } from "ai";
import type { ApiSpec } from "../../task/completions-spec.ts";
import { type Clock, systemClock } from "../../util/clock.ts";
import { InputError } from "../../util/errors.ts";
import { createRandom, type Random } from "../../util/random.ts";
import { askPrompts } from "../ask-prompts.ts";
import type { Attempt, Failure } from "../attempt.ts";
import type { Completer, Completion, Prompt, Usage } from "../completer.ts";
import { createModel, type Environment } from "./providers.ts";
import { readFailure } from "./read-failure.ts";

export interface ApiCompleterOptions {
  /** Where keys are looked for. Default: `process.env`. */
  readonly environment?: Environment;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Of the jitter between tries. Default: seeded by the time. */
  readonly random?: Random;
  /** US dollars that count towards `limits.spend` already. Default: 0. */
  readonly spent?: number;
}

type Answer = Awaited<ReturnType<typeof generateText>>;

const ROLES = ["system", "user", "assistant"] as const;

/** The AI SDK warns of system messages among the others, so the leading ones go apart. */
function toMessages({ id, messages }: Prompt): { system?: string; messages: ModelMessage[] } {
  const typed = messages.map(({ role: name, content }) => {
    const role = ROLES.find((known) => known === name);
    if (role !== undefined) return { role, content };
    throw new InputError("prompt-role", `Prompt ${id} has a message with the role "${name}".`, {
      hint: `Roles: ${ROLES.join(", ")}.`,
    });
  });
  const leading = typed.findIndex(({ role }) => role !== "system");
  if (leading <= 0) return { messages: typed };
  const system = typed.slice(0, leading).map(({ content }) => content);
  return { system: system.join("\n\n"), messages: typed.slice(leading) };
}

/** Undefined where the service counts nothing, or only a part. */
function toUsage({ usage: { inputTokens, outputTokens } }: Answer): Usage | undefined {
  return inputTokens === undefined || outputTokens === undefined ? undefined : { inputTokens, outputTokens };
}

/** The AI SDK gives what a model says when it declines as the text of an answer whose end is `content-filter`. */
function readAnswer(promptId: string, answer: Answer): Completion | Failure {
  const { text, finishReason, rawFinishReason } = answer;
  const usage = toUsage(answer);
  const reject = (reason: Failure["reason"], raw: string): Failure => {
    return { reason, raw, retry: false, usage: usage ?? "unknown" };
  };
  const filtered = finishReason === "content-filter";
  if (filtered && (text.trim() === "" || rawFinishReason === "stop" || rawFinishReason === "refusal")) {
    return reject("refused", text || (rawFinishReason ?? finishReason));
  }
  if (text.trim() === "") return reject("no-text", rawFinishReason ?? finishReason);
  return {
    promptId,
    text,
    finishReason: finishReason.replace("-", "_"),
    ...(usage === undefined ? {} : { usage }),
  };
}

/**
 * One model object and one pool of connections for all requests. A redirect is an error, so that nothing but the address
 * of the service is ever asked. Not `isLocal`, whatever the address: a server on this machine may pass texts on.
 * @throws InputError where the key, or whom to ask, is missing; `complete` throws as {@link askPrompts} does
 * @example createApiCompleter({ from: "api", provider: "openai", model: "gpt-4o-mini", ... })
 */
export async function createApiCompleter(
  spec: ApiSpec,
  options: ApiCompleterOptions = {},
): Promise<Completer> {
  const { limits, price, maxOutputTokens, temperature } = spec;
  if (limits.spend !== undefined && price === undefined) {
    throw new InputError("price-missing", "completions.limits.spend needs completions.price.");
  }
  const { environment = process.env, clock = systemClock } = options;
  const random = options.random ?? createRandom(Date.now() >>> 0, "jitter");
  const model = await createModel(spec, environment, (input, init) =>
    fetch(input, { ...init, redirect: "error" }),
  );
  const { generateText } = await import("ai");
  // The documented switch: the AI SDK would print what a model does not support.
  globalThis.AI_SDK_LOG_WARNINGS = false;

  const attempt: Attempt = async (prompt, abortSignal) => {
    const asked = toMessages(prompt);
    try {
      const answer = await generateText({
        model,
        ...asked,
        temperature,
        maxOutputTokens,
        maxRetries: 0,
        abortSignal,
        experimental_include: { requestBody: false, responseBody: false },
      });
      return readAnswer(prompt.id, answer);
    } catch (error) {
      // Whoever aborted knows why, and has stopped listening.
      if (abortSignal.aborted) return { reason: "interrupted", raw: "", retry: false, usage: "unknown" };
      return readFailure(error, spec, clock.now());
    }
  };
  /** US dollars: `limits.spend` holds for all calls of `complete` together, and what was spent before. */
  let spent = options.spent ?? 0;
  return {
    isLocal: false,
    model: spec.model,
    async *complete(prompts, completeOptions) {
      const before = spent;
      const left = limits.spend === undefined ? {} : { spend: Math.max(0, limits.spend - before) };
      yield* askPrompts(
        prompts,
        attempt,
        { limits: { ...limits, ...left }, maxOutputTokens, clock, random, ...(price ? { price } : {}) },
        {
          ...completeOptions,
          onProgress(progress) {
            spent = before + (progress.cost ?? 0) + (progress.uncertainCost ?? 0);
            completeOptions?.onProgress?.(progress);
          },
        },
      );
    },
  };
}
