/** @file A task and its prompts -> what asking them will take: tokens, money, time. No call is made. */
import type { CompletionsSpec } from "../task/completions-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import type { Prompt } from "./completer.ts";
import { requirePrompts } from "./prompt-lines.ts";
import {
  addRanges,
  estimateAnswerTokens,
  estimateExamples,
  estimatePromptTokens,
  type Range,
  TOPIC_ANSWER_TOKENS,
} from "./token-estimate.ts";

/** Estimates for all prompts together. */
export interface PromptPlan {
  readonly prompts: number;
  /** By set, in the order of the task; `topics` for the first stage. */
  readonly promptsBySet: Readonly<Record<string, number>>;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  /** US dollars, one try a prompt: an answer that is lost and asked for again is paid for again. Absent without a price. */
  readonly cost?: Range;
  /** The least time that the caps of requests and tokens a minute allow, for the expected tokens. Absent without caps. */
  readonly minutes?: number;
  /** Sentences asked for: examples, if none is rejected. */
  readonly examples: Range;
  /** In full, so that it can be read before anything is sent. Absent if there is no prompt. */
  readonly firstPrompt?: Prompt;
}

const ZERO: Range = { least: 0, expected: 0, most: 0 };

function priceOf(completions: CompletionsSpec, input: Range, output: Range): Range | undefined {
  const price = completions.from === "api" ? completions.price : undefined;
  if (price === undefined) return undefined;
  const cost = (bound: keyof Range) => (input[bound] * price.input + output[bound] * price.output) / 1e6;
  return { least: cost("least"), expected: cost("expected"), most: cost("most") };
}

function minutesOf(completions: CompletionsSpec, prompts: number, tokens: number): number | undefined {
  if (completions.from !== "api") return undefined;
  const { requestsPerMinute, tokensPerMinute } = completions.limits;
  if (requestsPerMinute === undefined && tokensPerMinute === undefined) return undefined;
  return Math.max(prompts / (requestsPerMinute ?? Infinity), tokens / (tokensPerMinute ?? Infinity));
}

/**
 * Adds up the estimates of `token-estimate.ts` over prompts that may come one by one; none is kept but the first.
 * @param prompts those of the task's own sets and of the first stage (topics); others count as input alone
 * @throws InputError `prompts-absent`
 * @example planPrompts(spec, writePrompts(spec)).cost?.expected
 */
export function planPrompts(spec: TaskSpec, prompts: Iterable<Prompt>): PromptPlan {
  const { sets, answer } = requirePrompts(spec);
  const bySet = new Map(
    sets.map((set) => [
      set.name,
      { output: estimateAnswerTokens(set, spec.kind, answer), examples: estimateExamples(set) },
    ]),
  );
  const topics = { output: TOPIC_ANSWER_TOKENS, examples: ZERO };
  let count = 0;
  let firstPrompt: Prompt | undefined;
  let inputTokens = ZERO;
  let outputTokens = ZERO;
  let examples = ZERO;
  const promptsBySet: Record<string, number> = {};
  for (const prompt of prompts) {
    firstPrompt ??= prompt;
    count++;
    const { set, stage } = prompt.attributes ?? {};
    const isTopic = set === undefined && stage === "topics";
    const expected = isTopic ? topics : bySet.get(set ?? "");
    const name = isTopic ? "topics" : (set ?? "");
    promptsBySet[name] = (promptsBySet[name] ?? 0) + 1;
    inputTokens = addRanges(inputTokens, estimatePromptTokens(prompt));
    outputTokens = addRanges(outputTokens, expected?.output ?? ZERO);
    examples = addRanges(examples, expected?.examples ?? ZERO);
  }
  const { completions } = spec;
  const cost = priceOf(completions, inputTokens, outputTokens);
  const minutes = minutesOf(completions, count, inputTokens.expected + outputTokens.expected);
  return {
    prompts: count,
    promptsBySet,
    inputTokens,
    outputTokens,
    ...(cost && { cost }),
    ...(minutes !== undefined && { minutes }),
    examples,
    ...(firstPrompt && { firstPrompt }),
  };
}
