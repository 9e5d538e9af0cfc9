/** @file The contract between whoever asks a service once and whoever asks again: a completion, or a failure with its facts. */
import type { RejectionReason } from "../task/rejection.ts";
import type { Completion, Prompt, Usage } from "./completer.ts";

/** A try that gave no completion. */
export interface Failure {
  readonly reason: RejectionReason;
  /** The service's code, or what the model wrote. */
  readonly raw: string;
  /** Whether another try may do better. */
  readonly retry: boolean;
  /** What the service counted; `none`: it did no work; `unknown`: it may have, and may ask for it. */
  readonly usage: Usage | "none" | "unknown";
  /** A 429 or a 503. */
  readonly overload?: boolean;
  /** As the service asks, from now on. */
  readonly retryAfterMs?: number;
  /** No prompt can be answered (the key, the model, the account): the run ends with this error. */
  readonly fatal?: Error;
}

/** Asks once. Fails by returning, throws for bugs only, and ends soon after the signal is aborted. */
export type Attempt = (prompt: Prompt, signal: AbortSignal) => Promise<Completion | Failure>;
