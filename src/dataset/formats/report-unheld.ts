/** @file A document and what a format holds -> what it does not, counted. */
import type { CorpusDocument, CorpusRelation } from "../../task/corpus-document.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { keepOutermost } from "./keep-outermost.ts";

const hasConcept = ({ head, tail }: CorpusRelation) => "concept" in head || "concept" in tail;
const hasMention = ({ head, tail }: CorpusRelation) => "mention" in head || "mention" in tail;

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);
const present = (values: readonly unknown[]) => values.filter((value) => value !== undefined).length;

/** How much of each kind a document has. What belongs to a mention or a relation that is lost goes with it. */
const COUNTS = {
  mention: ({ mentions }) => mentions.length,
  overlap: ({ mentions }) => mentions.length - keepOutermost(mentions).length,
  discontinuous: ({ mentions }) => mentions.filter(({ spans }) => spans.length > 1).length,
  concept: ({ mentions }) => sum(mentions.map(({ concepts = [] }) => concepts.length)),
  attribute: ({ mentions }) => sum(mentions.map(({ attributes = {} }) => Object.keys(attributes).length)),
  score: ({ mentions }) => present(mentions.map(({ score }) => score)),
  id: ({ mentions }) => present(mentions.map(({ id }) => id)),
  relation: ({ relations }) => relations.length,
  "relation-concepts": ({ relations }) => relations.filter(hasConcept).length,
  "relation-mentions": ({ relations }) => relations.filter(hasMention).length,
  "relation-score": ({ relations }) => present(relations.map(({ score }) => score)),
  "relation-id": ({ relations }) => present(relations.map(({ id }) => id)),
  role: ({ relations }) => present(relations.map(({ roles }) => roles)),
  passage: ({ passages = [] }) => passages.length,
  document: ({ document }) => (document === undefined ? 0 : 1),
  meta: ({ meta = {} }) => Object.keys(meta).length,
  token: ({ tokens }) => (tokens === undefined ? 0 : 1),
} satisfies Record<string, (document: CorpusDocument) => number>;

/** What a format may hold. `score` and `id` are those of mentions. */
export type Holding = keyof typeof COUNTS;

const OF_MENTIONS: readonly Holding[] = ["overlap", "discontinuous", "concept", "attribute", "score", "id"];
const OF_RELATIONS: readonly Holding[] = [
  "relation-concepts",
  "relation-mentions",
  "relation-score",
  "relation-id",
  "role",
];

/**
 * Reports every kind that a document has and a format does not hold, with its count.
 * @param holds what the format holds, or reports on its own
 */
export function reportUnheld(document: CorpusDocument, holds: readonly Holding[], onLoss: ReportLoss): void {
  const held = new Set<Holding>(holds);
  if (!held.has("mention")) for (const kind of OF_MENTIONS) held.add(kind);
  if (!held.has("relation")) for (const kind of OF_RELATIONS) held.add(kind);
  for (const kind of Object.keys(COUNTS) as Holding[]) {
    if (held.has(kind)) continue;
    const count = COUNTS[kind](document);
    if (count > 0) onLoss(lossOf(kind), document.id, count);
  }
}

function lossOf(kind: Holding) {
  if (kind === "relation-score") return "score";
  return kind === "relation-id" ? "id" : kind;
}
