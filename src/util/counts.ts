/** @file Counts by name, added up. */

/** Adds the counts of `from` to `to`; a name that `to` lacks begins at 0. */
export function addCounts<T extends { [K in keyof T]: number }>(
  to: T,
  from: { readonly [K in keyof T]?: number },
): void {
  const sums = to as Record<string, number>;
  for (const [name, count] of Object.entries<number>(from as Record<string, number>)) {
    sums[name] = (sums[name] ?? 0) + count;
  }
}
