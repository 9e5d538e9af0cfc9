/** @file Labels and types of relations -> the labelling interface of Label Studio that tasks refer to. */

/** What tasks call the tag of labels, and that of the text. */
export const FROM_NAME = "label";
export const TO_NAME = "text";

const escapeXml = (text: string) =>
  text.replace(
    /[<>&"'\n\r\t]/g,
    (character) =>
      ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;" })[character] ??
      `&#${character.charCodeAt(0)};`,
  );

/** XML, to be pasted under Settings, Labeling Interface, Code. */
export function renderLabelingConfig(labels: readonly string[], relations: readonly string[]): string {
  const tags = (name: string, values: readonly string[]) =>
    values.map((value) => `    <${name} value="${escapeXml(value)}"/>\n`).join("");
  return [
    "<View>\n",
    ...(relations.length === 0 ? [] : [`  <Relations>\n${tags("Relation", relations)}  </Relations>\n`]),
    `  <Labels name="${FROM_NAME}" toName="${TO_NAME}">\n${tags("Label", labels)}  </Labels>\n`,
    `  <Text name="${TO_NAME}" value="$text"/>\n`,
    "</View>\n",
  ].join("");
}
