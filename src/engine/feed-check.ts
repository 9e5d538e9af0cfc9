/** @file What a graph must be fed -> a check of what it is fed, which names the input and the size that is wrong. */
import { didYouMean } from "../util/did-you-mean.ts";
import type { Dim, Shape, Value } from "./graph.ts";
import type { HostTensor } from "./session.ts";

/** @throws Error that names the input: missing, unknown, of another type or shape, or with data that its shape does not hold */
export type FeedCheck = (feeds: Readonly<Record<string, HostTensor>>) => void;

/**
 * A symbol stands for one number within a run: the first input that has it decides, in the order of `inputs`.
 * @param inputs the graph inputs that a run needs @param allowed names that may be fed though nothing reads them
 */
export function createFeedCheck(inputs: readonly Value[], allowed: readonly string[] = []): FeedCheck {
  const wanted = new Map(inputs.map((value) => [nameOf(value), value]));
  const known = new Set([...wanted.keys(), ...allowed]);
  return (feeds) => {
    for (const name of Object.keys(feeds)) {
      if (known.has(name)) continue;
      const names = [...wanted.keys()];
      throw new Error(
        `The graph has no input "${name}".${didYouMean(name, names)} It is fed: ${names.join(", ")}.`,
      );
    }
    const sizes = new Map<string, { size: number; from: string }>();
    for (const [name, { type, shape }] of wanted) {
      const tensor = feeds[name];
      const needed = `${type} ${renderShape(shape)}`;
      if (tensor === undefined) throw new Error(`The input "${name}" (${needed}) is not fed.`);
      const found = `${tensor.type} ${renderShape(tensor.dims)}`;
      const rank = tensor.dims.length === shape.length;
      if (tensor.type !== type || !rank || shape.some((dim, axis) => !fits(dim, tensor.dims[axis]!))) {
        throw new Error(`The input "${name}" takes ${needed}, and is fed ${found}.`);
      }
      const count = tensor.dims.reduce((product, size) => product * size, 1);
      if (tensor.data.length !== count) {
        throw new Error(
          `The input "${name}" is fed ${tensor.data.length} numbers; its dims ${renderShape(tensor.dims)} hold ${count}.`,
        );
      }
      for (const [axis, dim] of shape.entries()) {
        if (typeof dim === "string" && !dim.includes("*"))
          bind(sizes, dim, { size: tensor.dims[axis]!, from: name });
      }
    }
    // Products last: an input may have them before another says how large their factors are.
    for (const [name, { shape }] of wanted) {
      for (const [axis, dim] of shape.entries()) {
        if (typeof dim !== "string" || !dim.includes("*")) continue;
        bind(sizes, dim, { size: feeds[name]!.dims[axis]!, from: name });
      }
    }
  };
}

function fits(dim: Dim, size: number): boolean {
  return typeof dim === "string" || dim === size;
}

function bind(
  sizes: Map<string, { size: number; from: string }>,
  symbol: string,
  found: { size: number; from: string },
): void {
  const known = sizes.get(symbol);
  if (known === undefined) sizes.set(symbol, found);
  const factors = symbol.split("*").map((factor) => sizes.get(factor));
  const isProduct = factors.length > 1 && factors.every((factor) => factor !== undefined);
  const product = factors.reduce((size, factor) => size * (factor?.size ?? 1), 1);
  const expected = known ?? (isProduct ? { size: product, from: factors[0]!.from } : found);
  if (expected.size === found.size) return;
  throw new Error(
    `The size "${symbol}" is ${found.size} in the input "${found.from}", and ${expected.size} by "${expected.from}".`,
  );
}

function nameOf({ source }: Value): string {
  if (source.kind === "input") return source.name;
  throw new Error("Only an input of a graph can be fed.");
}

function renderShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
