/** @file tokenizer.json -> a function from one word to the ids of its pieces, those it has within the whole text. */
import { type LibraryTokenizer, Tokenizer } from "./library.ts";
import { createNormalizer } from "./normalizer.ts";
import { readSpecialTokens } from "./special-tokens.ts";
import { checkTokenizerJson, invalidTokenizer, type TokenizerJson } from "./tokenizer-json.ts";
import { readWordStarts, type WordForm } from "./word-start.ts";

/** What stands before a word: it begins the text, a space, or another word without a space (`.` in `gout.`). */
export type WordPlace = "textStart" | "afterSpace" | "joined";

/** Words -> ids of their pieces, without special tokens. */
export interface SubwordTokenizer {
  /**
   * At least one id; `[unkId]` for a word that leaves nothing (all of it removed by the normalizer). With `afterSpace`
   * for every word the ids are those of Hugging Face's `is_split_into_words` (and `add_prefix_space`).
   */
  encodeWord(word: string, place: WordPlace): readonly number[];
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
const maxWordPieceLength = 400;
/** Of BPE and Unigram, which spell any word; more pieces than a sequence holds. In UTF-16 units. */
const maxSpelledLength = 4_000;
const maxCachedWords = 50_000;
/** Longer words hardly come twice. In UTF-16 units. */
const maxCachedLength = 64;

/**
 * Text never becomes a special token: the library is not told of them, so `[MASK]` in a note is three words.
 * @param tokenizerJson parsed tokenizer.json
 * @param tokenizerConfig parsed tokenizer_config.json; undefined where there is none
 * @throws InputError when its model is none of WordPiece, BPE and Unigram, it is damaged, or it has no begin, end,
 * padding or unknown token.
 */
export function loadSubwordTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown): SubwordTokenizer {
  const json = checkTokenizerJson(tokenizerJson);
  const config =
    typeof tokenizerConfig === "object" && tokenizerConfig !== null ? { ...tokenizerConfig } : {};
  const { ids, vocabularySize } = readSpecialTokens(json, config);
  const normalizer = createNormalizer(json.normalizer);
  let starts: ReturnType<typeof readWordStarts>;
  let tokenizer: LibraryTokenizer;
  try {
    starts = readWordStarts(json, config);
    tokenizer = new Tokenizer(
      { ...withoutSpecialTokens(json), normalizer: null, pre_tokenizer: null },
      config,
    );
    tokenizer.normalizer = normalizer;
    tokenizer.encode("a", { add_special_tokens: false });
  } catch (cause) {
    throw invalidTokenizer("its parts do not fit together", cause);
  }
  const unknown: readonly number[] = [ids.unkId];
  const isWordPiece = json.model.type === "WordPiece";
  const encode = (word: string, { before, preTokenizer }: WordForm): readonly number[] => {
    if (isWordPiece && word.length > maxWordPieceLength) return unknown;
    tokenizer.pre_tokenizer = preTokenizer;
    const text = before + word.slice(0, maxSpelledLength);
    const pieces = tokenizer.encode(text, { add_special_tokens: false }).ids;
    return pieces.length === 0 ? unknown : pieces;
  };
  const cache = new Map<string, readonly number[]>();
  const encodeWord = (word: string, place: WordPlace): readonly number[] => {
    const isSpaced = place === "afterSpace" || (place === "textStart" && starts.textBeginsWithSpace);
    const form = isSpaced ? starts.afterSpace : starts.joined;
    const key = form === starts.joined ? word : ` ${word}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const pieces = encode(word, form);
    if (word.length <= maxCachedLength) {
      if (cache.size >= maxCachedWords) cache.clear();
      cache.set(key, pieces);
    }
    return pieces;
  };
  return { encodeWord, ...ids, vocabularySize };
}

/** In Unigram a special token is also an ordinary piece, which text could match: it gets a name that text cannot have. */
function withoutSpecialTokens(json: TokenizerJson): TokenizerJson {
  const special = new Set(json.added_tokens.filter((token) => token.special).map(({ content }) => content));
  const added_tokens = json.added_tokens.filter((token) => token.special !== true);
  const { model } = json;
  if (model.type !== "Unigram") return { ...json, added_tokens };
  const vocab = model.vocab.map((pair) =>
    special.has(pair[0]) ? ([`\0${pair[0]}`, pair[1]] as const) : pair,
  );
  return { ...json, added_tokens, model: { ...model, vocab } };
}
