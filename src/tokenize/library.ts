/** @file @huggingface/tokenizers -> the few classes used here, typed: its own type files cannot be resolved by `nodenext`. */
import * as library from "@huggingface/tokenizers";

/** Text -> text. */
export interface Normalizer {
  normalize(text: string): string;
}

/** Text -> its parts, which the model never joins. */
export interface PreTokenizer {
  pre_tokenize(text: string): string[];
}

/** Both parts may be set to others. */
export interface LibraryTokenizer {
  normalizer: Normalizer | null;
  pre_tokenizer: PreTokenizer | null;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[]; tokens: string[] };
}

interface Library {
  readonly Tokenizer: new (json: object, config: object) => LibraryTokenizer;
  readonly SequenceNormalizer: new (config: object) => Normalizer;
  readonly SequencePreTokenizer: new (config: object) => PreTokenizer;
}

export const { Tokenizer, SequenceNormalizer, SequencePreTokenizer } = library as unknown as Library;
