/** @file Hidden states and embeddings of distances -> attention that sees content and distance apart (He et al. 2021). */
import type { Value } from "../../engine/graph.ts";
import type { EncoderContext } from "./architecture.ts";

/** Embeddings of distances [2*length, hidden], each in the order of one list of `DistanceRows`; absent where not looked at. */
export interface DistanceEmbeddings {
  /** Content of the query, distance to the key ("c2p"). */
  readonly descending?: Value;
  /** Content of the key, distance to the query ("p2c"). */
  readonly ascending?: Value;
}

export interface DisentangledAttention {
  readonly heads: number;
  /** How many products are summed: content with content, and one for each kind of distance. */
  readonly terms: number;
  readonly weightsDropout: number;
  /** Whether distances are projected with the weights of content. */
  readonly sharesProjections: boolean;
  /** Of the weights: `encoder.layer.0.attention.self`. */
  readonly name: string;
}

/**
 * Heads come first here, so that all sequences' products with distances are one matrix product a head.
 * @param x hidden states [batch*length, hidden]
 * @param attentionBias [1, batch, 1, length]
 * @returns [batch*length, hidden], before the output projection
 */
export function attendDisentangled(
  context: EncoderContext,
  attention: DisentangledAttention,
  x: Value,
  distances: DistanceEmbeddings,
  attentionBias: Value,
): Value {
  const { graph } = context;
  const { heads, name, sharesProjections } = attention;
  const hidden = x.shape.at(-1) as number;
  const width = hidden / heads;
  const alpha = 1 / Math.sqrt(width * attention.terms);
  const linear = (part: string) => {
    const weight = context.parameter(`${name}.${part}.weight`, [hidden, hidden]);
    const bias = context.parameter(`${name}.${part}.bias`, [hidden]);
    return (input: Value) => graph.apply("gemm", [input, weight, bias], { transA: false, transB: true });
  };
  const split = (flat: Value) => {
    const parted = graph.apply("reshape", [flat], { shape: ["batch", "length", heads, width] });
    return graph.apply("transpose", [parted], { permutation: [2, 0, 1, 3] }); // [heads, batch, length, width]
  };
  /** content [heads, batch, length, width] with rows [2*length, hidden] -> [heads, batch, length, length] */
  const byDistance = (content: Value, rows: Value) => {
    const parted = graph.apply("reshape", [rows], { shape: ["2*length", heads, width] });
    const table = graph.apply("transpose", [parted], { permutation: [1, 0, 2] }); // [heads, 2*length, width]
    const flat = graph.apply("reshape", [content], { shape: [heads, "batch*length", width] });
    const products = graph.apply("matmul", [flat, table], { transA: false, transB: true, alpha });
    const apart = graph.apply("reshape", [products], { shape: [heads, "batch", "length", "2*length"] });
    return graph.apply("relativeShift", [apart], {});
  };

  const [projectQuery, projectKey, projectValue] = [
    linear("query_proj"),
    linear("key_proj"),
    linear("value_proj"),
  ];
  const [query, key, value] = [split(projectQuery(x)), split(projectKey(x)), split(projectValue(x))];
  let scores = graph.apply("matmul", [query, key], { transA: false, transB: true, alpha });
  if (distances.descending) {
    // query i, key j: column length - 1 + j - i holds distance i - j
    const project = sharesProjections ? projectKey : linear("pos_key_proj");
    scores = graph.apply("add", [scores, byDistance(query, project(distances.descending))], {});
  }
  if (distances.ascending) {
    // key j, query i: column length - 1 + i - j holds distance i - j; then rows become columns
    const project = sharesProjections ? projectQuery : linear("pos_query_proj");
    const turned = byDistance(key, project(distances.ascending));
    const term = graph.apply("transpose", [turned], { permutation: [0, 1, 3, 2] });
    scores = graph.apply("add", [scores, term], {});
  }
  const weights = graph.apply("softmax", [graph.apply("add", [scores, attentionBias], {})], {});
  const dropped = context.dropout(weights, attention.weightsDropout);
  const mixed = graph.apply("matmul", [dropped, value], { transA: false, transB: false, alpha: 1 });
  const together = graph.apply("transpose", [mixed], { permutation: [1, 2, 0, 3] });
  return graph.apply("reshape", [together], { shape: ["batch*length", hidden] });
}
