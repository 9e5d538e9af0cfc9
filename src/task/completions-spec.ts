/** @file Who answers the prompts: the `completions` part of a task, in the resolved form. */

/** Answers that are there already, in the two files of the OpenAI Batch API. */
export interface RecordedSpec {
  readonly from: "recorded";
  /** OpenAI Batch request file, relative to the task file. */
  readonly requests: string;
  /** OpenAI Batch output file, relative to the task file. */
  readonly output: string;
  /**
   * Which prompts to use: ids, globs (`disease-02*`) or ranges of the number an id ends in (`000..023`, both ends in).
   * Absent: all.
   */
  readonly select?: readonly string[];
}

/** The providers of the AI SDK that are built in. */
export const PROVIDERS = ["openai", "openai-compatible", "azure", "anthropic", "google"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** US dollars a million tokens. */
export interface PriceSpec {
  readonly input: number;
  readonly output: number;
}

/** Bounds of what is asked and spent. */
export interface LimitsSpec {
  /** Requests in flight at most; fewer after a 429. Default: 16. */
  readonly concurrency: number;
  /** Default: none. */
  readonly requestsPerMinute?: number;
  /** Tokens of prompts and answers, as estimated before and corrected after. Default: none. */
  readonly tokensPerMinute?: number;
  /** Tries of one prompt, the first counted. Default: 5. */
  readonly attempts: number;
  /** Of one try. Default: 120,000. */
  readonly timeoutMs: number;
  /** US dollars: nothing is asked that could pass it. Needs `price`. Default: none. */
  readonly spend?: number;
}

/** A service, or a server of your own that speaks as one. */
export interface ApiSpec {
  readonly from: "api";
  readonly provider: Provider;
  readonly model: string;
  /** Required for `openai-compatible` (vLLM, Ollama, llama.cpp server); for the others, in place of the service's own. */
  readonly baseUrl?: string;
  /** The variable of the environment that holds the key. Default: the provider's own (OPENAI_API_KEY, ...); none for `openai-compatible`. */
  readonly keyVariable?: string;
  /** Default: 1. */
  readonly temperature: number;
  /** Tokens of one answer at most. Default: 8,192. */
  readonly maxOutputTokens: number;
  /** Absent: cost is told in tokens alone. */
  readonly price?: PriceSpec;
  readonly limits: LimitsSpec;
}

/** A GGUF file run on this machine by node-llama-cpp, with a grammar that admits only well-formed answers. */
export interface LocalSpec {
  readonly from: "local";
  /** GGUF file, relative to the task file. */
  readonly model: string;
  /** Default: 1. */
  readonly temperature: number;
  /** Default: 4,096. */
  readonly maxOutputTokens: number;
  /** Tokens of prompt and answer. Default: 8,192. */
  readonly contextTokens: number;
  /** Seed of sampling, joined with the prompt's id. Default: 1. */
  readonly seed: number;
}

export type CompletionsSpec = RecordedSpec | ApiSpec | LocalSpec;
