/** @file Words -> a small tokenizer.json in BERT's shape, for tests that must run without weights. */

/** The first ids of every tiny vocabulary. */
export const SPECIAL_TOKENS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/**
 * An uncased WordPiece tokenizer: ids 0-4 are {@link SPECIAL_TOKENS}; then `words` (lower case), then
 * every letter and digit and ASCII punctuation, then the letters and digits as `##` pieces.
 */
export function tinyTokenizerJson(words: readonly string[] = ["disease", "cancer", "patient", "##s"]) {
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
  const punctuation = [..."!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"];
  const pieces = [
    ...SPECIAL_TOKENS,
    ...words,
    ...letters,
    ...punctuation,
    ...letters.map((letter) => `##${letter}`),
  ];
  return describeWordPiece([...new Set(pieces)]);
}

/** A tokenizer.json as the `tokenizers` library writes one for lower-case BERT. */
export function describeWordPiece(vocabulary: readonly string[]) {
  const special = (id: number) => ({ id: SPECIAL_TOKENS[id], ids: [id], tokens: [SPECIAL_TOKENS[id]] });
  const piece = (id: string, type_id: number) => ({ SpecialToken: { id, type_id } });
  const sequence = (id: string, type_id: number) => ({ Sequence: { id, type_id } });
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const single = [piece("[CLS]", 0), sequence("A", 0), piece("[SEP]", 0)];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => ({ id, content, ...flags })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, sequence("B", 1), piece("[SEP]", 1)],
      special_tokens: { "[CLS]": special(2), "[SEP]": special(3) },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((word, id) => [word, id])),
    },
  };
}
