/** @file A sentence or a name as it is written -> the form in which two writings of it are the same. */

/** NFKC, lower case, single spaces, none at the ends: `Non\nSmall-Cell` and `non small-cell` are one. */
export function normaliseText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
