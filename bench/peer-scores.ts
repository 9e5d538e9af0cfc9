/** @file Texts, and what a PyTorch peer says of their words -> mentions by our decoder, and their strict F1. */
import { readFileSync, writeFileSync } from "node:fs";
import { evaluate } from "../src/evaluate/evaluate.ts";
import type { EncodedText } from "../src/model/sequence.ts";
import type { GoldExample, Mention } from "../src/task/example.ts";
import { decodeMentions, tagNames } from "../src/task/tags.ts";
import { renderJsonLines } from "../src/util/files.ts";

export interface StrictScore {
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
}

/** Writes the `test.jsonl` of bench/peers: a sequence a line. */
export function writePeerTexts(file: string, texts: readonly EncodedText[]): void {
  const sequences = texts.flatMap((text) => text.sequences);
  writeFileSync(
    file,
    renderJsonLines(sequences.map(({ ids, firstTokens }) => ({ ids, first: firstTokens }))),
  );
}

/** @param file little-endian float32 [word, tag], words in the order of {@link writePeerTexts} */
export function readPeerMentions(
  file: string,
  texts: readonly EncodedText[],
  labels: readonly string[],
): Mention[][] {
  const bytes = readFileSync(file);
  const scores = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return spreadScores(texts, scores, tagNames(labels).length).map((part, index) =>
    decodeMentions(texts[index]!.words, part, labels),
  );
}

export function scoreStrict(
  gold: readonly GoldExample[],
  predicted: readonly (readonly Mention[])[],
  labels: readonly string[],
): StrictScore {
  const bootstrap = { samples: 1, seed: 1 }; // intervals are not asked for
  const { f1, precision, recall } = evaluate(gold, predicted, { labels, bootstrap }).strict.micro;
  return { f1, precision, recall };
}

/** Scores of all windows in order -> scores of each text's words. */
function spreadScores(texts: readonly EncodedText[], scores: Float32Array, width: number): Float32Array[] {
  let from = 0;
  return texts.map(({ words, sequences }) => {
    const result = new Float32Array(words.length * width);
    for (const { ownStart, firstTokens } of sequences) {
      const size = firstTokens.length * width;
      result.set(scores.subarray(from, from + size), ownStart * width);
      from += size;
    }
    return result;
  });
}
