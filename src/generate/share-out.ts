/** @file A whole number and shares -> whole parts that add up to it. */

/**
 * Largest remainder (Hamilton's method): each part is the floor of its quota, and what is left goes one by one to the
 * largest remainders, among equals to the first. Shares need not add up to 1; if all are 0, the parts are equal.
 * @example shareOut(25, [0.5, 0.5]) // [13, 12]
 */
export function shareOut(total: number, shares: readonly number[]): number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  const quotas = shares.map((share) => (sum > 0 ? (total * share) / sum : total / shares.length));
  // 0.1 + 0.2 is not 0.3: what is a hair below a whole number is that number.
  const parts = quotas.map((quota) => Math.floor(quota + 1e-9));
  let left = total - parts.reduce((a, b) => a + b, 0);
  const order = quotas
    .map((quota, index) => ({ index, remainder: quota - parts[index]! }))
    .sort((a, b) =>
      Math.abs(b.remainder - a.remainder) > 1e-9 ? b.remainder - a.remainder : a.index - b.index,
    );
  for (const { index } of order) {
    if (left <= 0) break;
    parts[index]!++;
    left--;
  }
  return parts;
}
