/** @file A model's ONNX file and token sequences -> logits of the tokens that begin a word, in runs of bounded size. */
import { basename, dirname } from "node:path";
import { emitOnnx } from "../engine/emit-onnx.ts";
import { type QuantizedTensor, quantizedNames } from "../engine/emit-quantized.ts";
import type { Graph, Value } from "../engine/graph.ts";
import type { StoredTensor } from "../engine/onnx-schema.ts";
import { readOnnxTensors } from "../engine/onnx-tensors.ts";
import { selectRows } from "../engine/select-rows.ts";
import { createSession, type HostTensor, type Session, type SessionOptions } from "../engine/session.ts";
import { InputError } from "../util/errors.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import type { TokenSequence } from "./sequence.ts";
import { buildInferenceGraph } from "./token-classifier.ts";

/** Owns native memory: call `release` when done. */
export interface TokenScorer {
  /** Logits of each sequence's first tokens, [firstTokens, tags]. */
  score(sequences: readonly TokenSequence[]): Promise<Float32Array[]>;
  release(): Promise<void>;
}

export interface TokenScorerOptions {
  readonly config: EncoderConfig;
  readonly tagCount: number;
  /** The file that `writeModelFolder` wrote. */
  readonly onnx: string;
  readonly padId: number;
  readonly session?: SessionOptions;
}

/**
 * Tokens a run may hold, padding counted. On the CPU more do not make a run faster (docs/inference.md), and the results
 * between two operations leave the processor's cache: at 4,096 a run of MiniLM takes 20 % longer a token.
 */
const TOKENS_PER_RUN = { cpu: 512, others: 4096 };

/**
 * On the CPU it runs the graph of the file, with its numbers where they lie in it, but for one change: the last layer is
 * computed for the first tokens of words alone. Any other device is given the file as it is.
 * @throws InputError when the file is missing, broken, or of a model with other tags, or the device is not there
 */
export async function loadTokenScorer(options: TokenScorerOptions): Promise<TokenScorer> {
  const { onnx, tagCount, padId, session: settings = {} } = options;
  const isOnCpu = (settings.device ?? "cpu") === "cpu";
  const damaged = (cause: unknown) =>
    new InputError("model-damaged", `Cannot load "${onnx}": it is missing, broken or truncated.`, {
      hint: "Train the model again with `textphantom run`, or copy the folder again.",
      cause,
    });
  const tensors = await readOnnxTensors(onnx, basename(onnx)).catch((cause) => {
    throw damaged(cause);
  });
  const found = tensors.get("classifier.bias")?.dims[0];
  if (found !== undefined && found !== tagCount)
    throw new InputError(
      "model-damaged",
      `"${onnx}" gives ${found} tags a token; its task has ${tagCount}.`,
      {
        hint: "The ONNX file and task.json come from different models.",
      },
    );
  let session: Session;
  try {
    session = isOnCpu
      ? await createSession(emitRuntimeModel(options.config, tagCount, tensors), {
          ...settings,
          tensorFolder: dirname(onnx),
        })
      : await createSession(onnx, settings);
  } catch (cause) {
    if (cause instanceof InputError) throw cause; // the device, not the model
    throw damaged(cause);
  }
  const tokensPerLabel = options.config.pooled?.tokens ?? 1;
  const tokensPerRun = isOnCpu ? TOKENS_PER_RUN.cpu : TOKENS_PER_RUN.others;
  return {
    score: (sequences) =>
      scoreSequences(session, sequences, { tagCount, padId, tokensPerRun, tokensPerLabel }),
    release: session.release,
  };
}

export interface ScoreOptions {
  readonly tagCount: number;
  readonly padId: number;
  /** Tokens a run may hold, padding counted. */
  readonly tokensPerRun: number;
  /** Tokens that one row of logits is read from. Default 1. */
  readonly tokensPerLabel?: number;
  /** By input name, where the session's model does not hold its weights. */
  readonly weights?: Readonly<Record<string, HostTensor>>;
}

/**
 * @param session of an inference graph; where it has an input `rows`, it gives the logits of those rows alone
 * @returns logits of each sequence's labels, [labels, tags]
 */
