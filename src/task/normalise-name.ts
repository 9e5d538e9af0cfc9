/** @file A name as it is written -> the key under which two writings of it are the same. */

/** NFKC, lower case, single spaces: `Non\nSmall-Cell` and `non small-cell` are one name. */
export function normaliseName(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
