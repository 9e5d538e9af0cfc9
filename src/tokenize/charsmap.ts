/** @file A `precompiled_charsmap` of SentencePiece -> the function it stands for, with the quirks of Hugging Face's reader. */

/** Of a unit in a double array (Darts-clone by Susumu Yata, which SentencePiece stores): 32 bits, four fields. */
const hasLeaf = (unit: number) => ((unit >>> 8) & 1) === 1;
const leafOf = (unit: number) => unit & 0x7fffffff;
const labelOf = (unit: number) => (unit & 0x800000ff) >>> 0;
const offsetOf = (unit: number) => (unit >>> 10) << ((unit & 0x200) >>> 6);

/**
 * Layout: size of the trie in bytes (uint32, little-endian), the trie, then replacements, each ended by a zero byte; a
 * leaf's value is where its replacement begins.
 * @param base64 as it stands in tokenizer.json
 * @returns undefined where the bytes are no such table
 */
export function createCharsmap(base64: string): ((text: string) => string) | undefined {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.length < 4) return undefined;
  const size = bytes.readUInt32LE(0);
  if (size === 0 || size % 4 !== 0 || 4 + size > bytes.length) return undefined;
  const units = Uint32Array.from({ length: size / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i));
  const replacements = bytes.subarray(4 + size);
  const known = new Map<string, string | undefined>();

  /** What the shortest beginning of `chunk` that the table knows becomes: all of it, in Hugging Face's reader. */
  const transform = (chunk: string): string | undefined => {
    const start = findShortest(units, Buffer.from(chunk));
    if (start === undefined) return undefined;
    const end = replacements.indexOf(0, start);
    return replacements.toString("utf8", start, end < 0 ? replacements.length : end);
  };
  const look = (chunk: string): string | undefined => {
    if (!known.has(chunk)) {
      if (known.size >= maxKnown) known.clear();
      known.set(chunk, transform(chunk));
    }
    return known.get(chunk);
  };
  return (text) => {
    let result = "";
    for (const grapheme of splitGraphemes(text)) {
      const whole = Buffer.byteLength(grapheme) < 6 ? look(grapheme) : undefined;
      if (whole !== undefined) result += whole;
      else for (const character of grapheme) result += look(character) ?? character;
    }
    return result;
  };
}

const maxKnown = 10_000;
const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

function splitGraphemes(text: string): Iterable<string> {
  // ASCII has one cluster of two characters: CR and LF
  if (/^[\0-\f\x0e-\x7f]*$/.test(text)) return text;
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The value of the shortest key that `bytes` begin with. */
function findShortest(units: Uint32Array, bytes: Uint8Array): number | undefined {
  let position = offsetOf(units[0]!);
  for (const byte of bytes) {
    if (byte === 0) return undefined;
    position ^= byte;
    const unit = units[position];
    if (unit === undefined || labelOf(unit) !== byte) return undefined;
    position ^= offsetOf(unit);
    if (hasLeaf(unit)) return leafOf(units[position] ?? 0);
  }
  return undefined;
}
