/** @file The name of a weight -> how deep it sits in the encoder, whatever the architecture calls it. */

/** `embeddings`: below all layers; a number: that layer, from 0; `head`: above all layers, the classifier included. */
export type Depth = "embeddings" | number | "head";

/** `bert.encoder.layer.3.`, `distilbert.transformer.layer.3.`, `model.layers.3.` */
const LAYER = /(?:^|\.)layers?\.(\d+)\./;
/**
 * The tables and what stands between them and the first layer (`electra.embeddings_project`); DeBERTa's table of
 * distances, which every layer reads, with its LayerNorm, and its convolution beside the first layer.
 */
const EMBEDDINGS =
  /(?:^|\.)(?:embeddings|embeddings_project|rel_embeddings)\.|\.encoder\.(?:LayerNorm|conv)\./;

export function layerOf(name: string): Depth {
  const layer = LAYER.exec(name)?.[1];
  if (layer !== undefined) return Number(layer);
  return EMBEDDINGS.test(name) ? "embeddings" : "head";
}

/** Layers of an encoder with these weights. */
export function countLayers(names: Iterable<string>): number {
  let count = 0;
  for (const name of names) {
    const depth = layerOf(name);
    if (typeof depth === "number") count = Math.max(count, depth + 1);
  }
  return count;
}
