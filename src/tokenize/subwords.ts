/** @file tokenizer.json -> a function from one word to the ids of its pieces, as Hugging Face's `is_split_into_words`. */
import { Tokenizer } from "@huggingface/tokenizers";
import { readSpecialTokens } from "./special-tokens.ts";
import { checkTokenizerJson, invalidTokenizer } from "./tokenizer-json.ts";

/** Words -> ids of their pieces, without special tokens. */
export interface SubwordTokenizer {
  /** At least one id; `[unkId]` for a word that leaves nothing (all of it removed by the normalizer). */
  encodeWord(word: string): readonly number[];
  /** Begins a sequence. */
  readonly clsId: number;
  /** Ends a sequence. */
  readonly sepId: number;
  readonly padId: number;
  readonly unkId: number;
  /** One more than the highest id: rows that the word embeddings must have. */
  readonly vocabularySize: number;
}

/** WordPiece gives [UNK] beyond 100 characters and is quadratic below: longer words need not be tried. In UTF-16 units. */
const maxWordLength = 400;
const maxCachedWords = 50_000;
/** Longer words hardly come twice. In UTF-16 units. */
const maxCachedLength = 64;

/**
 * Text never becomes a special token: the library is not told of them, so `[MASK]` in a note is three words.
 * @param tokenizerJson parsed tokenizer.json
 * @param tokenizerConfig parsed tokenizer_config.json; undefined where there is none
 * @throws InputError when it is not a WordPiece tokenizer, is damaged, or has no begin, end, padding or unknown token.
 */
export function loadSubwordTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): SubwordTokenizer {
  const json = checkTokenizerJson(tokenizerJson);
  const config =
    typeof tokenizerConfig === "object" && tokenizerConfig !== null ? { ...tokenizerConfig } : {};
  const { ids, vocabularySize } = readSpecialTokens(json, config);
  const ordinary = { ...json, added_tokens: json.added_tokens.filter((token) => token.special !== true) };
  let tokenizer: Tokenizer;
  try {
    tokenizer = new Tokenizer(ordinary, config);
    tokenizer.encode("a", { add_special_tokens: false });
  } catch (cause) {
    throw invalidTokenizer("its parts do not fit together", cause);
  }
  const unknown: readonly number[] = [ids.unkId];
  const encode = (word: string): readonly number[] => {
    if (word.length > maxWordLength) return unknown;
    const pieces = tokenizer.encode(word, { add_special_tokens: false }).ids;
    return pieces.length === 0 ? unknown : pieces;
  };
  const cache = new Map<string, readonly number[]>();
  const encodeWord = (word: string): readonly number[] => {
    const known = cache.get(word);
    if (known !== undefined) return known;
    const pieces = encode(word);
    if (word.length <= maxCachedLength) {
      if (cache.size >= maxCachedWords) cache.clear();
      cache.set(word, pieces);
    }
    return pieces;
  };
  return { encodeWord, ...ids, vocabularySize };
}
