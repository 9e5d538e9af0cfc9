/** @file What looks like a personal identifier, and what in the literature on genes does not. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { IDENTIFIER_CLASSES, type IdentifierClass } from "./identifier-classes.ts";
import { findIdentifiers, scanIdentifiers } from "./identifiers.ts";

/** [class, text]: the identifier stands in braces. */
const POSITIVES: readonly (readonly [IdentifierClass, string])[] = [
  ["name", "We thank Dr. {Jane Doe} for the samples."],
  ["name", "Mr {O'Brien} was seen in clinic."],
  ["name", "Prof. {A. Müller-Lüdenscheidt} operated."],
  ["name", "A boy named {Tom Baker} had fever."],
  ["name", "Patient name: {Smith, John}"],
  ["geographic", "She lives at {12 Oak Hill Road} with her son."],
  ["geographic", "Sent from Boston, {MA 02115-1234}."],
  ["geographic", "Write to {P.O. Box 123}."],
  ["date-or-age", "Admitted {2021-03-14} with pain."],
  ["date-or-age", "Seen {3/14/2021} and discharged."],
  ["date-or-age", "Born {14.03.1988} in Kiel."],
  ["date-or-age", "It began on {March 3}, she said."],
  ["date-or-age", "On {12 December 2004} he fell."],
  ["date-or-age", "A {94-year-old} woman with gout."],
  ["date-or-age", "He died at age {92} of stroke."],
  ["phone", "Call {(617) 555-2368} at once."],
  ["phone", "Tel. {+49 30 1234567}."],
  ["fax", "Fax: {617-555-2369}."],
  ["email", "Write to {j.doe@hospital.example.org} today."],
  ["social-security", "SSN {078-05-1120} was given."],
  ["medical-record", "MRN: {00123456} reviewed."],
  ["medical-record", "Medical record number {A-77812}."],
  ["health-plan", "Medicare {1EG4-TE5-MK73} holder."],
  ["health-plan", "Member ID: {W123456789}."],
  ["account", "Paid with {4111 1111 1111 1111} there."],
  ["account", "To {DE89 3704 0044 0532 0130 00} by bank."],
  ["licence", "NPI {1234567893} signed."],
  ["vehicle", "A car, VIN {1M8GDM9AXKP042788}, hit him."],
  ["device", "Pacemaker, serial number {PJN482213}."],
  ["device", "Labelled (01){00844588003288}."],
  ["url", "See {https://example.org/a?b=1} for more."],
  ["ip-address", "From {192.168.12.7} at night."],
  ["ip-address", "From {2001:db8::8a2e:370:7334} at night."],
  ["other-code", "Patient ID {KX-20991} was lost."],
  ["other-code", "Row {123e4567-e89b-12d3-a456-426614174000}."],
];

const NEGATIVES = [
  "A deletion at 11p15.5 and 22q11.2 was found in 12 of 31 families.",
  "c.3243A>G and p.Arg117His (rs113993960) in NM_000492.3 were seen.",
  "GenBank accession AF012345 and U12345.1 hold the sequence.",
  "Supported by NIH grant R01-HL-123456 and 5U01CA098233-08.",
  "P = 0.0001; OR 2.31 (95% CI 1.02-5.11); chi2 = 12.3.",
  "The enzyme (EC 1.14.13.39) was purified; EC 3.4.21.69 was not.",
  "BRCA1, BRCA2, HNF-1alpha, HLA-DRB1*1501 and IL-2 were typed.",
  "Down's syndrome and Dr. Down's syndrome are the same.",
  "MS patients and Ms. pac-man are not people.",
  "Markers D11S1318, D17S250 and D6S105 gave a lod of 3.1.",
  "The ratio was 3/14 in women and 12/31/190 in the three groups.",
  "Patients aged 90 or older were left out, as were those over 90 years of age.",
  "Penetrance reached 39% by age 90.",
  "In May 12 patients were enrolled; by June 2004 there were 40.",
  "At 37 degrees, 150-200 mg and 1-2-3 mg doses were given.",
  "The 999-12-3456 and 000-12-3456 blocks are no numbers.",
  "Plasmid pUC19 and clone RP11-123A4 were used.",
  "Phone calls were made to 617 555 families.",
  "Version 1.2.3.4 of the program was used, v. 2.0.1.4 later.",
  "Ratios of 256.1.1.1 and 1.2.3 do not exist.",
  "PMID 12345678 and doi 10.1093/hmg/8.1.123 are cited.",
  "OMIM 219700 and MIM 143100 name the diseases.",
  "Card 4111 1111 1111 1112 has the wrong check digit.",
  "Case 3 and patient 12345 of family 7 were seen.",
  "The gene was named Sonic hedgehog after a game.",
  "A Dutch family named in the registry was followed for 95 years.",
  "31/02/2004 and 2021-02-30 are no days.",
  "Lots of 10 x 12 St. John's wort tablets were bought.",
  "ATCC CRL-1573 cells and ISRCTN12345678 are codes of things.",
  "Nucleotides 123-456-7890 and 1,234,567-1,234,890 were deleted.",
  "The ratio A:B:C was 1:2:3 and the time 12:30:45.",
];

describe("an identifier", () => {
  test.each(POSITIVES)("of class %s is found: %s", (name, marked) => {
    const start = marked.indexOf("{");
    const end = marked.indexOf("}") - 1;
    expect(findIdentifiers(marked.replace(/[{}]/g, ""))).toEqual([{ class: name, start, end }]);
  });

  test.each(NEGATIVES)("is not seen in: %s", (text) => {
    expect(findIdentifiers(text)).toEqual([]);
  });

  test("is counted by class, with its place, and no text", () => {
    const { counts, found } = scanIdentifiers([
      { id: "a", text: "Mr Smith, a 92-year-old man." },
      { id: "b", text: "Nobody." },
    ]);
    expect(Object.keys(counts)).toEqual([...IDENTIFIER_CLASSES]);
    expect([counts.name, counts["date-or-age"], counts.url]).toEqual([1, 1, 0]);
    expect(found).toEqual([
      { id: "a", class: "name", start: 3, end: 8 },
      { id: "a", class: "date-or-age", start: 12, end: 23 },
    ]);
  });
});

const recordings = join(import.meta.dirname, "../../../shared/recordings");
test.skipIf(!existsSync(recordings))(
  "is rare in the recordings (skipped where ../shared/recordings is absent)",
  () => {
    const count = (task: string) => {
      const rows = readFileSync(join(recordings, task, "output.jsonl"), "utf8")
        .trim()
        .split("\n");
      const texts = rows.flatMap((row) =>
        JSON.parse(row).response.body.choices[0].message.content.split("\n"),
      );
      const { counts } = scanIdentifiers(
        texts.map((text, id) => ({ id: `${id}`, text: text.replace(/<[^>]+>/g, "") })),
      );
      return Object.fromEntries(Object.entries(counts).filter(([, found]) => found > 0));
    };
    expect(count("disease")).toEqual({ "date-or-age": 2 });
    for (const task of ["chemical-disease", "gene-disease", "chemical-induced-disease", "disease-verify"])
      expect(count(task)).toEqual({});
  },
);
