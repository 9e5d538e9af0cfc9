/** @file A document -> its .ann file; and what occurs in a corpus -> annotation.conf. */
import type { CorpusDocument } from "../../task/corpus-document.ts";
import { BARE_CONCEPT, isLineBreak } from "./brat-parse.ts";
import { toCodePoints } from "./code-point-span.ts";
import { createCodePointMap } from "./code-points.ts";
import type { ReportLoss } from "./corpus-format.ts";
import { mentionPairs } from "./draft-document.ts";
import { reportUnheld } from "./report-unheld.ts";

/** The names and values that occur, for annotation.conf. */
export interface BratNames {
  readonly labels: Set<string>;
  /** By type: labels of the first part, labels of the second. */
  readonly relations: Map<
    string,
    { readonly roles: readonly [string, string]; readonly heads: Set<string>; readonly tails: Set<string> }
  >;
  readonly attributes: Map<string, Set<string>>;
}

/** Values of an attribute that are listed at most. */
const LISTED_VALUES = 100;

/** Names of mentions and relations stay where brat has such names (`T1`, `R1`); the others are numbered. Adds to `names`. */
export function renderAnn(document: CorpusDocument, names: BratNames, onLoss: ReportLoss): string {
  const { id, text, mentions } = document;
  reportUnheld(
    document,
    ["mention", "overlap", "discontinuous", "concept", "attribute", "id", "relation", "relation-mentions", "relation-id", "role"],
    onLoss,
  ); // biome-ignore format: a list
  /** White space separates what is in a line. */
  const word = (name: string, pattern = /\s/g) => {
    const held = name === "" ? "_" : name.replace(pattern, "_");
    if (held !== name) onLoss("character", id);
    return held;
  };
  const map = createCodePointMap(text);
  const lose = () => onLoss("id", id);
  const nameMention = createNamer("T", mentions, lose);
  const ids = mentions.map(nameMention);
  const labels = mentions.map(({ label }) => word(label));
  let rows = "";
  let attributeCount = 0;
  let conceptCount = 0;
  for (const [index, { spans, concepts = [], attributes = {} }] of mentions.entries()) {
    const name = ids[index]!;
    names.labels.add(labels[index]!);
    if (spans.some(({ start }, place) => isLineBreak(text.slice(spans[place - 1]?.end ?? start, start))))
      onLoss("discontinuous", id);
    const offsets = spans.map((span) => toCodePoints(span, map)).map(({ start, end }) => `${start} ${end}`);
    const words = spans
      .map(({ start, end }) => text.slice(start, end))
      .join(" ")
      .replace(/[\r\n\t]/g, " ");
    rows += `${name}\t${labels[index]} ${offsets.join(";")}\t${words}\n`;
    for (const [key, value] of Object.entries(attributes)) {
      const held = value.trim().replace(/\s/g, " ").replace(/ {2,}/g, " ");
      if (held === "") onLoss("attribute", id);
      if (held === "") continue;
      if (held !== value) onLoss("character", id);
      const attribute = word(key);
      rows += `A${++attributeCount}\t${attribute} ${name}${held === "true" ? "" : ` ${held}`}\n`;
      addTo(names.attributes, attribute, held);
    }
    for (const concept of concepts) {
      const hasTerminology = /^[^\s:]+:\S+$/.test(concept) && !concept.startsWith(BARE_CONCEPT);
      const held = word(hasTerminology ? concept : BARE_CONCEPT + concept);
      rows += `N${++conceptCount}\tReference ${name} ${held}\t${words}\n`;
    }
  }
  const pairs = mentionPairs(document.relations);
  const nameRelation = createNamer(
    "R",
    pairs.map(({ relation }) => relation),
    lose,
  );
  for (const { relation, pair } of pairs) {
    const [head, tail] = pair;
    const type = word(relation.type);
    if (type === "Equiv" && relation.id === undefined && relation.roles === undefined) {
      rows += `*\tEquiv ${ids[head]} ${ids[tail]}\n`;
      continue;
    }
    const { roles: given = ["Arg1", "Arg2"] } = relation;
    const roles = [word(given[0], /[\s:]/g), word(given[1], /[\s:]/g)] as const;
    rows += `${nameRelation(relation)}\t${type} ${roles[0]}:${ids[head]} ${roles[1]}:${ids[tail]}\n`;
    const seen = names.relations.get(type) ?? { roles, heads: new Set(), tails: new Set() };
    names.relations.set(type, seen);
    seen.heads.add(labels[head]!);
    seen.tails.add(labels[tail]!);
  }
  return rows;
}

function addTo(values: Map<string, Set<string>>, key: string, value: string): void {
  const found = values.get(key) ?? new Set();
  values.set(key, found);
  if (found.size < LISTED_VALUES) found.add(value);
}

/** Keeps names of the form `T1`, and numbers the others around them. */
function createNamer(letter: string, all: readonly { readonly id?: string }[], lose: () => void) {
  const form = new RegExp(`^${letter}\\d+$`);
  const kept = new Set(all.flatMap(({ id }) => (id !== undefined && form.test(id) ? [id] : [])));
  const given = new Set<string>();
  let number = 0;
  return ({ id }: { readonly id?: string }): string => {
    if (id !== undefined && form.test(id) && !given.has(id)) {
      given.add(id);
      return id;
    }
    if (id !== undefined) lose();
    do number++;
    while (kept.has(`${letter}${number}`));
    return `${letter}${number}`;
  };
}

/** The configuration that brat asks for beside the files. */
export function renderAnnotationConf({ labels, relations, attributes }: BratNames): string {
  const rows = (entries: Iterable<string>) =>
    [...entries]
      .sort()
      .map((row) => `${row}\n`)
      .join("");
  const pairs = [...relations].map(
    ([type, { roles, heads, tails }]) =>
      `${type} ${roles[0]}:${[...heads].sort().join("|")}, ${roles[1]}:${[...tails].sort().join("|")}`,
  );
  const facts = [...attributes].map(([name, values]) => {
    const isFlag = values.size === 1 && values.has("true");
    return `${name} Arg:<ENTITY>${isFlag ? "" : `, Value:${[...values].sort().join("|")}`}`;
  });
  return `[entities]\n${rows(labels)}\n[relations]\n${rows(pairs)}\n[events]\n\n[attributes]\n${rows(facts)}`;
}
