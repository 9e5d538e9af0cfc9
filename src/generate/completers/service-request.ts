/** @file A request to a service's own interface -> its answer, after bounded tries; an error says who can mend what. */
import type { ApiSpec } from "../../task/completions-spec.ts";
import type { Clock } from "../../util/clock.ts";
import { EnvironmentError, InputError } from "../../util/errors.ts";
import type { Random } from "../../util/random.ts";
import { backoffMs, LONGEST_RETRY_AFTER_MS, parseRetryAfter } from "../limits/backoff.ts";
import { findKeyVariable } from "./providers.ts";
import { findCode, NO_MONEY } from "./read-failure.ts";

export interface ServiceConnection {
  readonly spec: ApiSpec;
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ServiceRequest {
  readonly method: "GET" | "POST";
  /** Below the base URL, with its query. */
  readonly path: string;
  /** Made anew for each try. */
  readonly body?: () => Promise<FormData | string>;
  /** Of one try, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  /** Default: as `completions.limits.attempts`. */
  readonly attempts?: number;
}

/** What was asked may or may not have been done: the connection broke, the time ran out, or the service fell over. */
export class UncertainError extends EnvironmentError {}

const RETRIED = new Set([408, 409, 429]);

function refuse(spec: ApiSpec, url: URL, status: number, code: string | undefined): Error {
  const said = `The service at ${url.origin} answered ${url.pathname} with status ${status}${code ? `, ${code}` : ""}`;
  const variable = findKeyVariable(spec);
  const details = { status };
  if (status === 401 || status === 403) {
    const key = variable === undefined ? "no key was sent" : `the key in ${variable} is not accepted for it`;
    return new InputError("key-refused", `${said}: ${key}.`, {
      hint: "Check completions.keyVariable, and that the account may use files and batches.",
      details,
    });
  }
  if (status === 404 || status === 405) {
    return new InputError("batch-absent", `${said}: it has no such batch or file, or no batches at all.`, {
      hint: "Check completions.baseUrl (most end in /v1). Without batches: textphantom generate.",
      details,
    });
  }
  if (status === 402 || NO_MONEY.test(code ?? "")) {
    return new EnvironmentError("account-empty", `${said}: the account has nothing left to spend.`, {
      hint: "Once the account is filled, the same command goes on.",
      details,
    });
  }
  if (status === 429) {
    return new EnvironmentError("service-busy", `${said}: it wants no more for now.`, {
      hint: "The same command goes on later. Batches under way may have to end first.",
      details,
    });
  }
  return new InputError("batch-refused", `${said}.`, { details });
}

/**
 * Tries again what a 408, 409, 429, a 5xx, a broken connection or a time-out ended. A redirect is an error: the key and
 * the texts go to the address that was named, and nowhere else.
 * @param read what is wanted of the answer; it is read within the time-out, and what breaks there is tried again
 * @throws UncertainError when the last try ended without an answer, or with a 5xx; InputError and EnvironmentError else
 */
export async function requestService<T>(
  connection: ServiceConnection,
  request: ServiceRequest,
  read: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const { spec, baseUrl, headers, clock, random } = connection;
  const { method, path, body, timeoutMs, attempts = spec.limits.attempts } = request;
  const url = new URL(`${baseUrl}${path}`);
  for (let tries = 1; ; tries++) {
    const abort = new AbortController();
    let timer = setTimeout(() => abort.abort(), timeoutMs);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), timeoutMs);
    };
    let retryAfterMs: number | undefined;
    let failure: Error;
    try {
      const sent = await body?.();
      const response = await fetch(url, {
        method,
        headers: { ...headers, ...(typeof sent === "string" ? { "content-type": "application/json" } : {}) },
        redirect: "error",
        signal: abort.signal,
        ...(sent === undefined ? {} : { body: sent }),
      });
      if (response.ok) return await read(response, alive);
      const { status } = response;
      const code = findCode(await response.json().catch(() => undefined));
      retryAfterMs = parseRetryAfter(Object.fromEntries(response.headers), clock.now());
      failure =
        status >= 500
          ? new UncertainError(
              "service-failing",
              `The service at ${url.origin} answered with status ${status}.`,
            )
          : refuse(spec, url, status, code);
      const hopeless = NO_MONEY.test(code ?? "") || !(RETRIED.has(status) || status >= 500);
      if (hopeless || (retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) throw failure;
    } catch (cause) {
      if (cause instanceof InputError || cause instanceof EnvironmentError) throw cause;
      const said = abort.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : findReason(cause);
      // The error of `fetch` holds no key and no text, but the next one might.
      failure = new UncertainError(
        "service-unreachable",
        `Cannot ask ${url.origin}${url.pathname}: ${said}.`,
        {
          hint: "When the service answers again, the same command goes on.",
        },
      );
    } finally {
      clearTimeout(timer);
    }
    if (tries >= attempts) throw failure;
    await clock.sleep(backoffMs(tries, random, retryAfterMs));
  }
}

/** A system's code (ECONNREFUSED ...) or the reason that `fetch` names ("unexpected redirect"). */
function findReason(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth++) {
    const { code, message } = at as NodeJS.ErrnoException;
    if (typeof code === "string") return code;
    if (/redirect/i.test(message)) return "it redirects to another address, which is not followed";
  }
  return error instanceof SyntaxError ? "the answer is not JSON" : "the connection broke";
}
