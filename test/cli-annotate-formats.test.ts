/** @file `annotate --from --to` from outside: notes out of FHIR and tables, mentions into the formats of other tools. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { expectInputError, model, newFolder } from "./cli-setup.ts";
import { runCli } from "./spawn-cli.ts";

it("annotates notes of FHIR and writes NOTE_NLP and Prodigy, with what was left out told", async () => {
  const folder = await newFolder();
  const [input, output] = [join(folder, "notes.ndjson"), join(folder, "out")];
  const note = (id: string, attachment: object) => ({
    resourceType: "DocumentReference",
    id,
    subject: { reference: "Patient/7" },
    content: [{ attachment }],
  });
  const data = Buffer.from("😷 No sign of gout was seen.").toString("base64");
  const notes = [note("12", { contentType: "text/plain", data }), note("13", { url: "Binary/1" })];
  await writeFile(input, notes.map((row) => `${JSON.stringify(row)}\n`).join(""));
  const words = ["annotate", model, input, "--from", "fhir", "--threads", "1", "--output", output];

  const table = await runCli([...words, "--to", "omop-note-nlp"]);
  expect(table.code).toBe(0);
  expect(table.stderr).toContain("note: attachment 1: an attachment that is not text");
  expect(table.stderr).toContain("note: meta 1: ");
  expect(await readFile(output, "utf8")).toMatch(
    /\n\d,12,0,😷 No sign of gout was seen\.,13,gout,0,0,textphantom,/,
  );

  expect((await runCli([...words, "--to", "prodigy"])).code).toBe(0);
  const task = JSON.parse(await readFile(output, "utf8"));
  expect(task).toMatchObject({ id: "12", meta: { patient: "Patient/7" } });
  expect(task.spans).toContainEqual({ start: 13, end: 17, label: "Disease", score: expect.any(Number) });

  const lines = JSON.parse((await runCli(words.slice(0, -2))).stdout);
  expect(lines.id).toBe("12");
  expect(lines.mentions.map(({ text }: { text: string }) => text)).toContain("gout");
});

it("refuses --to without a file, formats that are not read or written, and --input beside --from", async () => {
  const annotate = (...words: string[]) => runCli(["annotate", model, "x.json", ...words]);
  expectInputError(await annotate("--to", "prodigy"), "--to prodigy writes a file", "--output");
  expectInputError(await annotate("--from", "fhir"), 'Cannot read "x.json": no such file');
  expectInputError(await annotate("--from", "omop-note-nlp"), "is only written, not read");
  expectInputError(await annotate("--from", "csv", "--input", "text"), "cannot be used with");
  expectInputError(await annotate("--from", "xml"), "Allowed choices are jsonl");
});
