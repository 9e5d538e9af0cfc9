/** @file Pieces of BioC XML -> its documents one by one, memory for one of them. */
import sax from "sax";
import type { PlacedBioc } from "./bioc-document.ts";
import { corpusError } from "./corpus-error.ts";

/** The elements of BioC, and where each may stand. */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  collection: [""],
  source: ["collection"],
  date: ["collection"],
  key: ["collection"],
  document: ["collection"],
  id: ["document"],
  passage: ["document"],
  sentence: ["passage"],
  offset: ["passage", "sentence"],
  text: ["passage", "sentence", "annotation"],
  annotation: ["document", "passage", "sentence"],
  relation: ["document", "passage", "sentence"],
  location: ["annotation"],
  node: ["relation"],
  infon: ["collection", "document", "passage", "sentence", "annotation", "relation"],
};

/** Any element with parts, as it is being read: it has what its kind has, and nothing in the rest. */
interface Part {
  readonly line: number;
  id: string;
  offset: number;
  text: string | undefined;
  readonly infons: Map<string, string>;
  readonly passages: Part[];
  readonly sentences: Part[];
  readonly annotations: Part[];
  readonly relations: Part[];
  readonly locations: { readonly offset: number; readonly length: number }[];
  readonly nodes: { readonly refid: string; readonly role: string }[];
}

/** Takes pieces, gives documents that are whole. */
export interface BiocXmlParser {
  write(piece: string): void;
  end(): void;
  /** Documents that ended since the last call. */
  take(): PlacedBioc[];
}

/**
 * Strict XML; a DTD is passed over: none of its entities is known, and nothing is fetched. Line ends are `\n`, as XML says,
 * unless written as `&#13;`.
 * @throws InputError `corpus-invalid` with the line, from `write` and `end`
 */
export function createBiocXmlParser(path: string, onInfon: () => void): BiocXmlParser {
  const parser = sax.parser(true, { strictEntities: true, position: true } as sax.SAXOptions);
  const names: string[] = [""];
  const parts: Part[] = [];
  let found: PlacedBioc[] = [];
  let words = "";
  let key = "";
  let isEnded = false;
  let carried = "";
  const fail = (what: string, hint?: string) => corpusError(path, parser.line + 1, what, hint);
  const readNumber = (value: string | undefined) => {
    const number = /^\s*\d{1,15}\s*$/.test(value ?? "") ? Number(value) : undefined;
    if (number === undefined) throw fail("an offset or a length is no number.");
    return number;
  };

  parser.onerror = (error) => {
    if (error.message.startsWith("Invalid character entity"))
      throw fail(
        "an entity that is not known.",
        "XML knows &amp; &lt; &gt; &quot; &apos; and numbers; those of a DTD are not read.",
      );
    throw fail("no well-formed XML, or cut off.");
  };
  parser.onopentag = ({ name, attributes }) => {
    const values = attributes as Record<string, string>;
    const parent = names.at(-1)!;
    if (!Object.hasOwn(PARENTS, name) || !PARENTS[name]!.includes(parent))
      throw fail(
        "an element that is no BioC, or stands where BioC has none.",
        `Elements: ${Object.keys(PARENTS).join(", ")}.`,
      );
    names.push(name);
    words = "";
    const outer = parts.at(-1);
    if (name === "infon") key = values.key ?? "";
    else if (name === "location")
      outer!.locations.push({ offset: readNumber(values.offset), length: readNumber(values.length) });
    else if (name === "node") outer!.nodes.push({ refid: values.refid ?? "", role: values.role ?? "" });
    else if (PARENTS.infon!.includes(name)) {
      const part = createPart(parser.line + 1, values.id ?? "");
      if (name === "passage") outer!.passages.push(part);
      else if (name === "sentence") outer!.sentences.push(part);
      else if (name === "annotation") outer!.annotations.push(part);
      else if (name === "relation") outer!.relations.push(part);
      parts.push(part);
    }
  };
  parser.ontext = (text) => {
    words += text;
  };
  parser.oncdata = parser.ontext;
  parser.onclosetag = (name) => {
    names.pop();
    const part = parts.at(-1)!;
    if (name === "infon") {
      if (names.at(-1) === "collection") onInfon();
      else part.infons.set(key, words);
    } else if (name === "text") part.text = words;
    else if (name === "offset") part.offset = readNumber(words);
    else if (name === "id") part.id = words.trim();
    else if (PARENTS.infon!.includes(name)) {
      parts.pop();
      if (name === "document") found.push({ place: part.line, document: part });
      if (name === "collection") isEnded = true;
    }
    words = "";
  };
  return {
    write(piece) {
      const text = carried + piece;
      carried = text.endsWith("\r") ? "\r" : "";
      parser.write((carried === "" ? text : text.slice(0, -1)).replace(/\r\n?/g, "\n"));
    },
    end() {
      if (!isEnded) throw fail("no BioC, or cut off: the collection does not end.");
      parser.close();
    },
    take() {
      const documents = found;
      found = [];
      return documents;
    },
  };
}

const createPart = (line: number, id: string): Part => ({
  line,
  id,
  offset: 0,
  text: undefined,
  infons: new Map(),
  passages: [],
  sentences: [],
  annotations: [],
  relations: [],
  locations: [],
  nodes: [],
});
