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

export interface CompleteOptions {
  /** Aborted once: nothing new is asked, what is in flight is finished and given. */
  readonly signal?: AbortSignal;
}

/** Answers prompts. Failures are data: a prompt that was asked and has no completion has at least one rejection. */
export interface Completer {
  /** Whether texts stay on this machine: true for recordings and local models. */
  readonly isLocal: boolean;
  /** At most one completion a prompt, in any order; rejections of answers (`line` absent) come in between. */
  complete(
    prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
    options?: CompleteOptions,
  ): AsyncIterable<Completion | Rejection>;
}
