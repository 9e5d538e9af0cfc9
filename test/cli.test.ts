/** @file The program from outside: what it says of bad input, right offsets in odd texts, and what it writes where. */
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { cp, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainTask } from "../src/index.ts";
import { type Finished, PROGRAM, runCli, type SpawnOptions } from "./spawn-cli.ts";
import { type TinyTask, type TinyTaskOptions, writeTinyTask } from "./tiny-task.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-cli-"));
const model = join(root, "runs/tiny/model");
let task: TinyTask;
let folders = 0;
beforeAll(async () => {
  task = await writeTinyTask(join(root, "task"));
  await trainTask(task.taskFile, { runsFolder: join(root, "runs"), threads: 1 });
});
afterAll(() => rm(root, { recursive: true }));

const newFolder = async () => {
  const folder = join(root, `folder-${folders++}`);
  await mkdir(folder);
  return folder;
};

/** The user's fault: exit code 2, a message and no stack. */
function expectInputError({ code, stderr }: Finished, ...parts: (string | RegExp)[]): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stderr).toMatch(/^error: /m);
  expect(code).toBe(2);
}

/** `run` on a task that differs from the tiny one. */
async function runTiny(
  options: TinyTaskOptions,
  change?: (task: TinyTask) => Promise<void>,
): Promise<Finished> {
  const folder = await newFolder();
  const changed = await writeTinyTask(folder, options);
  await change?.(changed);
  return runCli(["run", changed.taskFile, "--runs", join(folder, "runs"), "--threads", "1"]);
}

type Line = {
  id: string;
  text: string;
  mentions: { start: number; end: number; label: string; text: string }[];
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

describe("the words of the command line", () => {
  it("without any: help and exit code 2", async () => {
    const { code, stdout, stderr } = await runCli([]);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: textphantom/);
  });

  it("--version and --help go to stdout, exit code 0", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    expect(await runCli(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: "" });
    const help = await runCli(["--help"]);
    expect(help).toMatchObject({ code: 0, stderr: "" });
    for (const command of ["run", "train", "evaluate", "annotate", "doctor", "Examples:"])
      expect(help.stdout).toContain(command);
  });

  it.each([
    [["rnu", "task.yaml"], "unknown command 'rnu'"],
    [["run"], "missing required argument"],
    [["run", "a.yaml", "--sede", "1"], "Did you mean --seed?"],
    [["run", "a.yaml", "--seed", "one"], "must be a whole number"],
    [["run", "a.yaml", "--threads", "0"], "must be a whole number from 1"],
    [["evaluate", "model"], "required option '--gold <file>' not specified"],
    [["evaluate", "model", "--gold", "a", "--format", "conll"], "Allowed choices are jsonl, iob2"],
    [["evaluate", "model", "--gold", "a", "--labels", "a,,b"], "label,label"],
    [["annotate", "model"], "missing required argument 'files'"],
    [["run", "no-such-task.yaml"], 'Cannot read task file "no-such-task.yaml": no such file.'],
  ])("%j: exit code 2", async (words, message) => {
    expectInputError(await runCli(words), message);
  });

  it("--json tells an error as the one document on stdout", async () => {
    const { code, stdout } = await runCli(["run", "no-such-task.yaml", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "file-unreadable",
        message: 'Cannot read task file "no-such-task.yaml": no such file.',
        hint: null,
      },
    });
    expect(JSON.parse((await runCli(["run", "--json"])).stdout).error.code).toBe("usage");
  });
});

