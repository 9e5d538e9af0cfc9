/** @file Texts -> what in them looks like a personal identifier, by the 18 classes of HIPAA Safe Harbor. */
import type { Span } from "../util/span.ts";
import { IDENTIFIER_CLASSES, type IdentifierClass } from "./identifier-classes.ts";
import { IDENTIFIER_RULES } from "./identifier-patterns.ts";

/** Something that looks like an identifier. */
export interface IdentifierSpan extends Span {
  readonly class: IdentifierClass;
}

/** What a scan found. No text. */
export interface IdentifierScan {
  /** Every class is there, also those that cannot be looked for. */
  readonly counts: Readonly<Record<IdentifierClass, number>>;
  readonly found: readonly (IdentifierSpan & { readonly id: string })[];
}

/**
 * In reading order, not overlapping; where two classes claim a place the earlier and then the longer wins. It finds
 * forms, not people: that nothing is found proves nothing of names without a title (docs/curation.md).
 */
export function findIdentifiers(text: string): IdentifierSpan[] {
  if (!/\d|@|www\.|\b(?:M[rsx]|Mrs|Miss|Dr|Prof)\b|\b(?:named|called)\b|[Nn]ame:/.test(text)) return []; // none has another form
  const found: IdentifierSpan[] = [];
  for (const name of IDENTIFIER_CLASSES) {
    for (const { pattern, check } of IDENTIFIER_RULES[name].patterns) {
      for (const match of text.matchAll(pattern)) {
        const groups = match.groups ?? {};
        if (check !== undefined && !check(match[0], groups)) continue;
        const [start, end] = match.indices!.groups?.id ?? match.indices![0]!;
        found.push({ class: name, start, end });
      }
    }
  }
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let done = 0;
  return found.filter(({ start, end }) => {
    if (start < done) return false;
    done = end;
    return true;
  });
}

/** {@link findIdentifiers} over a corpus. */
export function scanIdentifiers(
  items: readonly { readonly id: string; readonly text: string }[],
): IdentifierScan {
  const counts = Object.fromEntries(IDENTIFIER_CLASSES.map((name) => [name, 0])) as Record<
    IdentifierClass,
    number
  >;
  const found: (IdentifierSpan & { id: string })[] = [];
  for (const { id, text } of items) {
    for (const span of findIdentifiers(text)) {
      counts[span.class]++;
      found.push({ id, ...span });
    }
  }
  return { counts, found };
}
