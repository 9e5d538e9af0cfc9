/** @file A text -> token sequences that fit the encoder, and for each word the place of its first token. */

import type { Mention, Span } from "../task/example.ts";
import { toTags } from "../task/tags.ts";
import { splitSentences } from "../tokenize/sentences.ts";
import type { SubwordTokenizer, WordPlace } from "../tokenize/subwords.ts";
import { cutWindows } from "../tokenize/windows.ts";
import { splitWords } from "../tokenize/words.ts";

/** What the encoder reads at once. */
export interface TokenSequence {
  /** [CLS] tokens [SEP] */
  readonly ids: readonly number[];
  /** Words of the text that this sequence answers for, [ownStart, ownEnd). */
  readonly ownStart: number;
  readonly ownEnd: number;
  /** Positions in `ids` that labels are read from: the first token of each owned word; of a pair, what its head pools. */
  readonly firstTokens: readonly number[];
}

/** A sequence to learn from: `tags[i]` belongs to the token at `firstTokens[i]`; a pair has one tag, its class. */
export interface LabelledSequence extends TokenSequence {
  readonly tags: Int32Array;
  /** What a teacher says of each owned word: probabilities, softened by the temperature of the distillation. */
  readonly softTargets?: Float32Array; // [words, tags]
}

export interface EncodedText {
  readonly words: readonly Span[];
  readonly sequences: readonly TokenSequence[];
  /** Words of more tokens than a sequence holds; their last tokens were left out. */
  readonly cutWords: number;
}

export interface SequenceOptions {
  /** Tokens a sequence holds, [CLS] and [SEP] counted; at most what the encoder was built for. */
  readonly maxTokens: number;
}

/** Neighbouring sequences of a long text share up to this part of their room. */
const OVERLAP = 0.25;

/** A text without words gives no sequence. Words are labelled by their first token, as is usual with BERT (Devlin et al. 2019, 5.3). */
export function encodeText(
  text: string,
  tokenizer: SubwordTokenizer,
  { maxTokens }: SequenceOptions,
): EncodedText {
  const words = splitWords(text);
  const room = maxTokens - 2;
  let cutWords = 0;
  const pieces = words.map(({ start, end }, word) => {
    const gap = text.slice(words[word - 1]?.end ?? 0, start);
    const ids = tokenizer.encodeWord(text.slice(start, end), placeAfter(gap, word === 0));
    if (ids.length <= room) return ids;
    cutWords += 1;
    return ids.slice(0, room);
  });
  const windows = cutWindows(
    pieces.map((ids) => ids.length),
    sentenceStarts(text, words),
    { maxTokens: room, overlapTokens: Math.floor(room * OVERLAP) },
  );
  const sequences = windows.map(({ start, end, ownStart, ownEnd }) => {
    const ids = [tokenizer.clsId];
    const firstTokens: number[] = [];
    for (let word = start; word < end; word++) {
      if (word >= ownStart && word < ownEnd) firstTokens.push(ids.length);
      ids.push(...pieces[word]!);
    }
    ids.push(tokenizer.sepId);
    return { ids, ownStart, ownEnd, firstTokens };
  });
  return { words, sequences, cutWords };
}

/** @param gap what stands between a word and the one before it, or the begin of the text */
export function placeAfter(gap: string, isFirst: boolean): WordPlace {
  if (/\s/.test(gap)) return "afterSpace";
  return isFirst && gap === "" ? "textStart" : "joined";
}

/** Words after a blank line, which no mention reaches over: headings and lists of a note are no part of what stands before them. */
export function paragraphStarts(text: string, words: readonly Span[]): ReadonlySet<number> {
  const starts = new Set<number>();
  if (!text.includes("\n")) return starts;
  for (let word = 1; word < words.length; word++)
    if (/\n[^\S\n]*\r?\n/.test(text.slice(words[word - 1]!.end, words[word]!.start))) starts.add(word);
  return starts;
}

/** Indices of the words that begin a sentence. */
function sentenceStarts(text: string, words: readonly Span[]): number[] {
  const starts: number[] = [];
  let word = 0;
  for (const { start } of splitSentences(text)) {
    while (word < words.length && words[word]!.start < start) word++;
    if (word < words.length && starts.at(-1) !== word) starts.push(word);
  }
  return starts;
}

/** What the marks of a text lost on the way to tags of words. */
export interface LabelledText {
  readonly sequences: readonly LabelledSequence[];
  readonly cutWords: number;
  /** Mentions widened to the borders of the words they cut. */
  readonly widened: number;
  /** Mentions without a word, or on words another mention has. */
  readonly dropped: number;
}

/** @throws InputError when a mention's label is not among `labels` */
export function encodeExample(
  { text, mentions }: { readonly text: string; readonly mentions: readonly Mention[] },
  labels: readonly string[],
  tokenizer: SubwordTokenizer,
  options: SequenceOptions,
): LabelledText {
  const { words, sequences, cutWords } = encodeText(text, tokenizer, options);
  const { tags, widened, dropped } = toTags(words, mentions, labels);
  const labelled = sequences.map((sequence) => ({
    ...sequence,
    tags: tags.slice(sequence.ownStart, sequence.ownEnd),
  }));
  return { sequences: labelled, cutWords, widened, dropped };
}
