/** @file Encoder + a head that reads one token a label, or several -> the graphs that train it and that run it. */
import { knownShape, type Parameter } from "../engine/gradient-session.ts";
import { createGraph, type Graph, type Value } from "../engine/graph.ts";
import { selectRows } from "../engine/select-rows.ts";
import type { DistanceRows, EncoderContext, EncoderInputs } from "./architectures/architecture.ts";
import { dense } from "./architectures/layers.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import { adaptParameters, type Lora } from "./lora.ts";
import { buildLoss, buildTokenLosses } from "./loss.ts";

/** A dropout mask that has to be fed. */
export interface DropoutSite {
  readonly name: string;
  readonly rate: number;
  readonly shape: readonly (number | string)[];
}

/** The training graph: what to feed, what it computes. */
export interface TrainingGraph {
  readonly graph: Graph;
  /** Mean cross-entropy over the labelled tokens, a scalar. */
  readonly loss: Value;
  /** What each labelled token adds to the loss, where it was asked for. */
  readonly tokenLosses?: Value; // [labelled]
  readonly logits: Value; // [batch*length, tags]; of a pooled head [labelled, classes]
  readonly parameters: ReadonlyMap<Value, Parameter>;
  /** Weights that are fed but not trained. */
  readonly frozen: ReadonlyMap<Value, Parameter>;
  /** Parameters that are read by rows, each with the name of the input that says which. */
  readonly tables: ReadonlyMap<string, string>;
  readonly dropoutSites: readonly DropoutSite[];
}

export interface TrainingGraphOptions {
  config: EncoderConfig;
  tagCount: number;
  /** Weights by name: `bert....` (or what the architecture is called) and those of the head. */
  parameters: ReadonlyMap<string, Parameter>;
  /** Default true. Without it the graph has no randomness (to compare with other implementations). */
  dropout?: boolean;
  /** Whether a weight stays as it is. Default: none does. */
  isFrozen?: (name: string) => boolean;
  /** Adapters of some weights; their own are among `parameters`. Default: none. */
  lora?: Lora;
  /**
   * Default true: what the last layer does to each token apart is computed for the tokens that carry a label alone. The
   * gradients are the same.
   */
  selectEarly?: boolean;
  /** Adds the loss against soft targets, at this temperature. Default: there are none. */
  softTemperature?: number;
  /** Whether the loss of each labelled token is to be had too. Default false. */
  tokenLosses?: boolean;
}

/**
 * Inputs, as fed (an architecture may not read `positions` or `types`): int32 `ids` [batch, length], `positions`
 * [length], `types` [1], `distances_descending`, `distances_ascending` [2*length]; float32 `attention_bias`
 * [batch, 1, 1, length], int32 `labelled` [labelled], the flat places of tokens with a label; `targets` [labelled, tags], `target_scale` [], and the dropout masks;
 * with a temperature `soft_targets` [labelled, tags] and `soft_target_scale` [].
 */
export function buildTrainingGraph(options: TrainingGraphOptions): TrainingGraph {
  const { config, tagCount, lora } = options;
  const graph = createGraph();
  const parameters = new Map<Value, Parameter>();
  const frozen = new Map<Value, Parameter>();
  const dropoutSites: DropoutSite[] = [];
  const plain: EncoderContext = {
    graph,
    parameter(name, shape) {
      const parameter = options.parameters.get(name);
      if (parameter?.shape.join() !== shape.join())
        throw new Error(`The weight "${name}" is missing or has another shape.`);
      const value = graph.input(name, "float32", shape);
      (options.isFrozen?.(name) ? frozen : parameters).set(value, parameter);
      return value;
    },
    dropout(value, rate) {
      if (rate === 0 || options.dropout === false) return value;
      const name = `dropout_${dropoutSites.length}`;
      dropoutSites.push({ name, rate, shape: value.shape });
      return graph.apply("multiply", [value, graph.input(name, "float32", value.shape)], {});
    },
  };
  const context = lora ? adaptParameters(plain, lora) : plain;
  const inputs: EncoderInputs = {
    ids: graph.input("ids", "int32", ["batch", "length"]),
    positions: graph.input("positions", "int32", ["length"]),
    types: graph.input("types", "int32", [1]),
    attentionBias: graph.input("attention_bias", "float32", ["batch", 1, 1, "length"]),
    ...nameDistances(config, (name) => graph.input(`distances_${name}`, "int32", ["2*length"])),
  };
  const hidden = config.build(context, inputs);
  const select = (value: Value, rows: Value) =>
    options.selectEarly === false ? graph.apply("gather", [value, rows], {}) : selectRows(graph, value, rows);
  const build = (): { logits: Value; asked: Value } => {
    const rows = () => graph.input("labelled", "int32", [rowsOf("labelled", config)]);
    if (config.pooled) {
      const logits = buildPooledHead(context, config.pooled, hidden, tagCount, {
        unit: "labelled",
        rows,
        select,
      });
      return { logits, asked: logits };
    }
    const logits = config.buildHead(context, hidden, tagCount);
    return { logits, asked: select(logits, rows()) };
  };
  const { logits, asked } = build();
  const { loss, terms } = buildLoss(graph, asked, options.softTemperature);
  const parts = options.tokenLosses ? { tokenLosses: buildTokenLosses(graph, terms) } : {};
  const tables = findTables(graph, parameters);
  return { graph, loss, ...parts, logits, parameters, frozen, tables, dropoutSites };
}

