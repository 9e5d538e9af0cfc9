/** @file Mentions and relations in the order of a file -> a document in reading order; and the facts of a whole text. */
import type { CorpusDocument, CorpusMention, CorpusRelation } from "../../task/corpus-document.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { orderMentions } from "./order-mentions.ts";

/** Sorts mentions; relations, which name them by their place, go with them. Mentions alike stay in their order. */
export function inReadingOrder(
  mentions: readonly CorpusMention[],
  relations: readonly CorpusRelation[],
): Pick<CorpusDocument, "mentions" | "relations"> {
  const { mentions: ordered, placeOf } = orderMentions(mentions);
  const move = (argument: CorpusRelation["head"]) =>
    "mention" in argument ? { mention: placeOf[argument.mention]! } : argument;
  return {
    mentions: ordered,
    relations: relations.map((relation) => ({
      ...relation,
      head: move(relation.head),
      tail: move(relation.tail),
    })),
  };
}

const isScalar = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

/**
 * Facts about a text in a JSON row: what stands under `meta`, and every further key that the format does not know itself
 * (those with `_` before are a tool's own). Lists and objects are counted as lost.
 */
export function readMeta(
  row: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  lose: (count: number) => void,
): { readonly meta?: Readonly<Record<string, string>> } {
  const further = Object.entries(row).filter(([key]) => !known.has(key) && !key.startsWith("_"));
  const { meta } = row;
  const isMap = typeof meta === "object" && meta !== null && !Array.isArray(meta);
  const entries = [...(isMap ? Object.entries(meta) : []), ...further].filter(([, value]) => value !== null);
  const facts = entries.filter(([, value]) => isScalar(value));
  lose(entries.length - facts.length + (isScalar(meta) ? 1 : 0));
  if (facts.length === 0) return {};
  return { meta: Object.fromEntries(facts.map(([key, value]) => [key, String(value)])) };
}

/** The relations between two mentions, with the places of both. */
export function mentionPairs(relations: readonly CorpusRelation[]) {
  return relations.flatMap((relation) => {
    const { head, tail } = relation;
    return "mention" in head && "mention" in tail
      ? [{ relation, pair: [head.mention, tail.mention] as const }]
      : [];
  });
}

/** A probability as a file gives it; whatever is none is counted as lost. */
export function readScore(score: unknown, document: string, onLoss: ReportLoss): { readonly score?: number } {
  if (score === undefined || score === null) return {};
  if (typeof score === "number" && score >= 0 && score <= 1) return { score };
  onLoss("score", document);
  return {};
}
