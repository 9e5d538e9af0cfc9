/** @file A prompt -> how many tokens it is, about and at most, without the model's tokenizer. */
import type { Prompt, Usage } from "../completer.ts";

/** Of the chat template, for each message and for the beginning of the answer. */
const TEMPLATE_TOKENS = 16;
/** Of English text in the vocabularies of large models, bytes. */
const BYTES_A_TOKEN = 4;

/**
 * `likely`: four bytes a token. `most`: a byte-level tokenizer never makes more tokens than there are UTF-8 bytes, so that
 * a limit which counts with `most` holds.
 */
export function estimateInputTokens({ messages }: Prompt): { likely: number; most: number } {
  let bytes = 0;
  for (const { content } of messages) bytes += Buffer.byteLength(content, "utf8");
  const template = (messages.length + 1) * TEMPLATE_TOKENS;
  return { likely: Math.ceil(bytes / BYTES_A_TOKEN), most: bytes + template };
}

/** Mean tokens of the answers so far; before the first one: the most that an answer may have. */
export function createOutputEstimate(most: number): { readonly mean: number; add(usage: Usage): void } {
  let answers = 0;
  let tokens = 0;
  return {
    get mean() {
      return answers === 0 ? most : Math.ceil(tokens / answers);
    },
    add(usage) {
      answers++;
      tokens += usage.outputTokens;
    },
  };
}
