/** @file Prompts and the sets they belong to -> how many tokens they and their answers will have, roughly. */
import type { AnswerFormat, PromptSetSpec } from "../task/prompt-spec.ts";
import type { TaskKind } from "../task/spec.ts";
import type { Prompt } from "./completer.ts";
import { itemsOf, wordsOf } from "./prompt-lines.ts";

/** An estimate with its bounds. */
export interface Range {
  readonly least: number;
  readonly expected: number;
  readonly most: number;
}

export const addRanges = (a: Range, b: Range): Range => ({
  least: a.least + b.least,
  expected: a.expected + b.expected,
  most: a.most + b.most,
});

/**
 * Bytes of UTF-8 a token. Measured with the tokenizer of SmolLM2 (byte-level BPE, 49,152 pieces) on the 432 prompts of
 * the recordings: 4.09 to 4.62 characters, 4.24 to 4.53 in the mean of a task; so `expected` is within 7 % there, and
 * `most` (4 a token, the usual rule) counts 2 to 15 % too much. Bytes and not characters, because letters outside of ASCII
 * take more tokens; for languages other than English nothing was measured.
 */
const BYTES_PER_TOKEN: Range = { least: 4.7, expected: 4.3, most: 4 };
/** Role and separators of a message in the chat templates of the common services. */
const TOKENS_PER_MESSAGE = 4;

export function estimatePromptTokens({ messages }: Prompt): Range {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  const estimate = (perToken: number) => Math.ceil(bytes / perToken) + messages.length * TOKENS_PER_MESSAGE;
  return {
    least: estimate(BYTES_PER_TOKEN.least),
    expected: estimate(BYTES_PER_TOKEN.expected),
    most: estimate(BYTES_PER_TOKEN.most),
  };
}

/**
 * Where in the range of words that was asked for the mean of an answer lies. In the recordings: 0.22 to 0.38 of the way
 * from the least to the most (16 to 25 words of a sentence), so the expected lengths of answers are within 12 % there.
 */
const WAY: Range = { least: 0.15, expected: 0.33, most: 0.6 };
/** Of a biomedical word with its space; 1.50 to 1.66 in the recordings' answers (3.5 to 3.8 characters a token). */
const TOKENS_PER_WORD = 1.6;
/** Mentions of a sentence: 0.98 to 2.02 in the recordings; relations have two. */
const MENTIONS: { readonly [K in TaskKind]: number } = { ner: 1.5, relation: 2 };
/** The two tags of a mention: 7.0 to 8.0. An object with text and label: its text once more, and some 10 of JSON. */
const TOKENS_PER_MENTION: { readonly [F in AnswerFormat]: number } = { markup: 7.5, json: 14 };
/** Line break, class and tab; or keys and brackets of an object. */
const TOKENS_PER_SENTENCE: { readonly [F in AnswerFormat]: number } = { markup: 2, json: 14 };

/** Sentences that one answer should hold: documents have titles besides. */
export function estimateExamples(set: PromptSetSpec): Range {
  const items = itemsOf(set);
  if (set.form === "sentences") return { least: items, expected: items, most: items };
  const [low, high] = set.sentences;
  return {
    least: items * (low + 1),
    expected: items * ((low + high) / 2 + 1),
    most: items * (high + 1),
  };
}

/** Tokens of one answer. */
export function estimateAnswerTokens(set: PromptSetSpec, kind: TaskKind, format: AnswerFormat): Range {
  const [low, high] = wordsOf(set, kind);
  const examples = estimateExamples(set);
  const estimate = (bound: keyof Range) => {
    const words = low + WAY[bound] * (high - low);
    const sentence =
      words * TOKENS_PER_WORD + MENTIONS[kind] * TOKENS_PER_MENTION[format] + TOKENS_PER_SENTENCE[format];
    return Math.ceil(examples[bound] * sentence);
  };
  return { least: estimate("least"), expected: estimate("expected"), most: estimate("most") };
}

/** Of 25 topics, one a line: 3 to 12 words each. */
export const TOPIC_ANSWER_TOKENS: Range = { least: 150, expected: 300, most: 500 };
