/** @file Words -> small tokenizer.json files in the shapes of RoBERTa (byte-level BPE) and of XLM-RoBERTa (Unigram). */

/** The first ids of both, as RoBERTa has them. */
export const ROBERTA_TOKENS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] as const;

const added = ROBERTA_TOKENS.map((content, id) => {
  const flags = { single_word: false, lstrip: content === "<mask>", rstrip: false, normalized: false };
  return { id, content, ...flags, special: true };
});

/** The printable character that stands for each byte (GPT-2's table). */
function byteCharacters(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let spare = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : spare++));
}

/** Each of `words` (ASCII) is one token after a space, every other text is spelled in bytes. */
export function describeByteLevel(words: readonly string[]) {
  const bytes = byteCharacters();
  const pieces = new Set<string>([...ROBERTA_TOKENS, ...bytes]);
  const merges = new Set<string>();
  for (const word of words) {
    let left = bytes[0x20]!;
    for (const letter of word) {
      merges.add(`${left} ${letter}`);
      left += letter;
      pieces.add(left);
    }
  }
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: {
      type: "RobertaProcessing",
      sep: ["</s>", 2],
      cls: ["<s>", 0],
      trim_offsets: true,
      add_prefix_space: false,
    },
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: "",
      end_of_word_suffix: "",
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries([...pieces].map((piece, id) => [piece, id])),
      merges: [...merges].map((pair) => pair.split(" ")),
    },
  };
}

/** Each of `words` is one token after a space; letters, digits and ASCII punctuation are tokens, other text is unknown. */
export function describeUnigram(words: readonly string[]) {
  const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(0x21 + i));
  const pieces: [string, number][] = [
    ...ROBERTA_TOKENS.map((token): [string, number] => [token, 0]),
    ["\u2581", -5],
    ...visible.map((character): [string, number] => [character, -8]),
    ...words.filter((word) => word.length > 1).map((word): [string, number] => [`\u2581${word}`, -6]),
  ];
  const metaspace = { type: "Metaspace", replacement: "\u2581", prepend_scheme: "always", split: true };
  const special = (id: number) => ({ id: ROBERTA_TOKENS[id], ids: [id], tokens: [ROBERTA_TOKENS[id]] });
  const token = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  const single = [token("<s>"), { Sequence: { id: "A", type_id: 0 } }, token("</s>")];
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    normalizer: { type: "NFKC" },
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace] },
    post_processor: {
      type: "TemplateProcessing",
      single,
      pair: [...single, token("</s>"), { Sequence: { id: "B", type_id: 0 } }, token("</s>")],
      special_tokens: { "<s>": special(0), "</s>": special(2) },
    },
    decoder: metaspace,
    model: { type: "Unigram", unk_id: 3, vocab: pieces, byte_fallback: false },
  };
}
