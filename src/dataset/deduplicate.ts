/** @file Examples -> the first of each text, and how many others there were. */
import type { Example } from "../task/example.ts";
import { normaliseText } from "./normalise.ts";

/** What {@link deduplicate} leaves. */
export interface Deduplicated {
  readonly examples: Example[];
  /** Dropped with the same marks as the one kept. */
  readonly identical: number;
  /** Dropped although their marks differ from the one kept. */
  readonly conflicting: number;
}

/** The marks in a form that does not depend on case and white space. */
function signature({ text, mentions }: Example): string {
  const places = mentions.map(({ start, end, label }) => [
    normaliseText(text.slice(0, start)).replaceAll(" ", "").length,
    normaliseText(text.slice(start, end)),
    label,
  ]);
  return JSON.stringify(places);
}

/** Keeps the first example of each text (see {@link normaliseText}), across prompts. */
export function deduplicate(examples: readonly Example[]): Deduplicated {
  const kept = new Map<string, Example>();
  let identical = 0;
  let conflicting = 0;
  for (const example of examples) {
    const key = normaliseText(example.text);
    const first = kept.get(key);
    if (first === undefined) kept.set(key, example);
    else if (signature(first) === signature(example)) identical++;
    else conflicting++;
  }
  return { examples: [...kept.values()], identical, conflicting };
}
