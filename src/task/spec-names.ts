/** @file Names that parts of a task spec use for each other -> what is wrong with them. */
import { didYouMean } from "../util/did-you-mean.ts";
import type { SpecIssue } from "./spec-checks.ts";

/** `Unknown label "Diseas". Did you mean "Disease"? Labels: Disease.`, or nothing where the name exists. */
export function describeUnknown(
  what: "label" | "class",
  name: string,
  known: readonly string[],
): string | undefined {
  if (known.includes(name)) return undefined;
  const title = what === "label" ? "Labels" : "Classes";
  return `Unknown ${what} "${name}".${didYouMean(name, known)} ${title}: ${known.join(", ")}.`;
}

/** One issue for each entry of a list whose name came before. */
export function* checkUnique(
  what: string,
  path: readonly (string | number)[],
  entries: readonly { readonly name: string }[],
): Generator<SpecIssue> {
  const seen = new Set<string>();
  for (const [index, { name }] of entries.entries()) {
    if (seen.has(name)) {
      yield { path: [...path, index, "name"], message: `Two ${what} are called "${name}". Rename one.` };
    }
    seen.add(name);
  }
}

/** One issue for each name that another one is in all but case. `names` is the plural. */
export function* checkCase(
  names: string,
  why: string,
  path: readonly (string | number)[],
  given: readonly string[],
): Generator<SpecIssue> {
  const seen = new Map<string, string>();
  for (const name of given) {
    const twin = seen.get(name.toLowerCase());
    if (twin !== undefined) {
      const message = `${names} "${twin}" and "${name}" differ only in case; ${why}. Rename one.`;
      yield { path: [...path, name], message };
    }
    seen.set(name.toLowerCase(), name);
  }
}
