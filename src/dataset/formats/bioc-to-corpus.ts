/** @file A document of BioC -> ours. */
import type {
  CorpusArgument,
  CorpusDocument,
  CorpusMention,
  CorpusRelation,
} from "../../task/corpus-document.ts";
import type { Span } from "../../util/span.ts";
import {
  BARE_ROLES,
  type BiocAnnotation,
  type BiocDocument,
  type BiocRelation,
  CONCEPT_INFONS,
  type PlacedBioc,
} from "./bioc-document.ts";
import { layText } from "./bioc-text.ts";
import { fromCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import { parseConcepts } from "./concept-list.ts";
import { corpusError } from "./corpus-error.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { inReadingOrder } from "./draft-document.ts";

type Fail = (what: string, hint?: string) => Error;

/** What is annotated in one part of a document; a name that is there twice is looked for in its own part first. */
interface Scope {
  readonly annotations: readonly BiocAnnotation[];
  readonly relations: readonly BiocRelation[];
}

/** @param id given where the document has none @throws InputError `corpus-invalid` with place, never with text */
export function toCorpusDocument(
  { place, document }: PlacedBioc,
  given: string,
  path: string,
  onLoss: ReportLoss,
): CorpusDocument {
  const id = document.id === "" ? given : document.id;
  const fail: Fail = (what, hint) => corpusError(path, place, what, hint);
  const lose = (kind: Parameters<ReportLoss>[0], count = 1) => {
    if (count > 0) onLoss(kind, id, count);
  };
  const { text, passages } = layText(document, fail, lose);
  const map = createCodePointMap(text);
  const scopes = listScopes(document);
  const names = countNames(scopes);
  const mentions: CorpusMention[] = [];
  const anywhere = new Map<string, number>();
  const placesOf = scopes.map(({ annotations }) => {
    const own = new Map<string, number>();
    for (const annotation of annotations) {
      const name = annotation.id === "" ? "an annotation" : `annotation ${annotation.id}`;
      if (annotation.locations.length === 0) {
        lose("mention");
        continue;
      }
      const spans = annotation.locations
        .map(({ offset, length }) =>
          fromCodePoints({ start: offset, end: offset + length }, text, map, name, fail),
        )
        .sort((a, b) => a.start - b.start);
      if (spans.some(({ start }, index) => start < (spans[index - 1]?.end ?? 0)))
        throw fail(`the locations of ${name} overlap.`);
      checkWords(annotation, spans, text, name, fail);
      if (annotation.id !== "") {
        own.set(annotation.id, mentions.length);
        if (!anywhere.has(annotation.id)) anywhere.set(annotation.id, mentions.length);
      }
      const isUnique = names.get(annotation.id) === 1;
      if (!isUnique && annotation.id !== "") lose("id");
      const label = annotation.infons.get("type") ?? "";
      if (label === "")
        throw fail(`${name} has no type.`, 'A type is an infon of an annotation: type = "Disease".');
      mentions.push({
        label,
        spans,
        ...(isUnique && annotation.id !== "" ? { id: annotation.id } : {}),
        ...readInfons(annotation),
      });
    }
    return own;
  });
  const relationNames = new Set(scopes.flatMap(({ relations }) => relations.map((relation) => relation.id)));
  const annotationNames = new Set(names.keys());
  const relations = scopes.flatMap((scope, index) =>
    scope.relations.flatMap((relation): CorpusRelation[] => {
      const find = (refid: string) => {
        const found = placesOf[index]!.get(refid) ?? anywhere.get(refid);
        if (found === undefined && !relationNames.has(refid) && !annotationNames.has(refid))
          throw fail(`a relation refers to something that is not in the document.`);
        return found;
      };
      return toRelation(relation, find, lose);
    }),
  );
  return {
    id,
    text,
    ...inReadingOrder(mentions, relations),
    ...(passages.length === 0 ? {} : { passages }),
    ...(document.infons.size === 0 ? {} : { meta: Object.fromEntries(document.infons) }),
  };
}

/** Passages with their sentences, then the document itself. */
const listScopes = (document: BiocDocument): Scope[] => [
  ...document.passages.map((passage) => ({
    annotations: [...passage.annotations, ...passage.sentences.flatMap(({ annotations }) => annotations)],
    relations: [...passage.relations, ...passage.sentences.flatMap(({ relations }) => relations)],
  })),
  document,
];

function countNames(scopes: readonly Scope[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { annotations } of scopes)
    for (const { id } of annotations) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}

/** The words of several locations are not looked at: files join them in ways of their own. */
function checkWords(
  { text: words }: BiocAnnotation,
  spans: readonly Span[],
  text: string,
  name: string,
  fail: Fail,
): void {
  const [first, second] = spans;
  if (words === undefined || words === "" || first === undefined || second !== undefined) return;
  const collapse = (value: string) => value.replace(/\s+/g, " ").trim();
  if (collapse(words) !== collapse(text.slice(first.start, first.end)))
    throw fail(
      `the words of ${name} are not those at its location.`,
      "Offsets and lengths are Unicode code points, from the start of the document.",
    );
}

function readInfons({ infons }: BiocAnnotation): Pick<CorpusMention, "concepts" | "attributes" | "score"> {
  const concepts: string[] = [];
  const attributes = new Map<string, string>();
  let score: number | undefined;
  for (const [name, value] of infons) {
    if (name === "type") continue;
    if (CONCEPT_INFONS.includes(name.toLowerCase())) concepts.push(...parseConcepts(value));
    else if (name === "score" && readScore(value) !== undefined) score = readScore(value);
    else attributes.set(name, value);
  }
  return {
    ...(concepts.length === 0 ? {} : { concepts }),
    ...(attributes.size === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
    ...(score === undefined ? {} : { score }),
  };
}

/** A probability; undefined for what is none. */
export function readScore(value: string): number | undefined {
  const score = value.trim() === "" ? Number.NaN : Number(value);
  return score >= 0 && score <= 1 ? score : undefined;
}

/** Pairs of infons that name two concepts, whatever infons are beside them. */
const CONCEPT_PAIRS = [BARE_ROLES, ["entity1", "entity2"], ["role1", "role2"]] as const;

function toRelation(
  { id, infons, nodes }: BiocRelation,
  find: (refid: string) => number | undefined,
  lose: (kind: Parameters<ReportLoss>[0], count?: number) => void,
): CorpusRelation[] {
  const facts = new Map(infons);
  const type = facts.get("type") ?? facts.get("relation") ?? "";
  facts.delete(facts.has("type") ? "type" : "relation");
  const score = readScore(facts.get("score") ?? "");
  if (score !== undefined) facts.delete("score");
  const rest = { ...(id === "" ? {} : { id }), ...(score === undefined ? {} : { score }) };
  if (nodes.length === 2) {
    const [first, second] = nodes as [(typeof nodes)[number], (typeof nodes)[number]];
    const [head, tail] = [find(first.refid), find(second.refid)];
    if (head === undefined || tail === undefined) {
      lose("event");
      return [];
    }
    lose("attribute", facts.size);
    const roles =
      first.role === "" && second.role === "" ? {} : { roles: [first.role, second.role] as const };
    return [{ type, head: { mention: head }, tail: { mention: tail }, ...roles, ...rest }];
  }
  const named = CONCEPT_PAIRS.find((pair) => pair.every((name) => facts.has(name)));
  const pair = named ?? (facts.size === 2 ? [...facts.keys()] : undefined);
  const [one, other] = pair ?? [];
  if (nodes.length > 2 || one === undefined || other === undefined) {
    lose("relation-arity");
    return [];
  }
  lose("attribute", facts.size - 2);
  const [head, tail] = [one, other].map((name): CorpusArgument => ({ concept: facts.get(name)! })) as [
    CorpusArgument,
    CorpusArgument,
  ];
  return [{ type, head, tail, ...(named === BARE_ROLES ? {} : { roles: [one, other] as const }), ...rest }];
}
