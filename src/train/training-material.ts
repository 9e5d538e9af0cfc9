/** @file A task's examples and an encoder -> what the training loop takes and what is left to do after it, one way a kind. */
import type { Parameter } from "../engine/gradient-session.ts";
import type { EncoderConfig } from "../model/encoder-config.ts";
import { loadEncoder } from "../model/load-encoder.ts";
import type { WriteModelInput } from "../model/model-folder.ts";
import { type EncodedPair, encodePair, type PairReading } from "../model/pair-sequence.ts";
import { withRelationHead } from "../model/relation-head.ts";
import { encodeExample, type LabelledSequence } from "../model/sequence.ts";
import { outputNames, requireRelation } from "../task/output-names.ts";
import { PAIR_DEFAULTS } from "../task/relation-training.ts";
import type { TaskKind } from "../task/spec.ts";
import { createDevScorer, type DevScorer } from "./dev-scorer.ts";
import { learnFromPairTeacher, learnFromTeacher } from "./distill.ts";
import type { FineTuneInput, FineTuneInputOfKind, RelationFineTuneInput } from "./fine-tune-input.ts";
import { misplacePairs } from "./misplaced.ts";
import { createPairReader, createPairScorer, settleThreshold, type ThresholdRecord } from "./pair-scorer.ts";
import { classWeightsOf, tagWeights } from "./tag-weights.ts";
import type { TrainInput } from "./train-model.ts";

/** What the way from marks to labelled sequences lost. */
export interface MaterialLosses {
  /** Mentions widened to word borders, and those left out because another mention has their words. */
  readonly widenedMentions: number;
  readonly droppedMentions: number;
  /** Words of more pieces than a sequence holds. */
  readonly cutWords: number;
  /** Pairs whose text is too long to be shown whole. Absent: the task has no pairs. */
  readonly cutTexts?: number;
}

/** What is written beside the weights, and what was settled after training. */
interface MaterialResult {
  readonly model: Pick<WriteModelInput, "names" | "pairs" | "pairReading">;
  readonly threshold?: ThresholdRecord;
}

/** Everything in which fine-tuning for one kind of task differs from another. */
export interface TrainingMaterial {
  /** With the head of the kind. */
  readonly config: EncoderConfig;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly outputs: readonly string[];
  readonly sequences: readonly LabelledSequence[];
  readonly redraw?: TrainInput["redraw"];
  readonly losses: MaterialLosses;
  /** Weights of outputs in the loss. */
  readonly weights: Float64Array | undefined;
  /** Length of the sequences that the finished model reads. */
  readonly windowTokens: number;
  /** Of the selection, where there is one. */
  createScorer(): Promise<DevScorer | undefined>;
  /** @param weights those of the finished model */
  finish(weights: ReadonlyMap<string, Parameter>): Promise<MaterialResult>;
}

interface Threads {
  readonly threads?: number;
}

async function prepareMentions(input: FineTuneInput, options: Threads): Promise<TrainingMaterial> {
  const { spec, examples, encoder, names, selection: set } = input;
  const outputs = outputNames(spec);
  const labels = Object.keys(spec.labels);
  const { config, parameters, tokenizer } = await loadEncoder(encoder, outputs.length, spec.training.seed);
  const maxTokens = Math.min(spec.training.maxTokens, config.maxTokens);
  const encoded = examples.map((example) => encodeExample(example, labels, tokenizer, { maxTokens }));
  const sources = encoded.map(({ sequences }, index) => ({ text: examples[index]!.text, sequences }));
  const sequences = (await learnFromTeacher(sources, input, options)).flat();
  const total = (count: (text: (typeof encoded)[number]) => number) =>
    encoded.reduce((sum, text) => sum + count(text), 0);
  const windowTokens = usualLength(sequences, maxTokens);
  return {
    config,
    parameters,
    outputs,
    sequences,
    losses: {
      widenedMentions: total(({ widened }) => widened),
      droppedMentions: total(({ dropped }) => dropped),
      cutWords: total(({ cutWords }) => cutWords),
    },
    weights: tagWeights(spec.training.classWeights, labels, sequences),
    windowTokens,
    createScorer: async () =>
      set && createDevScorer({ config, tokenizer, labels, set, windowTokens, ...options }),
    finish: async () => ({ model: { names } }),
  };
}

