/** @file The program from outside: what it says of wrong words, tasks, models and gold. */
import { cp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError, model, newFolder, root, runTiny, task } from "./cli-setup.ts";
import { runCli } from "./spawn-cli.ts";

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
    [
      ["evaluate", "model", "--gold", "a", "--format", "conll"],
      "Allowed choices are jsonl, relation-jsonl, iob2",
    ],
    [["evaluate", "model", "--gold", "a", "--labels", "a,,b"], "label,label"],
    [["annotate", "model"], "missing required argument 'files'"],
    [["annotate"], "missing required argument 'model'"],
    [["annotate", "--model", "model"], "missing required argument 'files'"],
    [["annotate", "model", "a.txt", "--window", "1"], "option '--window' needs '--relations'"],
    [
      ["annotate", "model", "-", "--relations", "re", "--combine", "sum"],
      "Allowed choices are max, noisy-or",
    ],
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
    const prose = await writeGold("A note.\nNothing else.\n");
    expectInputError(await evaluate("--gold", prose), "looks like no format that is known", "--format");
    expectInputError(await evaluate("--gold", task.gold, "--format", "iob2"), "gold.jsonl:1: 1 columns");
    expectInputError(await evaluate("--gold", await writeGold("")), "is empty");
    const wrong = await writeGold('{"text": "a", "spans": [{"start": 0, "end": 9, "label": "Disease"}]}\n');
    expectInputError(await evaluate("--gold", wrong), "gold:1: span 0 is 0-9");
    expectInputError(await evaluate("--gold", join(root, "no.jsonl")), "no such file");
  });
});
