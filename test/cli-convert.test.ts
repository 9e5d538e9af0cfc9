/** @file `convert` from outside: files told and written, losses listed, exit codes, nothing half-written. */
import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import { PROGRAM, runCli } from "./spawn-cli.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-convert-"));
afterAll(() => rm(root, { recursive: true }));
let folders = 0;
const newFolder = async () => {
  const folder = join(root, `${folders++}`);
  await mkdir(folder);
  return folder;
};
const task = (id: number) => ({
  id,
  text: "secret 😷 gout",
  spans: [{ start: 9, end: 13, label: "Disease", score: 0.5 }],
  answer: "accept",
});
const writeTasks = async (path: string, count: number) =>
  writeFile(path, Array.from({ length: count }, (_, index) => `${JSON.stringify(task(index))}\n`).join(""));

describe("convert", () => {
  it("tells the format, writes the file, and lists what could not be carried over", async () => {
    const folder = await newFolder();
    const [input, output] = [join(folder, "in.jsonl"), join(folder, "out.jsonl")];
    await writeTasks(input, 5);
    const { code, stdout, stderr } = await runCli(["convert", input, output, "--to", "doccano"]);
    expect([code, stdout]).toEqual([0, ""]);
    expect(stderr).toBe(
      [
        `${output}: 5 documents, 5 mentions, 0 relations, from prodigy to doccano.`,
        "Not carried over, or read with a doubt:",
        "  score  5  a probability (first in 0, 1, 2)",
        "",
      ].join("\n"),
    );
    expect((await readFile(output, "utf8")).split("\n")[0]).toBe(
      '{"id":"0","text":"secret 😷 gout","label":[[9,13,"Disease"]]}',
    );
    const full = await runCli(["convert", input, join(folder, "out.csv")]);
    expect(full.stderr).toContain("Everything was carried over.\n");
  });

  it("--json gives the same as one document on stdout", async () => {
    const folder = await newFolder();
    const [input, output] = [join(folder, "in.jsonl"), join(folder, "out")];
    await writeTasks(input, 1);
    const { code, stdout } = await runCli(["convert", input, output, "--to", "spacy", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      input,
      output,
      from: "prodigy",
      to: "spacy",
      documents: 1,
      mentions: 1,
      relations: 0,
      losses: [{ kind: "score", count: 1, documents: ["0"], meaning: "a probability" }],
    });
  });

  it("bad input: exit code 2, what was found and what to do, no text, no output", async () => {
    const folder = await newFolder();
    const path = (name: string) => join(folder, name);
    await writeTasks(path("in.jsonl"), 2);
    await writeFile(path("letter.txt"), "secret letter");
    await writeFile(
      path("broken.jsonl"),
      `${JSON.stringify(task(0))}\n{"text": "secret", "spans": [{"start": 90, "end": 93, "label": "X"}], "answer": "accept"}\n`,
    );
    await writeFile(path("latin.csv"), Buffer.from("id,text\n1,Fièvre secret\n", "latin1"));
    const names = (await readdir(folder)).sort();
    const cases: [string[], ...(string | RegExp)[]][] = [
      [["in.jsonl"], "missing required argument 'out'"],
      [["in.jsonl", "out.csv", "--to", "conll"], "Allowed choices are jsonl"],
      [["no.jsonl", "out.csv"], "no such file"],
      [["letter.txt", "out.csv"], "Cannot tell the format of", "hint: Name it (--from, "],
      [["in.jsonl", "out.json"], "does not say which format to write", "hint: Name it with --to: "],
      [["in.jsonl", "in.jsonl", "--to", "csv"], "are the same file"],
      [["in.jsonl", "out.csv", "--from", "omop-note-nlp"], "is only written, not read"],
      [["in.jsonl", "out", "--to", "fhir"], "is only read, not written"],
      [
        ["broken.jsonl", "out.csv"],
        /broken\.jsonl:2: span 0 is 90-93, but the text has 6 code points\./,
        "code points",
      ],
      [["latin.csv", "out.csv"], "is not UTF-8 text", "iconv"],
      [
        ["in.jsonl", "out", "--to", "doccano", "--strict"],
        "Not everything can be carried over: score 2.",
        "Without --strict",
      ],
      [["-", "out.csv"], 'not "-"'],
      [["in.jsonl", "."], "does not say which format"],
      [["in.jsonl", ".", "--to", "csv"], "it is a folder"],
    ];
    for (const [words, ...parts] of cases) {
      const finished = await runCli([
        "convert",
        ...words.map((word) => (/^(?:[a-z]+\.\w+|out|\.)$/.test(word) ? path(word) : word)),
      ]);
      expectInputError(finished, ...parts);
      expect(finished.stdout + finished.stderr).not.toContain("secret");
      expect((await readdir(folder)).sort()).toEqual(names);
    }
  }, 120_000);

  it.skipIf(process.platform === "win32")(
    "reads and writes pipes, where the formats are named",
    async () => {
      const folder = await newFolder();
      await writeTasks(join(folder, "in.jsonl"), 1);
      const pipe = (...words: string[]) => {
        const program = [process.execPath, ...PROGRAM, "convert", "/dev/stdin", "/dev/stdout", ...words];
        const script = 'cat "$0" | "$@" | cat';
        return promisify(execFile)("sh", ["-c", script, join(folder, "in.jsonl"), ...program]);
      };
      const doccano = await pipe("--from", "prodigy", "--to", "doccano");
      expect(JSON.parse(doccano.stdout)).toMatchObject({
        id: "0",
        entities: [{ start_offset: 9 }],
        relations: [],
      });
      const tasks = await pipe("--from", "prodigy", "--to", "label-studio");
      expect(JSON.parse(tasks.stdout)).toMatchObject([{ data: { id: "0" } }]);
      const written = await pipe("--from", "prodigy", "--to", "jsonl");
      await writeFile(join(folder, "in.jsonl"), written.stdout);
      for (const name of ["jsonl", "gliner", "bioc-json"]) {
        const there = await pipe("--from", "jsonl", "--to", name);
        expect(there.stderr).toContain(": 1 document, 1 mention, ");
        await writeFile(join(folder, "in.jsonl"), there.stdout);
        const back = await pipe("--from", name, "--to", "jsonl");
        expect(back.stderr).toContain(": 1 document, 1 mention, ");
        await writeFile(join(folder, "in.jsonl"), back.stdout);
      }
      expect((await pipe("--to", "spacy")).stderr).toContain('Cannot look into "/dev/stdin": it is a pipe');
    },
    60_000,
  );

  it.skipIf(process.platform === "win32")(
    "Ctrl-C leaves nothing half-written",
    async () => {
      const folder = await newFolder();
      const [input, output] = [join(folder, "in.jsonl"), join(folder, "out.jsonl")];
      await writeTasks(input, 400_000);
      const { code, stderr } = await runCli(["convert", input, output, "--to", "doccano"], {
        onStart: (child) => {
          // As soon as it writes.
          const timer = setInterval(async () => {
            if ((await readdir(folder)).length === 1) return;
            clearInterval(timer);
            child.kill("SIGINT");
          }, 20);
          child.on("exit", () => clearInterval(timer));
        },
      });
      expect(stderr).toContain(`"${output}" was not written.`);
      expect(code).toBe(130);
      expect(await readdir(folder)).toEqual(["in.jsonl"]);
    },
    60_000,
  );
});
