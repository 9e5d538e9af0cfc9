/** @file What BioC says of a document, in XML and in JSON alike. Offsets and lengths are Unicode code points, offsets from the start of the document. */

/** Facts by name. */
export type Infons = ReadonlyMap<string, string>;

interface BiocLocation {
  readonly offset: number;
  readonly length: number;
}

export interface BiocAnnotation {
  readonly id: string;
  readonly infons: Infons;
  /** Absent: the file does not repeat the words. */
  readonly text?: string | undefined;
  readonly locations: readonly BiocLocation[];
}

interface BiocNode {
  readonly refid: string;
  readonly role: string;
}

export interface BiocRelation {
  readonly id: string;
  readonly infons: Infons;
  readonly nodes: readonly BiocNode[];
}

interface Annotated {
  readonly infons: Infons;
  readonly annotations: readonly BiocAnnotation[];
  readonly relations: readonly BiocRelation[];
}

export interface BiocSentence extends Annotated {
  readonly offset: number;
  readonly text?: string | undefined;
}

export interface BiocPassage extends BiocSentence {
  readonly sentences: readonly BiocSentence[];
}

export interface BiocDocument extends Annotated {
  readonly id: string;
  readonly passages: readonly BiocPassage[];
}

/** A document and where it stands in its file: the line, or `document 3`. */
export interface PlacedBioc {
  readonly place: number | string;
  readonly document: BiocDocument;
}

/** Names of infons that hold identifiers, in small letters. The first is the one that is written. */
export const CONCEPT_INFONS: readonly string[] = [
  "identifier", "identifiers", "mesh", "omim", "ncbi gene", "ncbigene", "ncbi taxonomy", "cui", "umls", "snomed", "chebi",
]; // biome-ignore format: a list

/** Names of the two infons of a relation between concepts whose parts have no names of their own. */
export const BARE_ROLES = ["concept1", "concept2"] as const;

/** What stands between two passages, which the file does not say: a space between title and abstract, else line breaks. */
export function fillGap(before: string | undefined, after: string | undefined, codePoints: number): string {
  if (codePoints === 1 && before === "title" && after === "abstract") return " ";
  return "\n".repeat(codePoints);
}