/** The length that 99 % of the training sequences do not exceed, in steps of 8, never under 32. */
function usualLength(sequences: readonly LabelledSequence[], maxTokens: number): number {
  const lengths = sequences.map(({ ids }) => ids.length).sort((a, b) => a - b);
  const usual = lengths[Math.ceil(lengths.length * 0.99) - 1] ?? 0;
  return Math.min(maxTokens, Math.max(32, Math.ceil(usual / 8) * 8));
}

/**
 * A pair is one sequence with one label, its class. Longer texts than those of training are cut about the pair by the
 * finished model; here, also where the threshold is chosen, at `maxTokens`.
 */
async function preparePairs(input: RelationFineTuneInput, options: Threads): Promise<TrainingMaterial> {
  const { spec, examples, encoder, pairs, dev, selection: set } = input;
  const { directed, negative } = requireRelation(spec);
  const { markers, pooling, threshold, misplaced } = { ...PAIR_DEFAULTS, ...spec.training };
  const outputs = outputNames(spec);
  const { config, parameters, tokenizer } = await loadEncoder(
    encoder,
    outputs.length,
    spec.training.seed,
    (bare) => withRelationHead(bare, pooling),
  );
  const maxTokens = Math.min(spec.training.maxTokens, config.maxTokens);
  const reading: PairReading = { markers, pooling, directed, maxTokens };
  const encoded = examples.map((pair) => encodePair(pair, tokenizer, reading));
  const label = ({ sequence }: EncodedPair, relation: string): LabelledSequence => ({
    ...sequence,
    tags: Int32Array.of(outputs.indexOf(relation)),
  });
  const labelled = encoded.map((pair, index) => label(pair, examples[index]!.relation));
  const taught = await learnFromPairTeacher(examples, labelled, input, options);
  const copies = misplacePairs(examples, misplaced, spec.training.seed);
  const draw = (place: number, epoch: number) =>
    label(encodePair(copies.draw(place, epoch), tokenizer, reading), negative);
  const sequences = [...taught, ...Array.from({ length: copies.count }, (_, place) => draw(place, 0))];
  const read = { config, tokenizer, reading, classes: outputs, negative, ...options };
  return {
    config,
    parameters,
    outputs,
    sequences,
    redraw: (index, epoch) => (index < taught.length ? undefined : draw(index - taught.length, epoch)),
    losses: {
      widenedMentions: 0,
      droppedMentions: 0,
      cutWords: 0,
      cutTexts: encoded.filter(({ isCut }) => isCut).length,
    },
    weights: classWeightsOf(spec.training.classWeights, outputs, sequences),
    windowTokens: usualLength(sequences, maxTokens), // texts to come are cut about the pair as those learnt from
    createScorer: async () => set && createPairScorer({ ...read, set, threshold }),
    async finish(weights) {
      const chosen = await settleThreshold(
        threshold,
        dev,
        async () => {
          const reader = await createPairReader({ ...read, pairs: dev });
          return reader.read(weights).finally(reader.release);
        },
        read,
      );
      const pairReading = { markers, pooling, threshold: chosen.value };
      return { model: { names: [], pairs, pairReading }, threshold: chosen };
    },
  };
}

const PREPARERS: {
  readonly [K in TaskKind]: (input: FineTuneInputOfKind[K], options: Threads) => Promise<TrainingMaterial>;
} = { ner: prepareMentions, relation: preparePairs };

/** @throws InputError when the encoder or the teacher does not fit */
export function prepareMaterial<K extends TaskKind>(
  kind: K,
  input: FineTuneInputOfKind[K],
  options: Threads,
): Promise<TrainingMaterial> {
  return PREPARERS[kind](input, options);
}
