/** @file A sorted list and a condition -> where it ceases to hold, by bisection. */

/** How many of the first items hold: those that hold stand before those that do not. */
export function countBefore<T>(items: readonly T[], holds: (item: T, index: number) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(items[middle]!, middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