/** Rows that so many labels are read from: `2*labelled`. */
function rowsOf(unit: string, { pooled }: EncoderConfig): string {
  return pooled === undefined || pooled.tokens === 1 ? unit : `${pooled.tokens}*${unit}`;
}

/** Dropout, the rows of a label end to end, one linear layer. @returns [unit, classes] */
function buildPooledHead(
  context: EncoderContext,
  { tokens, dropout }: NonNullable<EncoderConfig["pooled"]>,
  hidden: Value, // [batch*length, hidden]
  classCount: number,
  { unit, rows, select }: { unit: string; rows: () => Value; select: (value: Value, rows: Value) => Value },
): Value {
  const width = knownShape([hidden.shape.at(-1)!])[0]!;
  const selected = select(context.dropout(hidden, dropout), rows()); // [tokens*unit, hidden]
  const joined = context.graph.apply("reshape", [selected], { shape: [unit, tokens * width] });
  return dense(context, joined, classCount, "classifier");
}

/** `EncoderInputs.distances`, where the encoder has them. */
function nameDistances(
  { distanceRows }: EncoderConfig,
  create: (name: keyof DistanceRows, values: readonly number[]) => Value,
): Pick<EncoderInputs, "distances"> {
  if (distanceRows === undefined) return {};
  const { descending, ascending } = distanceRows;
  return {
    distances: {
      descending: create("descending", descending),
      ascending: create("ascending", ascending),
    },
  };
}

/** A table that is read by several lists (distances) is named with one of them: they name the same rows. */
function findTables(graph: Graph, parameters: ReadonlyMap<Value, Parameter>): Map<string, string> {
  const name = ({ source }: Value) => (source.kind === "input" ? source.name : "");
  const gathers = graph.nodes.filter(({ op, inputs }) => op === "gather" && parameters.has(inputs[0]!));
  return new Map(gathers.map(({ inputs }) => [name(inputs[0]!), name(inputs[1]!)]));
}

/** Every parameter of an encoder with this head, in the order the graph reads them. */
export function listParameterShapes(config: EncoderConfig, tagCount: number): Map<string, number[]> {
  const weights = buildInferenceGraph(config, tagCount).graph.inputs.filter(({ type }) => type === "float32");
  return new Map(weights.map(({ source, shape }) => [(source as { name: string }).name, knownShape(shape)]));
}

/**
 * The graph of a saved model: int64 `input_ids`, `attention_mask` and, where the encoder has token types,
 * `token_type_ids` [batch, length] -> `logits` [batch, length, tags]. With a pooled head also int64 `rows` [tokens*pairs],
 * flat places (sequence * length + token), those of a pair one after the other -> `logits` [pairs, classes].
 */
export function buildInferenceGraph(
  config: EncoderConfig,
  tagCount: number,
): { graph: Graph; logits: Value } {
  const { graph, context, hidden } = buildEncoderGraph(config);
  if (config.pooled) {
    const logits = buildPooledHead(context, config.pooled, hidden, tagCount, {
      unit: "pairs",
      rows: () => graph.input("rows", "int64", [rowsOf("pairs", config)]),
      select: (value, rows) => selectRows(graph, value, rows),
    });
    return { graph, logits };
  }
  const logits = config.buildHead(context, hidden, tagCount);
  return { graph, logits: graph.apply("reshape", [logits], { shape: ["batch", "length", tagCount] }) };
}

/** The same without a head -> `hidden` [batch*length, hidden], and what builds a head on it. */
export function buildEncoderGraph(config: EncoderConfig): {
  graph: Graph;
  context: EncoderContext;
  hidden: Value;
} {
  const graph = createGraph();
  const context: EncoderContext = {
    graph,
    parameter: (name, shape) => graph.input(name, "float32", shape),
    dropout: (value) => value,
  };
  const shape = ["batch", "length"];
  const ids = graph.input("input_ids", "int64", shape);
  const mask = graph.input("attention_mask", "int64", shape);
  const types = graph.input("token_type_ids", "int64", shape);
  // (1 - mask) * -10000: exp(-10000) is 0 in float32, and no row of padding alone gives NaN
  const present = graph.apply("toFloat", [mask], {});
  const bias = graph.apply("scale", [graph.apply("subtract", [present, graph.constant([], [1])], {})], {
    factor: 10_000,
  });
  const hidden = config.build(context, {
    ids,
    positions: graph.apply("range", [], { start: config.firstPosition, length: "length" }),
    types,
    attentionBias: graph.apply("reshape", [bias], { shape: ["batch", 1, 1, "length"] }),
    ...nameDistances(config, (_, values) => graph.apply("middle", [], { values, length: "length" })),
  });
  return { graph, context, hidden };
}
