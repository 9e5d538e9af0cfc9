/** @file Normalised vectors of texts -> those that are nearly an earlier one, by exact products of all pairs. */
import { emitOnnx } from "../engine/emit-onnx.ts";
import { createGraph } from "../engine/graph.ts";
import { createSession } from "../engine/session.ts";
import type { NearDuplicate } from "./near-duplicates.ts";

/** Rows of a product: two blocks and their product of 1,024 x 1,024 float32 (4 MB) stay in the caches or near them. */
const BLOCK = 1024;

/**
 * As `findNearDuplicates`, with the cosine of vectors of length 1 in place of Jaccard. All n (n - 1) / 2 products are
 * taken, in float32: n = 50,000 of width 384 are 5 * 10^11 multiplications, about 15 s on two cores (measured: 20,000 in 2.2 s); memory is the
 * vectors' and, a block of rows at a time, the pairs that are found.
 * @param vectors of equal width and length 1 (or 0, which is near nothing)
 * @param threshold in (0, 1]; rounding moves a cosine by about 1e-6
 * @param compares whether two texts are compared at all; default: all are
 */
export async function findEmbeddingDuplicates(
  vectors: readonly Float32Array[],
  threshold: number,
  compares: (row: number, other: number) => boolean = () => true,
): Promise<NearDuplicate[]> {
  const width = vectors[0]?.length ?? 0;
  if (vectors.length < 2 || width === 0) return [];
  if (vectors.some(({ length }) => length !== width)) throw new Error("Vectors are of different widths.");
  const session = await createSession(emitProduct(width));
  const isDropped = new Uint8Array(vectors.length);
  const found: NearDuplicate[] = [];
  const blockAt = (start: number) => {
    const rows = Math.min(BLOCK, vectors.length - start);
    const data = new Float32Array(rows * width);
    for (let row = 0; row < rows; row++) data.set(vectors[start + row]!, row * width);
    return { type: "float32" as const, data, dims: [rows, width] };
  };
  try {
    for (let start = 0; start < vectors.length; start += BLOCK) {
      const block = blockAt(start);
      const near: { row: number; other: number; similarity: number }[] = [];
      for (let from = 0; from <= start; from += BLOCK) {
        const others = from === start ? block : blockAt(from);
        const products = (await session.run({ rows: block, others })).get("products")!.data as Float32Array;
        const columns = others.dims[0]!;
        for (let place = 0; place < products.length; place++) {
          if (products[place]! < threshold) continue;
          const row = start + Math.floor(place / columns);
          const other = from + (place % columns);
          if (other < row && !isDropped[other] && compares(row, other))
            near.push({ row, other, similarity: Math.min(1, products[place]!) });
        }
      }
      near.sort((a, b) => a.row - b.row || b.similarity - a.similarity || a.other - b.other);
      for (const { row, other, similarity } of near) {
        if (isDropped[row] || isDropped[other]) continue; // the other may have been dropped in this very block
        isDropped[row] = 1;
        found.push({ row, of: other, similarity });
      }
    }
  } finally {
    await session.release();
  }
  return found;
}

/** rows [rows, width] times others [others, width] transposed. */
function emitProduct(width: number): Uint8Array {
  const graph = createGraph();
  const rows = graph.input("rows", "float32", ["rows", width]);
  const others = graph.input("others", "float32", ["others", width]);
  const products = graph.apply("gemm", [rows, others], { transA: false, transB: true });
  return emitOnnx(graph, { outputs: { products } });
}
