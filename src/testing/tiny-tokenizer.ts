/** @file Words -> a small tokenizer.json in BERT's shape, for tests that must run without weights. */

/**
 * An uncased WordPiece tokenizer: ids 0-4 are [PAD], [UNK], [CLS], [SEP], [MASK]; then `words` (lower case), then
 * every letter and digit and ASCII punctuation, then the letters and digits as `##` pieces.
 */
export function tinyTokenizerJson(words: readonly string[] = ["disease", "cancer", "patient", "##s"]) {
  const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
  const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789"];
  const punctuation = [..."!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"];
  const pieces = [
    ...special,
    ...words,
    ...letters,
    ...punctuation,
    ...letters.map((letter) => `##${letter}`),
  ];
  const specialToken = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: special.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
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
      single: [specialToken("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, specialToken("[SEP]")],
      pair: [],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries([...new Set(pieces)].map((piece, id) => [piece, id])) as Record<
        string,
        number
      >,
    },
  };
}
