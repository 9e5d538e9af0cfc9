/** @file Lines `token<TAB>tag` <-> their cells, and the schemes that tags may be of. */
import { readTags, type Tag } from "./tag-schemes.ts";
import type { TableLayout } from "./token-table.ts";

/** `token<TAB>tag`. A token may have spaces, a label too. */
export const TSV_LAYOUT: TableLayout = {
  split(row) {
    const cells = row.split("\t");
    const [token, tag] = cells as [string, string];
    return cells.length === 2 && token !== ""
      ? { token, tag: tag.trim(), others: 0 }
      : `${cells.length} columns, or an empty token; a line is a token, a tab and a tag.`;
  },
  render: (token, tag) => `${token}\t${tag}`,
  documentStart: "-DOCSTART-\tO\n\n",
  // Also: what is trimmed off a tag, what would begin a document, a byte order mark, half a character.
  forbidden: /[\t\n\r\ufeff]|^\s|\s$|^-(?=DOCSTART-(?:\s|$))|\p{Cs}/gu,
};

/** Whether tags are all of IOB1 or IOB2. */
export const isPlain = (tags: readonly Tag[]) => tags.every(({ position }) => "OBI".includes(position));

/** Whether tags can only be IOB1: some mention begins with I-, and none begins with B- but right after one of its label. */
export const isIob1 = (tags: readonly Tag[]) =>
  isPlain(tags) &&
  readTags(tags).unopened > 0 &&
  tags.every((tag, index) => {
    const before = tags[index - 1];
    return tag.position !== "B" || (before !== undefined && "label" in before && before.label === tag.label);
  });
