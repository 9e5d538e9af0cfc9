/** @file The pre-tokenizer of tokenizer.json -> how a word after a space, and one without, has to be given to it. */
import { type PreTokenizer, SequencePreTokenizer } from "./library.ts";
import { flattenParts, type TokenizerJson, type TokenizerPart } from "./tokenizer-json.ts";

/** A way to give the library one word: what to put before it, and the pre-tokenizer to use. */
export interface WordForm {
  readonly before: "" | " ";
  readonly preTokenizer: PreTokenizer | null;
}

/** How a tokenizer marks the space before a word. */
export interface WordStarts {
  readonly afterSpace: WordForm;
  readonly joined: WordForm;
  /** Whether the first word of a text is read as one after a space. */
  readonly textBeginsWithSpace: boolean;
}

/**
 * Byte-level BPE has the space in the word's first piece (`Ġgout`), Unigram its mark (`▁gout`); to WordPiece spaces
 * only part words, so both forms are the same.
 * @param config tokenizer_config.json: `add_prefix_space` in it wins, as in Python
 */
export function readWordStarts(
  { pre_tokenizer, normalizer }: TokenizerJson,
  config: Readonly<Record<string, unknown>>,
): WordStarts {
  const parts = flattenParts(pre_tokenizer);
  const form = (before: "" | " ", change: (part: TokenizerPart) => TokenizerPart): WordForm => ({
    before,
    preTokenizer: createPreTokenizer(parts.map(change)),
  });
  const metaspace = parts.find(({ type }) => type === "Metaspace");
  if (metaspace !== undefined) {
    const scheme = (prepend_scheme: string) => (part: TokenizerPart) =>
      part === metaspace ? { ...part, prepend_scheme } : part;
    // what was split off before the mark is put gets a mark of its own
    const partsPunctuation = parts
      .slice(0, parts.indexOf(metaspace))
      .some(({ type }) => type === "Punctuation" || type === "BertPreTokenizer");
    return {
      // not with a space of our own: a normalizer may strip it
      afterSpace: form("", scheme("always")),
      joined: form("", scheme(partsPunctuation ? "always" : "never")),
      textBeginsWithSpace:
        metaspace.prepend_scheme === undefined
          ? metaspace.add_prefix_space !== false
          : metaspace.prepend_scheme !== "never",
    };
  }
  const isPrepended = flattenParts(normalizer).some(({ type }) => type === "Prepend");
  const byteLevel = parts.find(({ type }) => type === "ByteLevel");
  const plain = (part: TokenizerPart) => (part === byteLevel ? { ...part, add_prefix_space: false } : part);
  const joined = form("", plain);
  if (byteLevel === undefined && !isPrepended)
    return { afterSpace: joined, joined, textBeginsWithSpace: false };
  const begins = config.add_prefix_space ?? byteLevel?.add_prefix_space ?? isPrepended;
  return { afterSpace: { ...joined, before: " " }, joined, textBeginsWithSpace: begins === true };
}

function createPreTokenizer(parts: readonly TokenizerPart[]): PreTokenizer | null {
  return parts.length === 0
    ? null
    : new SequencePreTokenizer({ type: "Sequence", pretokenizers: [...parts] });
}
