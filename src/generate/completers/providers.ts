/** @file A provider's name -> how its key is called and how a model of it is made; its package is loaded only then. */
import type { LanguageModel } from "ai";
import type { ApiSpec, Provider } from "../../task/completions-spec.ts";
import { InputError } from "../../util/errors.ts";

/** Variables by name, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;
type Fetch = typeof fetch;

/** What a provider's package is given. */
interface Connection {
  readonly spec: ApiSpec;
  readonly key: string | undefined;
  readonly environment: Environment;
  readonly fetch: Fetch;
}

interface ProviderEntry {
  /** Absent: a key is sent only where `keyVariable` names one. */
  readonly keyVariable?: string;
  /** The chat API, not the newer Responses API of OpenAI: it is what compatible servers speak. */
  create(connection: Connection): Promise<Exclude<LanguageModel, string>>;
}

const settings = ({ spec, key, fetch }: Connection) => ({
  ...(key === undefined ? {} : { apiKey: key }),
  ...(spec.baseUrl === undefined ? {} : { baseURL: spec.baseUrl }),
  fetch,
});

const PROVIDER_TABLE: { readonly [P in Provider]: ProviderEntry } = {
  openai: {
    keyVariable: "OPENAI_API_KEY",
    async create(connection) {
      const { createOpenAI } = await import("@ai-sdk/openai");
      return createOpenAI(settings(connection)).chat(connection.spec.model);
    },
  },
  "openai-compatible": {
    async create(connection) {
      const { baseUrl, model } = connection.spec;
      if (baseUrl === undefined) throw missing("completions.baseUrl", "openai-compatible");
      const { createOpenAICompatible } = await import("@ai-sdk/openai-compatible");
      const name = "openai-compatible";
      return createOpenAICompatible({ ...settings(connection), name, baseURL: baseUrl }).chatModel(model);
    },
  },
  azure: {
    keyVariable: "AZURE_API_KEY",
    async create(connection) {
      const resourceName = connection.environment.AZURE_RESOURCE_NAME;
      const { baseUrl, model } = connection.spec;
      if (baseUrl === undefined && !resourceName) {
        throw missing("completions.baseUrl, or the variable AZURE_RESOURCE_NAME", "azure");
      }
      const { createAzure } = await import("@ai-sdk/azure");
      return createAzure({ ...settings(connection), ...(resourceName ? { resourceName } : {}) }).chat(model);
    },
  },
  anthropic: {
    keyVariable: "ANTHROPIC_API_KEY",
    async create(connection) {
      const { createAnthropic } = await import("@ai-sdk/anthropic");
      return createAnthropic(settings(connection))(connection.spec.model);
    },
  },
  google: {
    keyVariable: "GOOGLE_GENERATIVE_AI_API_KEY",
    async create(connection) {
      const { createGoogleGenerativeAI } = await import("@ai-sdk/google");
      return createGoogleGenerativeAI(settings(connection))(connection.spec.model);
    },
  },
};

function missing(what: string, provider: Provider): InputError {
  return new InputError("base-url-missing", `The provider ${provider} needs ${what}; there is none.`, {
    hint: "For example baseUrl: http://localhost:8000/v1",
  });
}

/** The variable that holds the key. Undefined: none is sent. */
export function findKeyVariable({ provider, keyVariable }: ApiSpec): string | undefined {
  return keyVariable ?? PROVIDER_TABLE[provider].keyVariable;
}

/**
 * The key of the environment; undefined where none is sent.
 * @throws InputError `key-missing` where the variable is not set
 */
export function readKey(spec: ApiSpec, environment: Environment): string | undefined {
  const variable = findKeyVariable(spec);
  const key = variable === undefined ? undefined : environment[variable]?.trim();
  if (variable !== undefined && !key) {
    throw new InputError(
      "key-missing",
      `The provider ${spec.provider} needs a key in the environment variable ${variable}, which is not set.`,
      {
        hint: `Set it in the shell: export ${variable}=... or name another variable: completions.keyVariable.`,
      },
    );
  }
  return key;
}

/**
 * One model object, for all requests of a run.
 * @throws InputError as {@link readKey}, `base-url-missing` where nothing says whom to ask
 */
export async function createModel(spec: ApiSpec, environment: Environment, fetch: Fetch) {
  const key = readKey(spec, environment);
  return PROVIDER_TABLE[spec.provider].create({ spec, key, environment, fetch });
}
