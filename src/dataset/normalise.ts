/** @file A text -> the form in which two texts count as the same sentence. */

/** NFKC, lower case, single spaces, none at the ends. */
export function normaliseText(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}
