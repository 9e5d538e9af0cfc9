/** @file One prompt, asked once -> its completion, or a failure: at the latest when the time-out has passed. */
import type { Clock } from "../util/clock.ts";
import type { Attempt, Failure } from "./attempt.ts";
import type { Completion, Prompt } from "./completer.ts";

const TIMED_OUT: Failure = { reason: "timed-out", raw: "", retry: true, usage: "unknown" };
const INTERRUPTED: Failure = { reason: "interrupted", raw: "", retry: false, usage: "unknown" };

/** Given to `abort`, which makes an error with a stack otherwise. */
const OVER = "over";

export async function tryOnce(
  attempt: Attempt,
  prompt: Prompt,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly cancel: AbortSignal },
): Promise<Completion | Failure> {
  const { clock, timeoutMs, cancel } = options;
  if (cancel.aborted) return { ...INTERRUPTED, usage: "none" };
  const request = new AbortController();
  const timer = new AbortController();
  let end: () => void = () => {};
  const ended = new Promise<Failure>((resolve) => {
    end = () => resolve(INTERRUPTED);
    cancel.addEventListener("abort", end);
    void clock.sleep(timeoutMs, timer.signal).then(() => {
      if (!timer.signal.aborted) resolve({ ...TIMED_OUT, raw: `${timeoutMs} ms` });
    });
  });
  try {
    return await Promise.race([attempt(prompt, request.signal), ended]);
  } catch (error) {
    const fatal =
      error instanceof Error ? error : new Error("A try threw what is no error.", { cause: error });
    return { reason: "failed-request", raw: fatal.name, retry: false, usage: "unknown", fatal };
  } finally {
    timer.abort(OVER);
    cancel.removeEventListener("abort", end);
    request.abort(OVER);
  }
}
