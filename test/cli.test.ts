/** @file The program from outside: right offsets in odd texts, and what it writes where. */
import { spawn } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError, model, newFolder, root, task } from "./cli-setup.ts";
import { PROGRAM, runCli, type SpawnOptions } from "./spawn-cli.ts";

type Line = {
  id: string;
  text: string;
  mentions: { start: number; end: number; label: string; text: string; section?: string }[];
};

async function annotate(words: readonly string[], options: SpawnOptions = {}) {
  const finished = await runCli(["annotate", model, ...words], options);
  const lines = finished.code === 0 ? finished.stdout.split("\n").filter((line) => line !== "") : [];
  const documents = lines.map((line): Line => JSON.parse(line));
  for (const { text, mentions } of documents) {
    for (const { start, end, text: named } of mentions) expect(text.slice(start, end)).toBe(named);
  }
  return { ...finished, documents };
}

const named = ({ mentions }: Line) => mentions.map(({ label, text }) => `${label}: ${text}`);

describe("annotate", () => {
  it("a text with emoji, CRLF, zero-width and astral characters: offsets into the text as it is", async () => {
    const text =
      "\ufeff😀 No sign of gout was seen.\r\n\r\nNo sign of gout was seen\u200b 👩‍⚕️\u200b (𝛼), as\u200bpirin.\r\n";
    const file = join(await newFolder(), "odd.txt");
    await writeFile(file, text);
    const { code, documents } = await annotate([file]);
    expect(code).toBe(0);
    expect(documents).toHaveLength(1);
    expect(documents[0]).toMatchObject({ id: file, text });
    expect(named(documents[0]!)).toContain("Disease: gout");
    expect(documents[0]!.mentions.filter((m) => m.text === "gout").map((m) => m.start)).toEqual([
      text.indexOf("gout"),
      text.lastIndexOf("gout"),
    ]);
  });

  it("1 MB on one line, as text and as JSON line: nothing is lost, from the first mention to the last", async () => {
    const text = `No sign of asthma was seen. ${"The ward was calm on day 7. ".repeat(38_000)}No sign of gout was seen.`;
    expect(text.length).toBeGreaterThan(1_000_000);
    const folder = await newFolder();
    await writeFile(join(folder, "a.txt"), text);
    await writeFile(join(folder, "b.jsonl"), `${JSON.stringify({ id: 7, text })}\r\n`);
    const { code, documents } = await annotate([join(folder, "a.txt"), join(folder, "b.jsonl")]);
    expect(code).toBe(0);
    expect(documents.map(({ id }) => id)).toEqual([join(folder, "a.txt"), "7"]);
    expect(documents[0]!.text).toBe(text);
    const [first, last] = [documents[0]!.mentions[0]!, documents[0]!.mentions.at(-1)!];
    expect([first.text, first.start, last.text, last.end]).toEqual(["asthma", 11, "gout", text.length - 10]);
    expect(documents[1]!.mentions).toEqual(documents[0]!.mentions);
  });

  it("with the model named by --model: the same", async () => {
    const file = join(await newFolder(), "letter.txt");
    await writeFile(file, "No sign of gout was seen.");
    const { stdout } = await annotate([file]);
    expect(stdout).toContain('"text":"gout"');
    expect((await runCli(["annotate", "--model", model, file])).stdout).toBe(stdout);
  });

  it("with a model of mentions where one of relations is asked for: exit code 2, and nothing is written", async () => {
    const file = join(await newFolder(), "letter.txt");
    await writeFile(file, "No sign of gout was seen.");
    expectInputError(await annotate([file, "--relations", model]), 'is for task kind "ner"', '"relation"');
  });

  it("in int8 as in float32; any other precision is refused", async () => {
    const file = join(await newFolder(), "letter.txt");
    await writeFile(file, "No sign of gout was seen.");
    const { code, documents } = await annotate([file, "--precision", "int8"]);
    expect([code, named(documents[0]!)]).toEqual([0, ["Disease: gout"]]);
    const { code: refused, stderr } = await annotate([file, "--precision", "fp16"]);
    expect(refused).toBe(2);
    expect(stderr).toContain("Allowed choices are fp32, int8");
  });

  it("says the section of each mention where it is asked to, and carries names unless told not to", async () => {
    const file = join(await newFolder(), "note.txt");
    await writeFile(file, "HISTORY: No sign of gout was seen.\nFAMILY HISTORY: No sign of gout was seen.");
    const { documents } = await annotate([file, "--sections"]);
    const gout = documents[0]!.mentions.filter(({ text }) => text === "gout");
    expect(gout.map(({ section }) => section)).toEqual(["history", "family-history"]);
    const plain = await annotate([file, "--no-document-aware"]);
    expect([plain.code, plain.stdout.includes('"section"')]).toEqual([0, false]);
  });

  it("is scored with what a document says, or without", async () => {
    const words = ["evaluate", model, "--gold", task.gold];
    const asIs = await runCli(words);
    expect(asIs.stdout).toContain("with document-aware mentions, as annotate finds them");
    const alone = await runCli([...words, "--no-document-aware", "--json"]);
    expect(JSON.parse(alone.stdout)).toMatchObject({ documentAware: false, unreachable: { share: 0 } });
    expect(JSON.parse((await runCli([...words, "--json"])).stdout)).toMatchObject({ documentAware: true });
  });

  it("is scored in int8 too", async () => {
    const score = async (precision: string) => {
      const words = ["evaluate", model, "--gold", task.gold, "--precision", precision, "--json"];
      return JSON.parse((await runCli(words)).stdout).strict.micro.f1;
    };
    expect(await score("fp32")).toBeGreaterThan(0.9);
    expect(await score("int8")).toBeGreaterThan(0.9);
  });

  it("nothing at all: an empty text is a document, empty JSON lines are none", async () => {
    const folder = await newFolder();
    await writeFile(join(folder, "empty.txt"), "");
    await writeFile(join(folder, "empty.jsonl"), "\n \n");
    const text = await annotate([join(folder, "empty.txt")]);
    expect(text.documents).toEqual([{ id: join(folder, "empty.txt"), text: "", mentions: [] }]);
    const lines = await annotate([join(folder, "empty.jsonl")]);
    expect([lines.code, lines.stdout]).toEqual([0, ""]);
    expect(lines.stderr).toContain("empty.jsonl holds no document.");
    expect((await annotate(["-"])).documents).toEqual([{ id: "-", text: "", mentions: [] }]);
    expect(await annotate(["-", "--input", "jsonl"])).toMatchObject({ code: 0, stdout: "" });
  });

  it("JSON lines: order, ids, CRLF, raw U+2028, escaped line ends and lone surrogates are kept", async () => {
    const rows = [
      '{"id":"b","text":"No sign of gout was seen.\\r\\nNo sign of asthma was seen."}',
      '{"text":"a\u2028gout \\ud83d","x":1}',
      '{"id":3,"text":""}',
    ];
    const { code, documents } = await annotate(["-"], { input: `\n${rows.join("\r\n")}` });
    expect(code).toBe(0);
    expect(documents.map(({ id, text }) => [id, text])).toEqual([
      ["b", "No sign of gout was seen.\r\nNo sign of asthma was seen."],
      ["-:3", "a\u2028gout \ud83d"],
      ["3", ""],
    ]);
    expect(named(documents[0]!)).toEqual(["Disease: gout", "Disease: asthma"]);
  });

  it("standard input is one text unless its first line is an object with a text, or --input tells", async () => {
    const input = '{"text": "gout"}\nasthma\n';
    const text = await annotate(["-", "--input", "text"], { input });
    expect(text.documents.map((d) => d.text)).toEqual([input]);
    expectInputError(await annotate(["-"], { input }), "-:2: not a document: not a JSON object on one line");
    expect((await annotate(["-"], { input: '{"note": 1}\ngout' })).documents[0]!.text).toBe(
      '{"note": 1}\ngout',
    );
  });

  it.each([
    ["no text", '{"id":"1"}', '"text" among its keys: id'],
    ["text no string", '{"text":5}', '"text" is no string'],
    ["an id of another type", '{"id":[],"text":""}', '"id" is neither'],
    ["a list", "[1]", "not a JSON object"],
    ["half a line", '{"text":"secret asth', "not a JSON object"],
  ])("a bad JSON line (%s): file and line, never its text, and no output file", async (_, line, message) => {
    const folder = await newFolder();
    const [file, output] = [join(folder, "notes.jsonl"), join(folder, "out.jsonl")];
    await writeFile(file, `{"text":"gout"}\n\n${line}\n`);
    const result = await annotate([file, "--output", output]);
    expectInputError(result, `notes.jsonl:3: not a document: `, message);
    expect(result.stderr).not.toContain("secret");
    expect(await readdir(folder)).toEqual(["notes.jsonl"]);
  });

  it("bytes that are not UTF-8, a folder, a file that is not there", async () => {
    const folder = await newFolder();
    const file = join(folder, "latin1.txt");
    await writeFile(file, Buffer.from("Gr\xf6\xdfe gout", "latin1"));
    expectInputError(await annotate([file]), "latin1.txt", "is not UTF-8");
    expectInputError(await annotate([folder]), "it is a folder");
    expectInputError(await annotate([file, join(folder, "no.txt")]), "no.txt", "no such file");
    expectInputError(await annotate(["-", "-"]), "once only");
  });

  it("--output holds what stdout would, and is never a file that is read", async () => {
    const folder = await newFolder();
    const file = join(folder, "notes.jsonl");
    await writeFile(file, '{"id":"1","text":"gout"}\n');
    const { stdout } = await annotate([file]);
    const out = join(folder, "out.jsonl");
    expect((await annotate([file, "--output", out])).stdout).toBe("");
    expect(await readFile(out, "utf8")).toBe(stdout);
    expect((await annotate([file, "--output", file])).code).toBe(2);
    expect(await readFile(file, "utf8")).toBe('{"id":"1","text":"gout"}\n');
    expect((await readdir(folder)).sort()).toEqual(["notes.jsonl", "out.jsonl"]);
  });

  it.skipIf(process.platform === "win32")(
    "ends quietly when its reader has gone, and writes into a device",
    async () => {
      const file = join(await newFolder(), "many.jsonl");
      await writeFile(file, `${JSON.stringify({ text: "No gout was seen. ".repeat(500) })}\n`.repeat(60));
      const child = spawn(process.execPath, [...PROGRAM, "annotate", model, file], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      let stderr = "";
      child.stderr.on("data", (chunk) => (stderr += chunk));
      child.stdout.once("data", () => child.stdout.destroy());
      const code = await new Promise((done) => child.on("close", done));
      expect(code).toBe(0);
      expect(stderr).not.toMatch(/error|EPIPE|^\s+at /m);
      expect((await annotate([task.gold, "--output", "/dev/null"])).code).toBe(0);
      expect((await readFile("/dev/null", "utf8")).length).toBe(0);
    },
  );
});

describe("run and doctor", () => {
  it("run --json prints one document: task, folder, model, audit, training, evaluation", async () => {
    const words = ["run", task.taskFile, "--runs", join(root, "runs"), "--threads", "1"];
    const { code, stdout } = await runCli([...words, "--json"]);
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(Object.keys(result)).toEqual(["task", "folder", "model", "dataset", "training", "evaluation"]);
    expect(result).toMatchObject({
      task: "tiny",
      model,
      dataset: { examples: 72 },
      training: { steps: 108 },
    });
    const human = await runCli(words);
    for (const part of [
      "synthetic (not real text)",
      "tiny gold: 30 texts",
      "absent gold: not scored",
      model,
      "Next: ",
    ])
      expect(human.stdout).toContain(part);
    const trained = JSON.parse((await runCli(["train", ...words.slice(1), "--json"])).stdout);
    expect(Object.keys(trained)).toEqual(["task", "folder", "model", "dataset", "training"]);
  });

  it("doctor tells what it found; an unwritable cache fails, exit code 1", async () => {
    const folder = await newFolder();
    const env = { TEXTPHANTOM_CACHE: join(folder, "cache") };
    const fine = await runCli(["doctor", "--json"], { env });
    const { ok, findings } = JSON.parse(fine.stdout);
    expect([fine.code, ok]).toEqual([0, true]);
    expect(findings.find(({ what }: { what: string }) => what === "engine")).toMatchObject({ status: "ok" });
    expect(findings.find(({ what }: { what: string }) => what === "encoders")).toMatchObject({
      status: "warn",
      found: "none in the cache",
    });
    expect(await readdir(folder)).toEqual([]);
    await writeFile(join(folder, "file"), "");
    const failing = await runCli(["doctor", "--runs", join(folder, "file/runs")], { env });
    expect(failing.code).toBe(1);
    expect(failing.stdout).toMatch(/^FAIL +runs folder/m);
  });

  it("an unexpected error is one line without its message, and a stack with --debug only", async () => {
    const broken = join(await newFolder(), "break.mjs");
    await writeFile(broken, 'JSON.parse = () => { throw new TypeError("secret"); };');
    const options = { nodeArguments: ["--import", broken] };
    const quiet = await runCli(["doctor"], options);
    expect(quiet.code).toBe(1);
    expect(quiet.stderr).not.toMatch(/secret|^\s+at /m);
    expect(quiet.stderr).toMatch(/^error: Unexpected TypeError/);
    expect((await runCli(["doctor", "--debug"], options)).stderr).toMatch(/^\s+at /m);
  });
});
