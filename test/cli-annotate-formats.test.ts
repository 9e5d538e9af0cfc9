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
  expect(table.stderr).toContain("note: not written: attachment 1: an attachment that is not text");
  expect(table.stderr).toContain("note: not written: meta 1: ");
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
  const stdin = await runCli(["annotate", model, "-", "--from", "jsonl"], { input: "{}" });
  expectInputError(stdin, "--from reads files that have a name", "/dev/stdin in place of -");
  expectInputError(await annotate("--from", "omop-note-nlp"), "is only written, not read");
  expectInputError(await annotate("--from", "csv", "--input", "text"), "cannot be used with");
  expectInputError(await annotate("--from", "xml"), "Allowed choices are jsonl");
});

it("refuses to write over what it reads, before anything is loaded", async () => {
  const note = join(await newFolder(), "note.txt");
  await writeFile(note, "No gout.");
  const same = `--output "${note}" is the same file as`;
  expectInputError(await runCli(["annotate", "no-model", note, "--output", note]), same, "would be gone");
  const words = ["annotate", "no-model", note, "--from", "jsonl", "--to", "prodigy", "--output", note];
  expectInputError(await runCli(words), same);
  const errors = await runCli(["evaluate", "no-model", "--gold", note, "--errors", note]);
  expectInputError(errors, `--errors "${note}" is the same file as`);
  expect(await readFile(note, "utf8")).toBe("No gout.");
});

it("says so where files that are read as plain text look like a corpus", async () => {
  const folder = await newFolder();
  const [first, second, named, prose] = ["a.json", "b.json", "c.txt", "d.md"].map((name) =>
    join(folder, name),
  );
  const bundle = JSON.stringify({ resourceType: "Bundle", type: "collection", entry: [] });
  for (const file of [first, second, named]) await writeFile(file!, bundle);
  await writeFile(prose!, "No gout, no asthma.\n\nWell.\n");
  const annotate = async (...words: string[]) =>
    (await runCli(["annotate", model, ...words, "--threads", "1"])).stderr.match(/^note: .*$/gm);
  expect(await annotate(first!)).toEqual([
    `note: ${first} looks like FHIR; read as plain text; --from fhir takes the notes out of it.`,
  ]);
  expect(await annotate(prose!, first!, named!, second!)).toEqual([
    `note: ${first} and 1 other file look like FHIR; read as plain text; --from fhir takes the notes out of it.`,
  ]);
  expect(await annotate(first!, "--input", "text")).toBeNull();
  expect(await annotate(prose!, named!)).toBeNull();
});
