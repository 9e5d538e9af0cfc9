/** @file What an encoder's architecture has to say about itself -> the contract between it and everything shared. */
import type { z } from "zod";
import type { Graph, Value } from "../../engine/graph.ts";

/** What the encoder reads. An input that an architecture does not read is not in the emitted graph. */
export interface EncoderInputs {
  readonly ids: Value; // [batch, length]
  /** Rows of the table of positions: `firstPosition`, `firstPosition + 1`, ... */
  readonly positions: Value; // [length]
  readonly types: Value; // [batch, length], or [1] where all are equal
  /** Added to attention scores: 0 for a token, a large negative number for padding. */
  readonly attentionBias: Value; // [batch, 1, 1, length]
  /** Rows of the table of distances, where the encoder has `distanceRows`. */
  readonly distances?: Readonly<Record<keyof DistanceRows, Value>>; // [2*length]
}

/**
 * The row that each distance between two tokens has in a table, `place(query) - place(key)`; `half` is half of a
 * list's length. The 2 n numbers about a list's middle are those for n tokens; the very last is never read.
 */
export interface DistanceRows {
  /** Of half - 1, half - 2, ..., -half. */
  readonly descending: readonly number[];
  /** Of -half + 1, -half + 2, ..., half. */
  readonly ascending: readonly number[];
}

/** How the builder asks for what changes between training and inference. */
export interface EncoderContext {
  readonly graph: Graph;
  /** The weight of that name, an input of the graph. */
  parameter(name: string, shape: readonly number[]): Value;
  /** Zeroes a random part while training; the identity otherwise. */
  dropout(value: Value, rate: number): Value;
}

/** Numbers that everything outside the graph asks of an encoder, whatever its config.json calls them. */
interface EncoderTraits {
  /** Rows of the word embeddings. */
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly layers: number;
  /** Longest input in tokens, those that begin and end it counted. */
  readonly maxTokens: number;
  /** Row of the table of positions that the first token has: 0 but for RoBERTa. */
  readonly firstPosition: number;
  /** What fills up a batch; hidden from attention. */
  readonly padId: number;
  /** Deviation of freshly drawn weights. */
  readonly initializerRange: number;
  /** For encoders whose attention looks at distances; they find them in `EncoderInputs.distances`. */
  readonly distanceRows?: DistanceRows;
}

/** The encoder of one config.json, and the head of token classification that Hugging Face puts on it. */
export interface EncoderNetwork extends EncoderTraits {
  /** @returns hidden states [batch*length, hidden]: flat, so that every product with a weight is one matrix product. */
  build(context: EncoderContext, inputs: EncoderInputs): Value;
  /** @param hidden from `build`. @returns logits [batch*length, tags] */
  buildHead(context: EncoderContext, hidden: Value, tagCount: number): Value;
}

/** Everything in which one kind of encoder differs from another. */
export interface EncoderArchitecture {
  /** The name that Hugging Face gives the encoder inside a model with a head, `bert.`; the head's names are without. */
  readonly prefix: string;
  /** What stands under `architectures` in config.json of a token classifier. */
  readonly className: string;
  /** @throws z.ZodError when config.json is damaged or asks for what is not supported */
  configure(json: unknown): EncoderNetwork;
}

/** An architecture as its file writes it down; `C` is its checked config.json. */
interface ArchitectureDefinition<C> extends Pick<EncoderArchitecture, "prefix" | "className"> {
  /** Hugging Face's own key names; keys that are not read are of no concern. */
  readonly schema: z.ZodType<C>;
  describe(config: C): EncoderTraits;
  build(context: EncoderContext, config: C, inputs: EncoderInputs): Value;
  buildHead(context: EncoderContext, config: C, hidden: Value, tagCount: number): Value;
}

/** Hides the type of the config, so that all architectures fit one table. */
export function defineArchitecture<C>(definition: ArchitectureDefinition<C>): EncoderArchitecture {
  const { prefix, className, schema } = definition;
  return {
    prefix,
    className,
    configure(json) {
      const config = schema.parse(json);
      return {
        ...definition.describe(config),
        build: (context, inputs) => definition.build(context, config, inputs),
        buildHead: (context, hidden, tagCount) => definition.buildHead(context, config, hidden, tagCount),
      };
    },
  };
}
