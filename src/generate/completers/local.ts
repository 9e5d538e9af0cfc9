/** @file A GGUF file on this machine -> a completer whose answers are held to a grammar. */
import { basename } from "node:path";
import type { LocalSpec } from "../../task/completions-spec.ts";
import type { Rejection } from "../../task/rejection.ts";
import { TextphantomError } from "../../util/errors.ts";
import { createRandom } from "../../util/random.ts";
import { type AnswerRules, renderAnswerGrammar } from "../answer-grammar.ts";
import type { CompleteOptions, Completer, Completion, Prompt } from "../completer.ts";
import { type LlamaOptions, type LoadedLlama, loadLlama } from "./llama-model.ts";

/** How a local model is run, and what its answers may hold. */
export interface LocalOptions extends Omit<LlamaOptions, "contextTokens"> {
  /** The same for all prompts, or told by the prompt; undefined: its answer is free. See `createRulesFinder`. */
  readonly rules: AnswerRules | ((prompt: Prompt) => AnswerRules | undefined);
}

/** A completer that holds a model in memory. */
export interface LocalCompleter extends Completer {
  /** The file's name. */
  readonly model: string;
  /** `abort`: what is being written is left, too. */
  complete(
    prompts: Iterable<Prompt> | AsyncIterable<Prompt>,
    options?: CompleteOptions & { readonly abort?: AbortSignal },
  ): AsyncIterable<Completion | Rejection>;
  /** Frees the model. What comes after is an error. */
  close(): Promise<void>;
}

/** llama.cpp takes this seed for "any". */
const ANY_SEED = 0xffffffff;

type ChatItem = import("node-llama-cpp").ChatItem;

function toChatItem({ role, content }: Prompt["messages"][number]): ChatItem {
  if (role === "assistant") return { type: "model", response: [content] };
  return { type: role === "system" || role === "developer" ? "system" : "user", text: content };
}

type Grammar = Awaited<ReturnType<LoadedLlama["llama"]["createGrammar"]>>;

/** Grammars by their text: a task has a few, and each takes about 0.1 s to compile. */
function createGrammars({ llama }: LoadedLlama, { rules }: LocalOptions) {
  const compiled = new Map<string, Promise<Grammar>>();
  return async (prompt: Prompt): Promise<Grammar | undefined> => {
    const asked = typeof rules === "function" ? rules(prompt) : rules;
    if (asked === undefined) return undefined;
    const grammar = renderAnswerGrammar(asked);
    let known = compiled.get(grammar);
    if (known === undefined) compiled.set(grammar, (known = llama.createGrammar({ grammar })));
    return known;
  };
}

/**
 * Loads the model once; prompts are answered one after another, each in an empty context. The same file, seed, prompt and
 * number of threads give the same answer. An answer that reaches `maxOutputTokens`, or the end of the context, has the
 * finish reason `length`; a prompt that leaves no room for an answer is rejected.
 * @param spec `path`: where the GGUF file is
 * @throws InputError, EnvironmentError as `loadLlama`
 * @example
 * const completer = await createLocalCompleter({ ...spec.completions, path }, { rules: createRulesFinder(spec) });
 */
export async function createLocalCompleter(
  spec: LocalSpec & { readonly path: string },
  options: LocalOptions,
): Promise<LocalCompleter> {
  const loaded = await loadLlama(spec.path, { ...options, contextTokens: spec.contextTokens });
  const { library, model, context, contextTokens } = loaded;
  const wrapper = library.resolveChatWrapper(model, { warningLogs: false });
  const findGrammar = createGrammars(loaded, options);
  let closed = false;

  async function answer(prompt: Prompt, abort?: AbortSignal): Promise<Completion | Rejection> {
    const chatHistory = [...prompt.messages.map(toChatItem), { type: "model", response: [] } as const];
    const asked = wrapper.generateContextState({ chatHistory }).contextText.tokenize(model.tokenizer);
    if (asked.length >= contextTokens) {
      const raw = `the prompt has ${asked.length} tokens, the context ${contextTokens}`;
      return { prompt: prompt.id, reason: "failed-request", raw };
    }
    const most = Math.min(spec.maxOutputTokens, contextTokens - asked.length);
    const grammar = await findGrammar(prompt);
    const sequence = context.getSequence();
    const written: typeof asked = [];
    let ended = false;
    try {
      const tokens = sequence.evaluate(asked, {
        temperature: spec.temperature,
        seed: createRandom(spec.seed, "answer", prompt.id).nextInt(ANY_SEED),
        yieldEogToken: true,
        ...(grammar
          ? { grammarEvaluationState: new library.LlamaGrammarEvaluationState({ model, grammar }) }
          : {}),
      });
      for await (const token of tokens) {
        if (abort?.aborted) return { prompt: prompt.id, reason: "interrupted", raw: "" };
        ended = model.isEogToken(token);
        if (!ended) written.push(token);
        if (ended || written.length >= most) break;
      }
    } finally {
      sequence.dispose();
    }
    return {
      promptId: prompt.id,
      text: model.detokenize(written, false, asked),
      finishReason: ended ? "stop" : "length",
      usage: { inputTokens: asked.length, outputTokens: written.length },
    };
  }

  return {
    isLocal: true,
    model: basename(spec.path),
    async *complete(prompts, { signal, abort } = {}) {
      for await (const prompt of prompts) {
        if (signal?.aborted || abort?.aborted) return;
        if (closed) throw new TextphantomError("completer-closed", "The local model was closed.");
        yield await answer(prompt, abort);
      }
    },
    async close() {
      if (closed) return;
      closed = true;
      await loaded.dispose();
    },
  };
}
