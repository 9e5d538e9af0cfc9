/** @file Labelled pairs -> probabilities and F1 that weights in training reach on them, and the threshold to decide by. */
import type { Parameter } from "../engine/gradient-session.ts";
import { evaluateRelations } from "../evaluate/evaluate-relations.ts";
import { chooseThreshold } from "../evaluate/threshold.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { encodePair, type PairReading } from "../model/pair-sequence.ts";
import { decidePair, positiveScore, softmax } from "../task/decide-pair.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import type { ThresholdBy } from "../task/relation-training.ts";
import type { SubwordTokenizer } from "../tokenize/subwords.ts";
import type { DevScorer, RelationSelectionSet } from "./dev-scorer.ts";
import { createTextReader } from "./text-reader.ts";

interface PairClasses {
  readonly classes: readonly string[];
  readonly negative: string;
}

export interface PairReaderInput extends PairClasses {
  readonly config: EncoderConfig;
  readonly tokenizer: SubwordTokenizer;
  readonly reading: PairReading;
  readonly pairs: readonly MarkedPair[];
  readonly threads?: number;
}

/** Owns native memory: call `release` when done. */
export interface PairReader {
  /** Of each pair's classes. */
  read(weights: ReadonlyMap<string, Parameter>): Promise<number[][]>;
  release(): Promise<void>;
}

export async function createPairReader(input: PairReaderInput): Promise<PairReader> {
  const { config, tokenizer, reading, classes, pairs, threads } = input;
  const reader = await createTextReader({
    config,
    tagCount: classes.length,
    padId: tokenizer.padId,
    texts: pairs.map((pair) => ({
      words: { length: 1 },
      sequences: [encodePair(pair, tokenizer, reading).sequence],
    })),
    ...(threads === undefined ? {} : { threads }),
  });
  return {
    read: async (weights) => (await reader.read(weights)).map((row) => softmax(row)),
    release: reader.release,
  };
}

/** What decides, and by what it was chosen. */
export interface ThresholdRecord {
  readonly value: number;
  /** `dev`: highest F1 on the synthetic dev set; `given`: by the task; `default`: there is no dev set. */
  readonly by: ThresholdBy;
  /** Of the dev set: related pairs against all others. */
  readonly f1?: number;
  readonly pairs?: number;
}

const DEFAULT_THRESHOLD = 0.5;

/** @param read probabilities of the classes of `dev`; asked for only where the threshold is chosen by them */
export async function settleThreshold(
  asked: "dev" | number,
  dev: readonly { readonly relation: string }[],
  read: () => Promise<readonly (readonly number[])[]>,
  { classes, negative }: PairClasses,
): Promise<ThresholdRecord> {
  if (asked !== "dev") return { value: asked, by: "given" };
  if (dev.length === 0) return { value: DEFAULT_THRESHOLD, by: "default" };
  const { threshold, f1 } = chooseThreshold(scoreAgainst(dev, await read(), { classes, negative }));
  return { value: threshold, by: "dev", f1, pairs: dev.length };
}

const scoreAgainst = (
  gold: readonly { readonly relation: string }[],
  probabilities: readonly (readonly number[])[],
  { classes, negative }: PairClasses,
) =>
  gold.map(({ relation }, index) => ({
    score: positiveScore(probabilities[index]!, classes, negative),
    isPositive: relation !== negative,
  }));

export interface PairScorerInput extends Omit<PairReaderInput, "pairs"> {
  readonly set: RelationSelectionSet;
  /** `dev`: each score is that of the best threshold on the set. */
  readonly threshold: "dev" | number;
}

/** Micro F1 over all classes but the negative one. */
export async function createPairScorer({ set, threshold, ...input }: PairScorerInput): Promise<DevScorer> {
  const { classes, negative } = input;
  const reader = await createPairReader({ ...input, pairs: set.examples });
  return {
    async score(weights) {
      const probabilities = await reader.read(weights);
      const limit =
        threshold === "dev"
          ? chooseThreshold(scoreAgainst(set.examples, probabilities, input)).threshold
          : threshold;
      const answers = probabilities.map((row) => decidePair(row, classes, negative, limit));
      const options = { classes, negative, bootstrap: { samples: 1, seed: 1 } };
      return evaluateRelations(set.examples, answers, options).micro.f1;
    },
    release: reader.release,
  };
}
