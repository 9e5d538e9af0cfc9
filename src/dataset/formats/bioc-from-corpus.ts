/** @file A document -> what BioC says of it, what it cannot say counted. */
import type { CorpusDocument, CorpusMention, CorpusRelation, Passage } from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import {
  BARE_ROLES,
  type BiocAnnotation,
  type BiocDocument,
  type BiocRelation,
  CONCEPT_INFONS,
  fillGap,
} from "./bioc-document.ts";
import { readScore } from "./bioc-to-corpus.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { renderConcepts } from "./concept-list.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { reportUnheld } from "./report-unheld.ts";

type Lose = (kind: Parameters<ReportLoss>[0], count?: number) => void;

/**
 * Mentions stand in the passage that holds them, else with the document; relations stand with the document. Text outside
 * the named passages becomes passages without a type, but for gaps that a reader fills.
 */
export function fromCorpusDocument(document: CorpusDocument, onLoss: ReportLoss): BiocDocument {
  const { text, mentions, relations, meta = {} } = document;
  reportUnheld(
    document,
    ["mention", "overlap", "discontinuous", "concept", "attribute", "score", "id", "relation", "relation-concepts", "relation-mentions", "relation-score", "relation-id", "role", "passage", "meta"],
    onLoss,
  ); // biome-ignore format: a list
  const lose: Lose = (kind, count = 1) => {
    if (count > 0) onLoss(kind, document.id, count);
  };
  const map = createCodePointMap(text);
  const toLocation = (span: Span) => {
    const { start, end } = toCodePoints(span, map);
    return { offset: start, length: end - start };
  };
  const pieces = tile(document.passages ?? [], text, ({ start, end }) => toLocation({ start, end }).length);
  const ids = nameAll(mentions, "", lose);
  const parts = pieces.map((piece) => ({ ...piece, annotations: [] as BiocAnnotation[] }));
  const outside: BiocAnnotation[] = [];
  let first = 0; // mentions stand in reading order
  for (const [index, mention] of mentions.entries()) {
    const [start, end] = [mention.spans[0]!.start, mention.spans.at(-1)!.end];
    while (first < parts.length - 1 && parts[first]!.end <= start) first++;
    const part = parts[first];
    const home = part !== undefined && part.start <= start && end <= part.end ? part.annotations : outside;
    const words = mention.spans.map((span) => text.slice(span.start, span.end)).join(" ");
    home.push({
      id: ids[index]!,
      infons: toInfons(mention, lose),
      text: words,
      locations: mention.spans.map(toLocation),
    });
  }
  const names = nameAll(relations, "R", lose);
  return {
    id: document.id,
    infons: new Map(Object.entries(meta)),
    passages: parts.map(({ start, end, type, annotations }) => ({
      offset: map.toCodePoint(start),
      infons: new Map(type === undefined ? [] : [["type", type]]),
      text: text.slice(start, end),
      sentences: [],
      annotations,
      relations: [],
    })),
    annotations: outside,
    relations: relations.flatMap((relation, index) => toRelation(relation, names[index]!, ids, lose)),
  };
}

/** Passages that cover the text, but for gaps that {@link fillGap} fills alike. */
function tile(
  passages: readonly Passage[],
  text: string,
  measure: (span: Span) => number,
): (Span & { readonly type?: string })[] {
  const pieces: (Span & { readonly type?: string })[] = [];
  let end = 0;
  for (const passage of passages) {
    const gap = { start: end, end: passage.start };
    const filled = fillGap(pieces.at(-1)?.type, passage.type, measure(gap));
    if (gap.start < gap.end && text.slice(gap.start, gap.end) !== filled) pieces.push(gap);
    pieces.push(passage);
    end = passage.end;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ start: end, end: text.length });
  return pieces;
}

/** Their own names, else numbers around them; a name that is there twice is counted as lost. */
function nameAll(all: readonly { readonly id?: string }[], prefix: string, lose: Lose): string[] {
  const kept = new Set(all.flatMap(({ id }) => (id === undefined || id === "" ? [] : [id])));
  const given = new Set<string>();
  let number = 0;
  return all.map(({ id }) => {
    if (id !== undefined && id !== "" && !given.has(id)) {
      given.add(id);
      return id;
    }
    if (id !== undefined) lose("id");
    while (kept.has(`${prefix}${number}`)) number++;
    return `${prefix}${number++}`;
  });
}

function toInfons(
  { label, concepts = [], attributes = {}, score }: CorpusMention,
  lose: Lose,
): Map<string, string> {
  const infons = new Map([["type", label]]);
  const { field, lost } = renderConcepts(concepts);
  lose("concept", lost);
  if (field !== "") infons.set(CONCEPT_INFONS[0]!, field);
  if (score !== undefined) infons.set("score", String(score));
  for (const [name, value] of Object.entries(attributes)) {
    const isTaken = name === "type" || CONCEPT_INFONS.includes(name.toLowerCase());
    if (isTaken || (name === "score" && (score !== undefined || readScore(value) !== undefined)))
      lose("attribute");
    else infons.set(name, value);
  }
  return infons;
}

/** Infons of a relation that are not the name of a part. */
const RESERVED = ["type", "relation", "score"];

function toRelation(
  { type, head, tail, roles, score }: CorpusRelation,
  id: string,
  ids: readonly string[],
  lose: Lose,
): BiocRelation[] {
  const scored: [string, string][] = score === undefined ? [] : [["score", String(score)]];
  if ("mention" in head && "mention" in tail) {
    const [one, other] = roles ?? ["", ""];
    const nodes = [
      { refid: ids[head.mention]!, role: one },
      { refid: ids[tail.mention]!, role: other },
    ];
    return [{ id, infons: new Map([["type", type], ...scored]), nodes }];
  }
  if (!("concept" in head && "concept" in tail)) {
    lose("relation-concepts");
    return [];
  }
  const isHeld =
    roles !== undefined && roles[0] !== roles[1] && !roles.some((role) => RESERVED.includes(role));
  if (roles !== undefined && !isHeld) lose("role");
  const [one, other] = isHeld ? roles : BARE_ROLES;
  return [
    {
      id,
      infons: new Map([["relation", type], [one, head.concept], [other, tail.concept], ...scored]),
      nodes: [],
    },
  ];
}