describe("a bad task", () => {
  it("with an unknown key: line, column, what was meant", async () => {
    const result = await runTiny({ spec: { lables: {} } });
    expectInputError(result, /task\.yaml:\d+:1: Unknown key "lables" in the task\. Did you mean "labels"\?/);
  });

  it("with a label that no completion uses", async () => {
    const labels = Object.fromEntries(
      ["Disease", "Chemical", "Gene"].map((l) => [l, { definition: `A ${l}.` }]),
    );
    expectInputError(
      await runTiny({ spec: { labels } }),
      'No completion uses the label "Gene"',
      "Disease 72",
    );
  });

  it("with crossed and unknown tags: the lines are rejected and counted, the rest is used", async () => {
    const good = "A <Disease>gout</Disease> after <Chemical>aspirin</Chemical> was seen.";
    const bad = [
      "The <Disease>gout <Chemical>of</Disease> aspirin</Chemical> was seen.",
      "The <Gene>BRCA1</Gene> gene was seen in the ward.",
    ];
    const completions = Array.from({ length: 4 }, (_, i) =>
      [good.replace("seen", `seen ${i}`), ...bad].join("\n"),
    );
    const { code, stdout } = await runTiny({ completions, training: { epochs: 1 } });
    expect(code).toBe(0);
    expect(stdout).toMatch(/rejected +8 \(crossed-tags 4, unknown-tag 4\)/);
  });

  it("with an empty corpus", async () => {
    expectInputError(
      await runTiny({ completions: ["Here are the sentences:", ""] }),
      "The completions hold no example.",
      "chatter 1, no-text 1",
    );
    const emptied = runTiny({}, (tiny) => writeFile(join(tiny.folder, "requests.jsonl"), ""));
    expectInputError(await emptied, "requests.jsonl", "holds no request");
  });

  it("with truncated or broken encoder weights", async () => {
    const cut = runTiny({}, (tiny) => truncate(join(tiny.encoder, "model.safetensors"), 20_000));
    expectInputError(await cut, "model.safetensors", "cut off or padded");
    const broken = runTiny({}, (tiny) =>
      writeFile(join(tiny.encoder, "model.safetensors"), "<html>404</html>"),
    );
    expectInputError(await broken, "Cannot read weights", "its header claims");
  });

  it("with gold of another task: told before training", async () => {
    const line = { id: "1", text: "BRCA1", spans: [{ start: 0, end: 5, label: "Gene" }] };
    const result = runTiny({ training: { epochs: 1 } }, (tiny) => writeFile(tiny.gold, JSON.stringify(line)));
    expectInputError(await result, "has no mention of Disease, Chemical", "Its labels: Gene");
    expect((await result).stderr).not.toContain("training");
  });
});

describe("a bad model folder", () => {
  const copyModel = async () => {
    const folder = join(await newFolder(), "model");
    await cp(model, folder, { recursive: true });
    return folder;
  };
  const evaluate = (folder: string) => runCli(["evaluate", folder, "--gold", task.gold]);

  it("that is none, or not there, or a file", async () => {
    expectInputError(await evaluate(task.folder), "is not a model of textphantom", "It has: ");
    expectInputError(await evaluate(join(root, "nowhere")), "no such folder");
    expectInputError(await evaluate(task.gold), "it is a file");
  });

  it("whose weights or graph are truncated", async () => {
    const cut = await copyModel();
    await truncate(join(cut, "model.safetensors"), 10_000);
    expectInputError(await evaluate(cut), "model.safetensors", "cut off or padded");
    const graph = await copyModel();
    await truncate(join(graph, "onnx/model.onnx"), 10_000);
    expectInputError(await evaluate(graph), "model.onnx", "missing, broken or truncated");
    await rm(join(graph, "onnx"), { recursive: true });
    expectInputError(await evaluate(graph), "model.onnx", "missing, broken or truncated");
  });

  it("whose config and task are of two models", async () => {
    const mixed = await copyModel();
    const spec = JSON.parse(await readFile(join(mixed, "task.json"), "utf8"));
    spec.labels = { Gene: spec.labels.Disease };
    spec.gold = [];
    await writeFile(join(mixed, "task.json"), JSON.stringify(spec));
    expectInputError(await evaluate(mixed), "B-Disease", "B-Gene", "come from different models");
  });
});

