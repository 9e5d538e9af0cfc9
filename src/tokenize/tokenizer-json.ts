/** @file Parsed tokenizer.json -> the same, checked as far as it is read here. */
import { InputError } from "../util/errors.ts";

/** A part of tokenizer.json; which one is said by `type`. */
export interface TokenizerPart {
  readonly [key: string]: unknown;
  readonly type?: unknown;
}

/** The parts of tokenizer.json that are read here; the library reads the others. */
export interface TokenizerJson {
  readonly [key: string]: unknown;
  readonly added_tokens: readonly {
    readonly id: number;
    readonly content: string;
    readonly special?: boolean;
  }[];
  readonly normalizer: TokenizerPart | null;
  readonly pre_tokenizer: TokenizerPart | null;
  readonly model: TokenizerModel;
}

/** Pieces and their ids, in the form that each kind of model has. */
export type TokenizerModel =
  | {
      readonly type: "WordPiece" | "BPE";
      readonly vocab: Readonly<Record<string, number>>;
      readonly unk_token?: unknown;
    }
  | {
      readonly type: "Unigram";
      /** Piece and logarithm of its probability; the id is the place. */
      readonly vocab: readonly (readonly [string, number])[];
      readonly unk_id: number;
    };

/** Models that are read. */
const MODELS = ["WordPiece", "BPE", "Unigram"] as const;

/** @throws InputError when it is damaged or asks for what is not supported; parts that may be left out become null. */
export function checkTokenizerJson(value: unknown): TokenizerJson {
  if (!isRecord(value)) throw invalidTokenizer("it is not a JSON object");
  const { model } = value;
  if (!isRecord(model)) throw invalidTokenizer('it has no "model"');
  const type = model.type ?? guessType(model);
  if (!MODELS.some((known) => known === type)) {
    throw unsupportedTokenizer(
      `The tokenizer's model is ${JSON.stringify(type ?? "not named")}. Supported: ${MODELS.join(", ")}.`,
    );
  }
  if (type === "Unigram") checkUnigram(model);
  else if (!isRecord(model.vocab) || !Object.values(model.vocab).every(isId)) {
    throw invalidTokenizer('"model.vocab" is not a table from pieces to ids');
  }
  if (type === "BPE") checkBpe(model);
  const addedTokens = value.added_tokens ?? [];
  if (!Array.isArray(addedTokens) || !addedTokens.every(isAddedToken)) {
    throw invalidTokenizer('"added_tokens" is not a list of tokens with "id" and "content"');
  }
  const optional = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return {
    ...optional,
    ...value,
    added_tokens: addedTokens,
    model: { ...model, type },
  } as unknown as TokenizerJson;
}

/** Older files do not say. */
function guessType(model: Record<string, unknown>): string | undefined {
  if (Array.isArray(model.vocab)) return "Unigram";
  if ("merges" in model) return "BPE";
  return "continuing_subword_prefix" in model ? "WordPiece" : undefined;
}

function checkBpe(model: Record<string, unknown>): void {
  if (!Array.isArray(model.merges)) throw invalidTokenizer('"model.merges" is not a list');
  if (model.continuing_subword_prefix) {
    throw unsupportedTokenizer(
      `The tokenizer's BPE marks pieces inside a word with "${model.continuing_subword_prefix}". Supported: none, or an end_of_word_suffix.`,
    );
  }
}

function checkUnigram(model: Record<string, unknown>): void {
  const { vocab } = model;
  const isPair = (pair: unknown) =>
    Array.isArray(pair) && typeof pair[0] === "string" && typeof pair[1] === "number";
  if (!Array.isArray(vocab) || !vocab.every(isPair)) {
    throw invalidTokenizer('"model.vocab" is not a list of pieces with their scores');
  }
  if (!isId(model.unk_id) || (model.unk_id as number) >= vocab.length) {
    throw invalidTokenizer('"model.unk_id" names no piece');
  }
  if (model.byte_fallback === true) {
    throw unsupportedTokenizer(
      "The tokenizer's Unigram spells unknown characters in bytes (byte_fallback). Supported: Unigram without it.",
    );
  }
}

/** Every piece of the model with its id, added tokens not counted. */
export function listPieces(model: TokenizerModel): [string, number][] {
  return model.type === "Unigram"
    ? model.vocab.map(([piece], id) => [piece, id])
    : Object.entries(model.vocab);
}

/** The parts of a normalizer or pre-tokenizer, in the order they work; one that is no sequence is its only part. */
export function flattenParts(part: TokenizerPart | null): TokenizerPart[] {
  if (part === null) return [];
  if (part.type !== "Sequence") return [part];
  const parts = part.normalizers ?? part.pretokenizers ?? [];
  if (!Array.isArray(parts) || !parts.every(isRecord))
    throw invalidTokenizer("a Sequence has no list of parts");
  return parts.flatMap(flattenParts);
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

function unsupportedTokenizer(message: string): InputError {
  return new InputError("tokenizer-unsupported", message, { hint: "Choose another encoder." });
}
