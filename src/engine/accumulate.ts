/** @file Gradients of several runs -> their sum, as if one run had seen all their feeds. */
import type { GradientRun, HostGradient } from "./gradient-session.ts";

/**
 * Takes the runs one after the other, each when the one before has been added. A single run is given back as it is;
 * otherwise the sum is in memory that stands until the next call.
 */
export type Accumulate = (runs: readonly (() => Promise<GradientRun>)[]) => Promise<GradientRun>;

export function createAccumulator(): Accumulate {
  const sums = new Map<string, Float32Array>();
  return async (runs) => {
    if (runs.length === 1) return runs[0]!();
    const gradients = new Map<string, HostGradient>();
    let loss = 0;
    for (const run of runs) {
      const part = await run();
      loss += part.loss;
      for (const [name, gradient] of part.gradients) {
        gradients.set(name, add(gradients.get(name), gradient, name, sums));
      }
    }
    return { loss, gradients };
  };
}

/** A run's memory is written over by the next: what is kept of it is copied. */
function add(
  sum: HostGradient | undefined,
  gradient: HostGradient,
  name: string,
  sums: Map<string, Float32Array>,
): HostGradient {
  if (gradient.kind === "rows") {
    const parts = gradient.parts.map(({ indices, rows }) => ({
      indices: indices.slice(),
      rows: rows.slice(),
    }));
    return { kind: "rows", parts: [...(sum?.kind === "rows" ? sum.parts : []), ...parts] };
  }
  const { data: found } = gradient;
  let data = sums.get(name);
  if (data === undefined) sums.set(name, (data = new Float32Array(found.length)));
  if (sum === undefined) data.set(found);
  else for (let i = 0; i < found.length; i++) data[i] = data[i]! + found[i]!;
  return { kind: "dense", data };
}
