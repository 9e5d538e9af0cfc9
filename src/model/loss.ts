/** @file Logits -> the training loss: cross-entropy with rows of targets, and one against a teacher where there is one. */
import type { Graph, Value } from "../engine/graph.ts";

/**
 * -target_scale * sum(targets * log p), plus -soft_target_scale * sum(soft_targets * log p at the temperature).
 * What the rows hold is settled where they are fed, see loss-targets.ts; one row a labelled token.
 * @param logits [labelled, tags]
 * @param softTemperature absent: no soft targets are fed
 */
export function buildLoss(graph: Graph, logits: Value, softTemperature?: number): Value {
  const term = (scores: Value, name: string) => {
    const targets = graph.input(`${name}s`, "float32", scores.shape);
    const scale = graph.input(`${name}_scale`, "float32", []);
    const picked = graph.apply("multiply", [graph.apply("logSoftmax", [scores], {}), targets], {});
    const total = graph.apply("reduceSum", [picked], { axes: [0, 1], keepDims: false });
    return graph.apply("scale", [graph.apply("multiply", [total, scale], {})], { factor: -1 });
  };
  const hard = term(logits, "target");
  if (softTemperature === undefined) return hard;
  const cooled = graph.apply("scale", [logits], { factor: 1 / softTemperature });
  return graph.apply("add", [hard, term(cooled, "soft_target")], {});
}
