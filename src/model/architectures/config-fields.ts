/** @file Kinds of value that stand in many a config.json -> their checks. */
import { z } from "zod";

/** Hidden sizes, counts of layers and the like. */
export const size = z.int().positive().max(1_000_000);
export const probability = z.number().min(0).lt(1);
export const tokenId = z.int().nonnegative();
/** A LayerNorm's guard against division by 0. */
export const epsilon = z.number().positive();
/** Deviation of freshly drawn weights. */
export const initializerRange = z.number().positive().default(0.02);

/** One of a few words; the error says which are supported. */
export function oneOf<const T extends string>(...supported: readonly T[]) {
  return z.enum(supported as readonly [T, ...T[]], {
    error: ({ input }) => `${JSON.stringify(input)} is not supported; supported: ${supported.join(", ")}`,
  });
}

/** What stands between the two products of a layer. `gelu` is exact; `gelu_new` is its tanh form, under two names. */
export const activation = oneOf("gelu", "gelu_new", "gelu_pytorch_tanh", "relu");
export type Activation = z.infer<typeof activation>;

/** Left out or "absolute": position embeddings are added to those of words. */
export const absolutePositions = oneOf("absolute").optional();

/** For keys that may be left out or false. */
export const mustBeFalse = z
  .literal(false, { error: () => "true is not supported: this is no decoder" })
  .nullish();
