/** @file What the AI SDK throws -> a failure with its reason, and whether it is worth another try or ends the run. */
import { z } from "zod";
import type { ApiSpec } from "../../task/completions-spec.ts";
import { EnvironmentError, InputError } from "../../util/errors.ts";
import type { Failure } from "../attempt.ts";
import { parseRetryAfter } from "../limits/backoff.ts";
import { findKeyVariable } from "./providers.ts";

/** `APICallError` of the AI SDK, by its look: versions of the package do not share a class. Status absent: no answer came. */
const callErrorSchema = z.looseObject({
  name: z.literal("AI_APICallError"),
  url: z.string(),
  statusCode: z.int().optional(),
  responseHeaders: z.record(z.string(), z.string()).optional().catch(undefined),
  data: z.unknown().optional(),
});

/** OpenAI and those like it: code, type. Anthropic: type. Google: status. */
const errorBodySchema = z.looseObject({
  error: z.looseObject({
    code: z.union([z.string(), z.number()]).nullish().catch(undefined),
    type: z.string().nullish().catch(undefined),
    status: z.string().nullish().catch(undefined),
  }),
});

const RETRIED = new Set([408, 409, 429]);
const OVERLOADED = new Set([429, 503, 529]);

/** Words of services for an empty account: no try helps. */
export const NO_MONEY = /insufficient_quota|billing|insufficient_balance|credit/i;
/** Words of services for a filter that let nothing through. */
export const FILTERED = /content_filter|content_policy|responsibleai/i;

/** Codes only: a service's sentence may repeat the prompt or a part of the key. */
export function findCode(data: unknown): string | undefined {
  const error = errorBodySchema.safeParse(data).data?.error;
  const named = [error?.code, error?.type, error?.status].find((code) => typeof code === "string");
  return named ?? error?.code?.toString();
}

/** The first code of a system call or of the HTTP client in the chain of causes: ECONNREFUSED, UND_ERR_SOCKET ... */
function findSystemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
  }
  return undefined;
}

function endsRun(spec: ApiSpec, status: number, code: string | undefined, url: string): Error | undefined {
  const said = `The service at ${new URL(url).origin} answered with status ${status}${code ? `, ${code}` : ""}`;
  const variable = findKeyVariable(spec);
  if (status === 401 || status === 403) {
    const key = variable === undefined ? "no key was sent" : `the key in ${variable} is not accepted for it`;
    return new InputError("key-refused", `${said}: ${key}.`, {
      hint:
        variable === undefined
          ? "If it wants a key, say which variable holds it: completions.keyVariable."
          : `Check ${variable}, and that its account may use the model "${spec.model}".`,
      details: { status },
    });
  }
  if (status === 404 || code === "model_not_found") {
    return new InputError("model-unknown", `${said}: it has no model "${spec.model}", or no such address.`, {
      hint: "Check completions.model and completions.baseUrl (most end in /v1).",
      details: { status },
    });
  }
  if (status === 402 || (status === 429 && NO_MONEY.test(code ?? ""))) {
    return new EnvironmentError("account-empty", `${said}: the account has nothing left to spend.`, {
      hint: "What was answered is kept. Once the account is filled, the same command goes on.",
      details: { status },
    });
  }
  return undefined;
}

/** @param now milliseconds since 1970, for dates in `retry-after` */
export function readFailure(error: unknown, spec: ApiSpec, now: number): Failure {
  if (error instanceof Error && error.name === "AI_InvalidResponseDataError") {
    return { reason: "no-text", raw: "no choices", retry: true, usage: "unknown" };
  }
  const parsed = callErrorSchema.safeParse(error);
  if (!parsed.success) throw error;
  const { url, statusCode: status, responseHeaders: headers = {}, data } = parsed.data;
  const system = findSystemCode(error);
  if (status === undefined || (status >= 200 && status < 300)) {
    if (system === "UND_ERR_HEADERS_TIMEOUT" || system === "UND_ERR_BODY_TIMEOUT") {
      return { reason: "timed-out", raw: system, retry: true, usage: "unknown" };
    }
    // A connection that breaks before the status may break before or after the service has worked.
    const never = system === "ECONNREFUSED" || system === "ENOTFOUND" || system === "UND_ERR_CONNECT_TIMEOUT";
    return status === undefined
      ? {
          reason: "failed-request",
          raw: system ?? "no answer",
          retry: true,
          usage: never ? "none" : "unknown",
        }
      : { reason: "broken-answer", raw: system ?? `status ${status}`, retry: true, usage: "unknown" };
  }
  const code = findCode(data);
  const raw = code ? `status ${status}, ${code}` : `status ${status}`;
  if (FILTERED.test(code ?? "")) return { reason: "refused", raw, retry: false, usage: "none" };
  const fatal = endsRun(spec, status, code, url);
  const retryAfterMs = parseRetryAfter(headers, now);
  return {
    reason: "failed-request",
    raw,
    retry: fatal === undefined && (RETRIED.has(status) || status >= 500),
    usage: status === 408 || status === 504 ? "unknown" : "none",
    ...(OVERLOADED.has(status) ? { overload: true } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(fatal === undefined ? {} : { fatal }),
  };
}
