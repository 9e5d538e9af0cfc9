/** @file Parsed tokenizer.json -> the same, checked as far as it is read here. */
import { InputError } from "../util/errors.ts";

/** The parts of tokenizer.json that are read here; the library reads the others. */
export interface TokenizerJson {
  readonly [key: string]: unknown;
  readonly added_tokens: readonly {
    readonly id: number;
    readonly content: string;
    readonly special?: boolean;
  }[];
  readonly model: { readonly vocab: Record<string, number>; readonly unk_token?: unknown };
}

/** @throws InputError when it is damaged or no WordPiece tokenizer; parts that may be left out become null. */
export function checkTokenizerJson(value: unknown): TokenizerJson {
  if (!isRecord(value)) throw invalidTokenizer("it is not a JSON object");
  const { model } = value;
  if (!isRecord(model)) throw invalidTokenizer('it has no "model"');
  const type = model.type ?? ("continuing_subword_prefix" in model ? "WordPiece" : undefined);
  if (type !== "WordPiece") {
    throw new InputError(
      "tokenizer-unsupported",
      `The tokenizer's model is ${JSON.stringify(type ?? "not named")}. Supported: WordPiece.`,
      { hint: "Choose an encoder of the BERT family." },
    );
  }
  const { vocab } = model;
  if (!isRecord(vocab) || !Object.values(vocab).every(isId)) {
    throw invalidTokenizer('"model.vocab" is not a table from pieces to ids');
  }
  const addedTokens = value.added_tokens ?? [];
  if (!Array.isArray(addedTokens) || !addedTokens.every(isAddedToken)) {
    throw invalidTokenizer('"added_tokens" is not a list of tokens with "id" and "content"');
  }
  const optional = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return {
    ...optional,
    ...value,
    added_tokens: addedTokens,
    model: { ...model, type, vocab },
  } as TokenizerJson;
}

function isId(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isAddedToken(value: unknown): boolean {
  return isRecord(value) && isId(value.id) && typeof value.content === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The file is damaged: the error to throw. */
export function invalidTokenizer(found: string, cause?: unknown): InputError {
  return new InputError("tokenizer-invalid", `Cannot use tokenizer.json: ${found}.`, {
    hint: "It may be cut off: fetch the encoder again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
