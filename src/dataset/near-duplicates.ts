/** @file Texts -> those that are nearly an earlier one, with that one and how similar they are. */
import { createGramTable } from "./grams.ts";
import { createNearIndex, type NearIndex } from "./min-hash.ts";

/** A text that repeats an earlier, kept one. */
export interface NearDuplicate {
  /** Index of the text. */
  readonly row: number;
  /** Index of the kept text, always smaller. */
  readonly of: number;
  /** Jaccard similarity of word 3-grams, or the cosine of vectors. */
  readonly similarity: number;
}

/** Texts are compared within their group only; undefined: all are one group. */
export type GroupOf = (row: number) => string | undefined;

/**
 * In order, each text is compared with those kept so far and dropped where one has at least this Jaccard similarity of
 * word 3-grams, so no two kept texts are that similar (but for the misses that `planBands` states) and a chain of small
 * changes does not drop everything.
 * @param threshold in (0, 1]
 * @example findNearDuplicates(["gout is rare in men", "Gout is rare in men!"], 0.8) // [{ row: 1, of: 0, similarity: 1 }]
 */
export function findNearDuplicates(
  texts: readonly string[],
  threshold: number,
  groupOf: GroupOf = () => undefined,
): NearDuplicate[] {
  const table = createGramTable();
  const groups = new Map<string | undefined, { index: NearIndex; rows: number[] }>();
  const found: NearDuplicate[] = [];
  for (const [row, text] of texts.entries()) {
    const name = groupOf(row);
    let group = groups.get(name);
    if (group === undefined) groups.set(name, (group = { index: createNearIndex(threshold), rows: [] }));
    const grams = table.addGrams(table.addWords(text));
    const near = group.index.nearest(grams);
    if (near !== undefined) found.push({ row, of: group.rows[near.row]!, similarity: near.similarity });
    else {
      group.index.add(grams);
      group.rows.push(row);
    }
  }
  return found;
}
