/** @file A GGUF file -> a language model in memory by node-llama-cpp, which is asked for only here, and only then. */
import { open } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { EnvironmentError, InputError } from "../../util/errors.ts";

/** node-llama-cpp, where it is installed. */
export type LlamaLibrary = typeof import("node-llama-cpp");

/** The release that the tests run with. */
const INSTALL = "npm install node-llama-cpp@3.22.1";

/** Where and how a model is run. */
export interface LlamaOptions {
  /** Tokens of prompt and answer; fewer where the model was trained on fewer. */
  readonly contextTokens: number;
  /** Default: false, the processor. */
  readonly gpu?: "auto" | "metal" | "cuda" | "vulkan" | false;
  /**
   * Default: one fewer than there are cores, at least one. llama.cpp's threads wait for each other by spinning: with a
   * thread a core and another program at work, a token took 300 times as long (measured on 2 cores).
   */
  readonly threads?: number;
  /** Default: the installed node-llama-cpp. */
  readonly loadLibrary?: () => Promise<LlamaLibrary>;
}

/** A model that is ready to write. */
export interface LoadedLlama {
  readonly library: LlamaLibrary;
  readonly llama: Awaited<ReturnType<LlamaLibrary["getLlama"]>>;
  readonly model: Awaited<ReturnType<LoadedLlama["llama"]["loadModel"]>>;
  readonly context: Awaited<ReturnType<LoadedLlama["model"]["createContext"]>>;
  readonly contextTokens: number;
  /** Frees model and context. */
  dispose(): Promise<void>;
}

async function importLibrary(): Promise<LlamaLibrary> {
  try {
    return await import("node-llama-cpp");
  } catch (cause) {
    const absent = (cause as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND";
    const message = absent
      ? '"completions.from: local" needs the package node-llama-cpp, which is not installed.'
      : "The package node-llama-cpp cannot be loaded.";
    throw new EnvironmentError("llama-missing", message, {
      hint: `Install it beside textphantom: ${INSTALL}`,
      cause,
    });
  }
}

async function checkModelFile(path: string): Promise<void> {
  const unreadable = (found: string, cause?: unknown) =>
    new InputError("model-unreadable", `Cannot read the model file "${path}": ${found}.`, {
      hint: "completions.model names a GGUF file, relative to the task file.",
      ...(cause === undefined ? {} : { cause }),
    });
  const head = Buffer.alloc(8); // "GGUF", version as uint32
  try {
    const handle = await open(path);
    try {
      await handle.read(head, 0, 8, 0);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw unreadable(
      code === "ENOENT" ? "no such file" : code === "EISDIR" ? "it is a folder" : `${code}`,
      cause,
    );
  }
  if (head.toString("latin1", 0, 4) !== "GGUF") throw unreadable("it is no GGUF file");
  const version = head.readUInt32LE(4);
  // node-llama-cpp would print a warning, and try.
  if (version !== 2 && version !== 3) throw unreadable(`GGUF version ${version}, not 2 or 3`);
}

/**
 * Loads a model. Nothing is downloaded or built, nothing is printed.
 * @throws InputError when the file is absent or no model; EnvironmentError when node-llama-cpp is absent, has no binary
 * for this machine, or memory is too small
 */
export async function loadLlama(path: string, options: LlamaOptions): Promise<LoadedLlama> {
  await checkModelFile(path);
  const { gpu = false, threads = Math.max(1, availableParallelism() - 1) } = options;
  const library = await (options.loadLibrary ?? importLibrary)();
  const llama = await library
    .getLlama({
      build: "never",
      gpu,
      skipDownload: true,
      progressLogs: false,
      logLevel: "disabled",
      logger: () => {},
      maxThreads: threads,
    })
    .catch((cause: unknown) => {
      const machine = `${process.platform}-${process.arch}`;
      throw new EnvironmentError("llama-unavailable", `node-llama-cpp has no binary for ${machine}.`, {
        hint: `Install it with its optional packages: ${INSTALL}`,
        cause,
      });
    });
  try {
    const model = await llama.loadModel({ modelPath: path }).catch((cause: unknown) => {
      throw new InputError("model-invalid", `llama.cpp cannot load the model file "${path}".`, {
        hint: "It may be cut off, larger than memory, or newer than node-llama-cpp.",
        cause,
      });
    });
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize);
    const context = await model
      .createContext({ contextSize: contextTokens, sequences: 1 })
      .catch((cause: unknown) => {
        const message = `Memory does not hold a context of ${contextTokens} tokens.`;
        throw new EnvironmentError("llama-memory", message, {
          hint: "Lower completions.contextTokens.",
          cause,
        });
      });
    return { library, llama, model, context, contextTokens, dispose: () => llama.dispose() };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}
