/** @file Logits -> the training loss: cross-entropy with rows of targets, and one against a teacher where there is one. */
import type { Graph, Value } from "../engine/graph.ts";

/** -scale * sum(picked) is a part of the loss. */
export interface LossTerm {
  readonly picked: Value; // [labelled, tags]
  readonly scale: Value; // []
}

/**
 * -target_scale * sum(targets * log p), plus -soft_target_scale * sum(soft_targets * log p at the temperature).
 * What the rows hold is settled where they are fed, see loss-targets.ts; one row a labelled token.
 * @param logits [labelled, tags]
 * @param softTemperature absent: no soft targets are fed
 */
export function buildLoss(
  graph: Graph,
  logits: Value,
  softTemperature?: number,
): { loss: Value; terms: readonly LossTerm[] } {
  const terms: LossTerm[] = [];
  const term = (scores: Value, name: string) => {
    const targets = graph.input(`${name}s`, "float32", scores.shape);
    const scale = graph.input(`${name}_scale`, "float32", []);
    const picked = graph.apply("multiply", [graph.apply("logSoftmax", [scores], {}), targets], {});
    terms.push({ picked, scale });
    const total = graph.apply("reduceSum", [picked], { axes: [0, 1], keepDims: false });
    return graph.apply("scale", [graph.apply("multiply", [total, scale], {})], { factor: -1 });
  };
  const hard = term(logits, "target");
  if (softTemperature === undefined) return { loss: hard, terms };
  const cooled = graph.apply("scale", [logits], { factor: 1 / softTemperature });
  return { loss: graph.apply("add", [hard, term(cooled, "soft_target")], {}), terms };
}

/** What each labelled token adds to the loss, [labelled]: their sum is the loss. */
export function buildTokenLosses(graph: Graph, terms: readonly LossTerm[]): Value {
  const tokens = terms.map(({ picked, scale }) => {
    const sums = graph.apply("reduceSum", [picked], { axes: [1], keepDims: false });
    return graph.apply("scale", [graph.apply("multiply", [sums, scale], {})], { factor: -1 });
  });
  return tokens.reduce((sum, each) => graph.apply("add", [sum, each], {}));
}
