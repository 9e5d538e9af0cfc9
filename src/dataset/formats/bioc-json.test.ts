/** @file Tests of BioC JSON: what is strange or broken in it, and what it gives back. */
import { expect, test } from "vitest";
import { expectBiocHeld } from "../../../test/bioc-trips.ts";
import { readText } from "../../../test/read-corpus-text.ts";
import { expectFault } from "../../../test/standoff-trips.ts";
import { biocJsonFormat } from "./bioc-json.ts";

test.each([
  ['{"source":"x","documents":[{"id":"1","passages":[]},{"id":', ": document 2: cut off."],
  ['{"source":"x","documents":[{"id":"1","passages":[]},{secret', ": document 2: not JSON."],
  [
    '{"source":"x","documents":[{"id":"1","passages":[{"offset":-1}]}]}',
    ": document 1: no document of BioC: passages.0.offset:",
  ],
  [`{"documents":[${"[".repeat(100_000)}${"]".repeat(100_000)}]}`, ": document 1: no document of BioC: it:"],
  [`{"documents":[${"[".repeat(100_000)}`, ": document 1: cut off."],
  ['{"a":1}', ": document 1: no BioC: no list of documents."],
  ["", ": document 1: cut off."],
  ['{"id":"1","passages":[]}\n{"id":"2","passages":[}\n', ":2: not a JSON value on one line."],
  [
    '{"id":"1","passages":[{"offset":0,"text":"ab","annotations":[{"id":1,"infons":{"type":"A"},"locations":[{"offset":1,"length":2}]}]}]}',
    ":1: annotation 1 is 1-3, but the text has 2 code points.",
  ],
])("BioC JSON tells the place of a fault: %.60j", (file, message) =>
  expectFault(biocJsonFormat, file, message),
);

test.each([
  ["a list of collections", '[{"source":"x","documents":[{"id":7,"passages":[{"offset":0,"text":"ab"}]}]}]'],
  [
    "PubTator's answer",
    '{"PubTator3":[{"_id":"7|None","id":"7","passages":[{"infons":{"type":null},"offset":0,"text":"ab","annotations":[]}]}]}',
  ],
  ["a list of documents", '[\n{"id":"7","infons":{},"passages":[{"offset":0,"text":"ab"}]}]\n'],
  ["no documents", '{"source":"x","documents":[]}'],
])("BioC JSON: %s is read", async (what, file) => {
  const { documents } = await readText(biocJsonFormat, file);
  expect(documents).toEqual(
    what === "no documents" ? [] : [{ id: "7", text: "ab", mentions: [], relations: [] }],
  );
});

test.each([
  ["BioC JSON", ".json"],
  ["BioC JSON lines", ".jsonl"],
])("%s holds names, fragments, attributes, concepts, scores, relations, passages and facts", (_, ending) =>
  expectBiocHeld(biocJsonFormat, ending),
);
