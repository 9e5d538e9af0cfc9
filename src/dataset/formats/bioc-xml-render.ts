/** @file A document of BioC -> its XML element. */
import type { BiocAnnotation, BiocDocument, BiocPassage, BiocRelation, Infons } from "./bioc-document.ts";

/** Before the documents; the DTD is named as BioC's own files do, and nobody has to read it. */
export const XML_HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n<collection><source></source><date></date><key></key>\n';
export const XML_FOOT = "</collection>\n";

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#13;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/** @param onCharacter told for each character that XML cannot hold; it is written as U+FFFD */
export function renderXmlDocument(document: BiocDocument, onCharacter: () => void): string {
  const hold = (value: string) =>
    value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, () => {
      onCharacter();
      return "\ufffd";
    });
  const text = (value: string) => hold(value).replace(/[&<>\r]/g, (found) => ESCAPES[found]!);
  const quoted = (value: string) => `"${hold(value).replace(/[&<>"\r\n\t]/g, (found) => ESCAPES[found]!)}"`;
  const infons = (values: Infons) =>
    [...values].map(([key, value]) => `<infon key=${quoted(key)}>${text(value)}</infon>`).join("");
  const annotation = ({ id, infons: facts, locations, text: words }: BiocAnnotation) => {
    const places = locations.map(({ offset, length }) => `<location offset="${offset}" length="${length}"/>`);
    return `<annotation id=${quoted(id)}>${infons(facts)}${places.join("")}<text>${text(words ?? "")}</text></annotation>\n`;
  };
  const relation = ({ id, infons: facts, nodes }: BiocRelation) => {
    const parts = nodes.map(({ refid, role }) => `<node refid=${quoted(refid)} role=${quoted(role)}/>`);
    return `<relation id=${quoted(id)}>${infons(facts)}${parts.join("")}</relation>\n`;
  };
  const passage = ({ infons: facts, offset, text: words, annotations }: BiocPassage) =>
    `<passage>${infons(facts)}<offset>${offset}</offset><text>${text(words ?? "")}</text>\n${annotations.map(annotation).join("")}</passage>\n`;
  const { id, infons: facts, passages, annotations, relations } = document;
  const parts = [...passages.map(passage), ...annotations.map(annotation), ...relations.map(relation)];
  return `<document><id>${text(id)}</id>${infons(facts)}\n${parts.join("")}</document>\n`;
}
