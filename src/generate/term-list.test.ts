/** @file Tests of files of names: four formats, what is left out and why, faults told without their content. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseCsvRows } from "./separated-rows.ts";
import { parseTermList } from "./term-list.ts";

const read = (path: string, text: string, column?: string) =>
  parseTermList(text, { path, ...(column === undefined ? {} : { column }) });

test("reads a name a line and counts what is left out", () => {
  const text = `gout\r\n  Wilson \t disease\n\n12.5\nGOUT\n${"x".repeat(81)}\n${"y".repeat(80)}\n`;
  expect(read("names.txt", text)).toEqual({
    names: ["gout", "Wilson disease", "y".repeat(80)],
    left: [
      { reason: "empty", count: 2 },
      { reason: "too-long", count: 1 },
      { reason: "repeated", count: 1 },
    ],
  });
});

test("reads the first column, or the one with a name", () => {
  const tsv = 'id\tname\nD1\tgout\nD2\tHuntington\'s "chorea"\n';
  expect(read("a.tsv", tsv, "name").names).toEqual(["gout", 'Huntington\'s "chorea"']);
  expect(read("a.TSV", tsv).names).toEqual(["id", "D1", "D2"]);
  const csv = 'id,name\r\n1,"anaemia, ""sickle""\nform"\r\n2,gout';
  expect(read("a.csv", csv, "name").names).toEqual(['anaemia, "sickle" form', "gout"]);
});

test("reads names and exact synonyms of an ontology, not those that are obsolete or related", () => {
  const obo = `format-version: 1.2
ontology: doid

[Term]
id: DOID:1
name: gout
synonym: "podagra" EXACT []
synonym: "urate \\"stones\\"" EXACT MEDICAL [x:y]
synonym: "arthritis" RELATED []
def: "A name: none." []

[Term]
id: DOID:2
name: old gout
synonym: "older gout" EXACT []
is_obsolete: true

[Typedef]
id: part_of
name: part of

[Term]
id: DOID:3
name: Wilson disease {source="x"}`;
  expect(read("disease.obo", obo)).toEqual({
    names: ["gout", "podagra", 'urate "stones"', "Wilson disease"],
    left: [{ reason: "obsolete", count: 2 }],
  });
});

test("reads back what was written as RFC 4180 says", () => {
  const field = fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", " ", "é", "😷") });
  const quote = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.constantFrom("\n", "\r\n"), (table, end) => {
      const text = table.map((row) => row.map(quote).join(",") + end).join("");
      expect(parseCsvRows(text)).toEqual(table);
    }),
  );
});

test("reads a megabyte in quotes, and many rows, in linear time", () => {
  expect(parseCsvRows(`"${"a".repeat(1_000_000)}",b\n`)[0]![1]).toBe("b");
  expect(parseCsvRows('a,"b"\n'.repeat(100_000)).length).toBe(100_000);
});

test.each([
  ["names.pdf", "x", undefined, "terms-format"],
  ["names", "x", undefined, "terms-format"],
  ["a.csv", "id,name\n1,gout", "nam", "column-unknown"],
  ["a.tsv", "", "name", "column-unknown"],
  ["a.csv", '1,"secret\n2,gout', undefined, "csv-invalid"],
  ["a.csv", '1,"a"secret\n', undefined, "csv-invalid"],
  ["a.txt", "\n\n7\n", undefined, "terms-empty"],
  ["a.txt", "", undefined, "terms-empty"],
])("tells what is wrong with %s", (path, text, column, code) => {
  let error: unknown;
  try {
    read(path, text, column);
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).code).toBe(code);
  expect((error as InputError).message).not.toContain("secret");
});
