/** @file Identifiers in one field, `D002318|D012131` -> each on its own, and back. */

/** A variant as tmVar writes it, `c|SUB|G|1858|T;RS#:2476601`: its bars separate nothing. */
const VARIANT = /(?:^|:|;)[a-z]\|[A-Z]+\|/;

const isAlike = (one: readonly string[], other: readonly string[]) =>
  one.length === other.length && one.every((value, index) => value === other[index]);

/** Separated by `|`, `;`, `,` or `+`; `-1`, `-` and nothing are no identifier. */
export function parseConcepts(field: string): string[] {
  return field
    .split(VARIANT.test(field) ? /;/ : /[|;,+]/)
    .map((concept) => concept.trim())
    .filter((concept) => concept !== "" && concept !== "-1" && concept !== "-");
}

/** The inverse. `lost` is how many cannot stand in such a field: they hold a separator or white space at an end, or are `-1`. */
export function renderConcepts(concepts: readonly string[]): {
  readonly field: string;
  readonly lost: number;
} {
  const single = concepts.filter(
    (concept) => !/[\t\r\n]/.test(concept) && isAlike(parseConcepts(concept), [concept]),
  );
  let kept = single;
  let field = kept.join(kept.some((concept) => VARIANT.test(concept)) ? ";" : "|");
  if (!isAlike(parseConcepts(field), kept)) {
    kept = single.filter((concept) => !/[|;,+]/.test(concept));
    field = kept.join("|");
  }
  return { field, lost: concepts.length - kept.length };
}
