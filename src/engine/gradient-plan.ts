/** @file A graph with a loss -> what a model must give, so that the loss and every gradient can be read from its results. */
import { gradients } from "./gradients.ts";
import type { Graph, Value } from "./graph.ts";
import { copyGraph, lowerForTraining } from "./lower-for-training.ts";

/** The name of each result of a model that computes gradients. */
export interface GradientPlan {
  readonly graph: Graph;
  /** What one run gives, by result name. */
  readonly outputs: Readonly<Record<string, Value>>;
  /** The same, with each dense gradient added to what is fed as its `sum`. */
  readonly addedOutputs: Readonly<Record<string, Value>>;
  /** By trained input of the given graph, where the loss depends on it. */
  readonly gradients: ReadonlyMap<Value, PlannedGradient>;
}

/** The results that hold a gradient, and the input that says which rows of a table they belong to. */
type PlannedGradient =
  | { readonly kind: "dense"; readonly result: string; readonly sum: string }
  | {
      readonly kind: "rows";
      readonly parts: readonly { readonly indices: Value; readonly result: string }[];
    };

/**
 * @param rewrite whether the graph is rewritten first, into operations whose gradients take fewer passes
 * @param watch values that a run gives beside the loss, each as {@link watchedResult}
 */
export function planGradients(
  given: Graph,
  loss: Value,
  trained: ReadonlyMap<Value, { readonly name: string }>,
  rewrite: boolean,
  watch: ReadonlyMap<string, Value> = new Map(),
): GradientPlan {
  const { graph, translate } = rewrite ? lowerForTraining(given) : copyGraph(given);
  const found = gradients(
    graph,
    translate(loss),
    [...trained.keys()].map((value) => translate(value)),
  );
  const outputs: Record<string, Value> = { loss: translate(loss) };
  for (const [name, value] of watch) outputs[watchedResult(name)] = translate(value);
  const addedOutputs: Record<string, Value> = { ...outputs };
  const rowResults = new Map<Value, string>();
  const planned = new Map<Value, PlannedGradient>();
  for (const [value, { name }] of trained) {
    const gradient = found.get(translate(value));
    if (gradient?.kind === "dense") {
      const [result, sum] = [`d_${name}`, `sum_${name}`];
      outputs[result] = gradient.value;
      const before = graph.input(sum, "float32", gradient.value.shape);
      addedOutputs[result] = graph.apply("add", [gradient.value, before], {});
      planned.set(value, { kind: "dense", result, sum });
    } else if (gradient) {
      const parts = gradient.parts.map(({ indices, rows }) => {
        const result = rowResults.get(rows) ?? `d_rows_${rowResults.size}`;
        rowResults.set(rows, result);
        outputs[result] = rows;
        addedOutputs[result] = rows;
        return { indices, result };
      });
      planned.set(value, { kind: "rows", parts });
    }
  }
  return { graph, outputs, addedOutputs, gradients: planned };
}

/** The name of the result that holds a watched value. */
export function watchedResult(name: string): string {
  return `watched_${name}`;
}
