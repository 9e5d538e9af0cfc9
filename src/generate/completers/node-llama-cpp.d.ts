/** @file The part of node-llama-cpp 3 that is used. The package is optional: types may not depend on it being there. */

declare module "node-llama-cpp" {
  type Token = number & { readonly token: unique symbol };

  interface LlamaGrammar {
    readonly grammar: string;
  }

  interface LlamaSequence {
    evaluate(
      tokens: Token[],
      options: {
        readonly temperature: number;
        readonly seed: number;
        readonly grammarEvaluationState?: LlamaGrammarEvaluationState;
        readonly yieldEogToken: boolean;
      },
    ): AsyncGenerator<Token>;
    dispose(): void;
  }

  interface LlamaContext {
    getSequence(): LlamaSequence;
    dispose(): Promise<void>;
  }

  interface LlamaModel {
    readonly trainContextSize: number;
    readonly tokenizer: unknown;
    createContext(options: { contextSize: number; sequences: number }): Promise<LlamaContext>;
    isEogToken(token: Token): boolean;
    detokenize(tokens: readonly Token[], specialTokens: boolean, lastTokens: readonly Token[]): string;
    dispose(): Promise<void>;
  }

  interface Llama {
    loadModel(options: { modelPath: string }): Promise<LlamaModel>;
    createGrammar(options: { grammar: string }): Promise<LlamaGrammar>;
    dispose(): Promise<void>;
  }

  type ChatItem =
    | { readonly type: "system" | "user"; readonly text: string }
    | { readonly type: "model"; readonly response: readonly string[] };

  interface ChatWrapper {
    generateContextState(options: { chatHistory: readonly ChatItem[] }): {
      readonly contextText: { tokenize(tokenizer: unknown): Token[] };
    };
  }

  function getLlama(options: {
    readonly build: "never";
    readonly gpu: "auto" | "metal" | "cuda" | "vulkan" | false;
    readonly skipDownload: true;
    readonly progressLogs: false;
    readonly logLevel: "disabled";
    readonly logger: () => void;
    readonly maxThreads: number;
  }): Promise<Llama>;

  function resolveChatWrapper(model: LlamaModel, options: { warningLogs: false }): ChatWrapper;

  class LlamaGrammarEvaluationState {
    constructor(options: { model: LlamaModel; grammar: LlamaGrammar });
  }
}