export async function scoreSequences(
  session: Session,
  sequences: readonly TokenSequence[],
  options: ScoreOptions,
): Promise<Float32Array[]> {
  const { tagCount, tokensPerRun, tokensPerLabel = 1 } = options;
  const scores: Float32Array[] = new Array(sequences.length);
  for (const run of planRuns(sequences, tokensPerRun)) {
    const batch = run.map((index) => sequences[index]!);
    const logits = await runBatch(session, batch, options);
    let row = 0;
    for (const index of run) {
      const end = row + sequences[index]!.firstTokens.length / tokensPerLabel;
      scores[index] = logits.slice(row * tagCount, end * tagCount);
      row = end;
    }
  }
  return scores;
}

/** @throws Error when a tensor is missing or has another shape: the session's work, not ours */
function emitRuntimeModel(
  config: EncoderConfig,
  tagCount: number,
  tensors: ReadonlyMap<string, StoredTensor>,
): Uint8Array {
  const { graph, logits } = buildInferenceGraph(config, tagCount);
  const selected = config.pooled ? logits : selectWords(graph, logits);
  const initializers = new Map<string, StoredTensor>();
  const quantized = new Map<string, QuantizedTensor>();
  for (const { source, type, shape } of graph.inputs) {
    if (type !== "float32" || source.kind !== "input") continue;
    const plain = tensors.get(source.name);
    const names = quantizedNames(source.name);
    const [values, scales] = [tensors.get(names.values), tensors.get(names.scales)];
    if (plain !== undefined && plain.dims.join() === shape.join()) initializers.set(source.name, plain);
    else if (values !== undefined && scales !== undefined)
      quantized.set(source.name, {
        values: { dims: values.dims, data: values },
        scales: { dims: scales.dims, data: scales },
      });
    else throw new Error(`The file has no tensor "${source.name}" of shape [${shape}].`);
  }
  return emitOnnx(graph, { outputs: { logits: selected }, initializers, quantized, dialect: "onnxruntime" });
}

function selectWords(graph: Graph, logits: Value): Value {
  const { source } = logits;
  const flat = source.kind === "node" && source.node.op === "reshape" ? source.node.inputs[0]! : logits; // [batch*length, tags]
  return selectRows(graph, flat, graph.input("rows", "int64", ["words"]));
}

/** Indices of the sequences, the longest first, cut into runs. */
export function planRuns(sequences: readonly TokenSequence[], tokens: number): number[][] {
  const lengthOf = (index: number) => sequences[index]!.ids.length;
  const order = [...sequences.keys()].sort((a, b) => lengthOf(b) - lengthOf(a));
  const runs: number[][] = [];
  for (let start = 0; start < order.length; ) {
    const count = Math.max(1, Math.floor(tokens / lengthOf(order[start]!)));
    runs.push(order.slice(start, start + count));
    start += count;
  }
  return runs;
}

/** @returns logits of all labels, sequence after sequence */
async function runBatch(
  session: Session,
  sequences: readonly TokenSequence[],
  { padId, weights = {} }: Pick<ScoreOptions, "padId" | "weights">,
): Promise<Float32Array> {
  const length = Math.max(...sequences.map(({ ids }) => ids.length));
  const size = sequences.length * length;
  const ids = new BigInt64Array(size).fill(BigInt(padId));
  const mask = new BigInt64Array(size);
  const rows: bigint[] = [];
  for (const [row, sequence] of sequences.entries()) {
    const start = row * length;
    for (const [position, id] of sequence.ids.entries()) ids[start + position] = BigInt(id);
    mask.fill(1n, start, start + sequence.ids.length);
    for (const position of sequence.firstTokens) rows.push(BigInt(start + position));
  }
  const dims = [sequences.length, length];
  const feeds: Record<string, HostTensor> = {
    ...weights,
    input_ids: { type: "int64", data: ids, dims },
    attention_mask: { type: "int64", data: mask, dims },
    token_type_ids: { type: "int64", data: new BigInt64Array(size), dims },
    rows: { type: "int64", data: BigInt64Array.from(rows), dims: [rows.length] },
  };
  // not every encoder has token types; an input that a model does not have must not be fed
  const asked = session.inputNames.map((name): [string, HostTensor] => [name, feeds[name]!]);
  const logits = (await session.run(Object.fromEntries(asked))).get("logits");
  if (logits?.type !== "float32")
    throw new InputError("model-damaged", "The model's ONNX file gives no logits.");
  if (session.inputNames.includes("rows")) return logits.data;
  const tags = logits.dims.at(-1)!;
  const selected = new Float32Array(rows.length * tags);
  for (const [index, row] of rows.entries())
    selected.set(logits.data.subarray(Number(row) * tags, (Number(row) + 1) * tags), index * tags);
  return selected;
}