describe("evaluate", () => {
  const evaluate = (...words: string[]) => runCli(["evaluate", model, "--threads", "1", ...words]);
  const writeGold = async (text: string) => {
    const path = join(await newFolder(), "gold");
    await writeFile(path, text);
    return path;
  };

  it("--json prints one document with fractions, and no text of the gold", async () => {
    const { code, stdout } = await evaluate("--gold", task.gold, "--json");
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    const score = { precision: expect.any(Number), recall: expect.any(Number), f1: expect.any(Number) };
    expect(result.strict.micro).toMatchObject({ ...score, ci95: [expect.any(Number), expect.any(Number)] });
    expect(result.strict.labels.Disease).toMatchObject({ ...score, support: 30 });
    expect(result.strict.labels.Disease.f1).toBeGreaterThan(0.8);
    expect(result.strict.labels.Disease.f1).toBeLessThanOrEqual(1);
    expect(result.gold).toEqual({ path: task.gold, format: "jsonl", skipped: [] });
    expect(stdout).not.toContain("asthma");
  });

  it("reads IOB2, takes chosen labels under other names, and lists the errors with their text", async () => {
    const gold = await writeGold("No\tO\ngout\tB-DISO\n\nThe\tO\nward\tB-DISO\nwas\tO\ncalm\tB-CHEM\n");
    const errors = join(await newFolder(), "errors.jsonl");
    const words = ["--gold", gold, "--labels", "DISO=Disease", "--errors", errors];
    const { code, stdout } = await evaluate(...words, "--json");
    expect(code).toBe(0);
    const result = JSON.parse(stdout);
    expect(result.gold).toEqual({
      path: gold,
      format: "iob2",
      skipped: [{ reason: "label", label: "CHEM", count: 1 }],
    });
    expect(Object.keys(result.strict.labels)).toEqual(["Disease"]);
    expect(result.strict.micro.support).toBe(2);
    const listed = (await readFile(errors, "utf8")).trim().split("\n").filter(Boolean);
    expect(listed.map((line) => JSON.parse(line))).toContainEqual({
      example: "2",
      kind: "missed",
      gold: { start: 4, end: 8, label: "Disease", text: "ward" },
      context: { start: 0, end: 17, text: "The ward was calm" },
    });
    expect(listed).toHaveLength(result.errors.length);
    expect(result.errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(result.errors)).not.toContain("ward");
    const human = await evaluate(...words);
    expect(human.stdout).toMatch(/note: 1 gold mention with a label that was not asked for: CHEM/);
  });

  it("says so when gold has other labels, another format, no content, or the label asked for is not the model's", async () => {
    const genes = await writeGold('{"text": "BRCA1", "spans": [{"start": 0, "end": 5, "label": "Gene"}]}\n');
    expectInputError(
      await evaluate("--gold", genes),
      "has no mention of Disease, Chemical",
      "Its labels: Gene. The model's labels: Disease, Chemical.",
      "--labels FILE_LABEL=Disease",
    );
    expectInputError(await evaluate("--gold", task.gold, "--labels", "Disese"), 'Did you mean "Disease"?');
    const pubtator = await writeGold("123|t|A title\n123|a|Text.\n123\t0\t1\tA\tDisease\tD1\n");
    expectInputError(await evaluate("--gold", pubtator), "looks like PubTator", "Formats now: jsonl, iob2");
    expectInputError(await evaluate("--gold", task.gold, "--format", "iob2"), "looks like jsonl");
    expectInputError(await evaluate("--gold", await writeGold("")), "is empty");
    const wrong = await writeGold('{"text": "a", "spans": [{"start": 0, "end": 9, "label": "Disease"}]}\n');
    expectInputError(await evaluate("--gold", wrong), "gold:1: span 0 is 0-9");
    expectInputError(await evaluate("--gold", join(root, "no.jsonl")), "no such file");
  });
});

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

  it("--output holds what stdout would, and may be the input's own name", async () => {
    const folder = await newFolder();
    const file = join(folder, "notes.jsonl");
    await writeFile(file, '{"id":"1","text":"gout"}\n');
    const { stdout } = await annotate([file]);
    expect((await annotate([file, "--output", file])).stdout).toBe("");
    expect(await readFile(file, "utf8")).toBe(stdout);
    expect(await readdir(folder)).toEqual(["notes.jsonl"]);
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
