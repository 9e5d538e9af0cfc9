/** @file The normalizer of tokenizer.json -> a function on text, also where the library's own only comes close. */
import { createCharsmap } from "./charsmap.ts";
import { type Normalizer, SequenceNormalizer } from "./library.ts";
import { flattenParts, invalidTokenizer, type TokenizerPart } from "./tokenizer-json.ts";

/**
 * `Precompiled` is read here, since the library puts NFKC in its place; `Nmt` too, which it does not know. `Prepend`
 * is left out: whether a word gets the mark of a space depends on the text around it.
 * @throws InputError when a table of characters is damaged
 */
export function createNormalizer(config: TokenizerPart | null): Normalizer | null {
  const parts = flattenParts(config).filter(({ type }) => type !== "Prepend");
  if (parts.length === 0) return null;
  const steps = parts.map(createStep);
  const normalize = (text: string) => steps.reduce((result, step) => step(result), text);
  return Object.assign(new SequenceNormalizer({ type: "Sequence", normalizers: [] }), { normalize });
}

function createStep(part: TokenizerPart): (text: string) => string {
  if (part.type === "Nmt") return normalizeNmt;
  if (part.type === "Precompiled") {
    const { precompiled_charsmap: base64 } = part;
    if (base64 === null || base64 === undefined || base64 === "") return (text) => text;
    const charsmap = typeof base64 === "string" ? createCharsmap(base64) : undefined;
    if (charsmap === undefined) throw invalidTokenizer('"precompiled_charsmap" is no table of characters');
    return charsmap;
  }
  const library = new SequenceNormalizer({ type: "Sequence", normalizers: [part] });
  return (text) => library.normalize(text);
}

/** What neural machine translation once took out of its corpora (`Nmt` of Hugging Face's tokenizers). */
function normalizeNmt(text: string): string {
  return text
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, "")
    .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, " ");
}
