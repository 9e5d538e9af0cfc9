/** @file The rules of `curation.forbidden` -> whether a mention breaks one. */
import type { CurationSpec } from "../task/curation-spec.ts";
import type { Mention } from "../task/example.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import type { CorpusItem, CorpusKind } from "./corpus-item.ts";

/** Gives the mentions of an example that a rule forbids. */
export type ForbiddenFinder = <T extends CorpusItem>(item: T, kind: CorpusKind<T>) => Mention[];

/**
 * A rule is a regular expression (flag u) that the whole mention must not match.
 * @throws InputError when a rule is none, or is given for a label that the task does not have
 */
export function createForbiddenFinder(
  forbidden: CurationSpec["forbidden"],
  labels: readonly string[],
): ForbiddenFinder {
  const rules = new Map<string, RegExp[]>();
  for (const [label, sources] of Object.entries(forbidden)) {
    if (!labels.includes(label)) {
      throw new InputError(
        "curation-label",
        `curation.forbidden names the label "${label}".${didYouMean(label, labels)} Labels: ${labels.join(", ")}.`,
      );
    }
    rules.set(
      label,
      sources.map((source, index) => compile(source, `curation.forbidden.${label}[${index}]`)),
    );
  }
  return (item, kind) =>
    kind
      .mentions(item)
      .filter(({ start, end, label }) =>
        rules.get(label)?.some((rule) => rule.test(item.text.slice(start, end))),
      );
}

function compile(source: string, where: string): RegExp {
  try {
    new RegExp(source, "u"); // on its own first: "a)(b" must not become right inside the brackets
    return new RegExp(`^(?:${source})$`, "u");
  } catch (cause) {
    throw new InputError(
      "curation-pattern",
      `${where} is no regular expression: ${JSON.stringify(source)}.`,
      {
        hint: "It is read with the flag u: write \\\\ before ( ) [ ] { } . * + ? ^ $ | where they stand for themselves.",
        cause,
      },
    );
  }
}
