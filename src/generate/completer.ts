/** @file The contract between prompts and whatever answers them: a recording now, services later. */
import type { Rejection } from "../task/rejection.ts";

/** What a language model is asked. */
export interface Prompt {
  readonly id: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** What it answered. */
export interface Completion {
  readonly promptId: string;
  readonly text: string;
  /** The service's word for why the answer ended: `stop`, `length` (cut off), `content_filter`, ... */
  readonly finishReason?: string;
}

/** Answers prompts. Failures are data: a prompt that has no completion has at least one rejection. */
export interface Completer {
  /** At most one completion a prompt, in any order; rejections of answers (`line` absent) come in between. */
  complete(prompts: readonly Prompt[]): AsyncIterable<Completion | Rejection>;
}
