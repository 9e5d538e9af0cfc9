/** @file A task file and the topics found so far -> its prompts, with the files of names read. */

import type { Prompt } from "../generate/completer.ts";
import { parseTermList, type TermFault } from "../generate/term-list.ts";
import { writePrompts } from "../generate/write-prompts.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { readTextFile } from "../util/files.ts";

/** One of `prompts.terms`, read. */
export interface ReadTerms {
  readonly label: string;
  readonly path: string;
  readonly names: readonly string[];
  /** What was left out of the file, counted. */
  readonly left: readonly { readonly reason: TermFault; readonly count: number }[];
}

/** @throws InputError where a file is missing or holds no name */
export async function readTerms(taskFile: string, spec: TaskSpec): Promise<ReadTerms[]> {
  const lists: ReadTerms[] = [];
  for (const { label, path: asked, column } of spec.prompts?.terms ?? []) {
    const path = resolveTaskPath(taskFile, asked);
    const text = await readTextFile(path, "file of names");
    lists.push({
      label,
      path,
      ...parseTermList(text, { path, ...(column === undefined ? {} : { column }) }),
    });
  }
  return lists;
}

/** The first so many of each prompt set, in their order. A set's ids are alike but for the number at their end. */
export function* firstOfSets<T>(
  items: Iterable<T>,
  idOf: (item: T) => string,
  limit = Number.POSITIVE_INFINITY,
): Generator<T> {
  const seen = new Map<string, number>();
  for (const item of items) {
    const set = idOf(item).replace(/\d+$/, "");
    const count = seen.get(set) ?? 0;
    if (count >= limit) continue;
    seen.set(set, count + 1);
    yield item;
  }
}

/** The prompts, made one by one as they are read. */
export function promptsOf(
  spec: TaskSpec,
  terms: readonly ReadTerms[],
  topics: readonly string[],
): Iterable<Prompt> {
  return writePrompts(spec, { topics, terms: terms.map(({ names }) => names) });
}
