/** @file The contract between prompts and whatever answers them: recordings, services, a model on this machine. */
import type { Rejection } from "../task/rejection.ts";

/** What a language model is asked. */
export interface Prompt {
  /** Unique; the same task, seed and settings give the same ids with the same messages. */
  readonly id: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** What was drawn for it (topic, style, section ...), by name: for reports, not for the model. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Tokens that the service has counted. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What it answered. */
export interface Completion {
  readonly promptId: string;
  readonly text: string;
  /** The service's word for why the answer ended: `stop`, `length` (cut off), `content_filter`, ... */
  readonly finishReason?: string;
  readonly usage?: Usage;
}

/** Why a run ended before all prompts were asked: the user, or a request that could have passed `limits.spend`. */
export type StopReason = "interrupted" | "spending-limit";

/** Where a run stands. */
export interface CompletionProgress {
  /** Prompts that were asked at least once. */
  readonly asked: number;
  /** Prompts with a completion. */
  readonly answered: number;
  /** Prompts that were given up. */
  readonly failed: number;
  /** Tries beyond the first of each prompt. */
  readonly retried: number;
  /** Requests that wait for their answer. */
  readonly inFlight: number;
  /** How many may be in flight now. */
  readonly concurrency: number;
  /** Counted by the service, as the next. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars, from the tokens that were counted. Absent without a price. */
  readonly cost?: number;
  /** US dollars, at most, for tries whose tokens nobody told (time-outs, half answers): not in `cost`, but in the limit. */
  readonly uncertainCost?: number;
  /** In the last report of a run that ended early. */
  readonly stopped?: StopReason;
}

export interface CompleteOptions {
  /** Aborted once: nothing new is asked, what is in flight is finished and given. */
  readonly signal?: AbortSignal;
  /** Aborted: what is in flight is cancelled too, and rejected as `interrupted`. */
  readonly abort?: AbortSignal;
  /** Called at each change, so often; a recording does not call it. */
  readonly onProgress?: (progress: CompletionProgress) => void;
}

/** Answers prompts. Failures are data: a prompt that was asked and has no completion has at least one rejection. */
export interface Completer {
  /** Whether texts stay on this machine: true for recordings and local models. */
  readonly isLocal: boolean;
  /** What answers: part of the hash under which a completion is kept, so that another model is asked anew. */
  readonly model?: string;
  /** At most one completion a prompt, in any order; rejections of answers (`line` absent) come in between. */
  complete(
    prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
    options?: CompleteOptions,
  ): AsyncIterable<Completion | Rejection>;
}
