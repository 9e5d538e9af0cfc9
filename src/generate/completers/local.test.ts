/** @file Tests of the local completer with a real model of 98 MB: every answer is well-formed, and the same again. */
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findSmallModel } from "../../../test/fetch-small-gguf.ts";
import { admits, parseGbnf } from "../../../test/gbnf.ts";
import { runNode } from "../../../test/spawn-cli.ts";
import type { LocalSpec } from "../../task/completions-spec.ts";
import { MARKUP_FAULTS, type Rejection } from "../../task/rejection.ts";
import { type AnswerRules, renderAnswerGrammar } from "../answer-grammar.ts";
import type { Completion, Prompt } from "../completer.ts";
import { parseCompletion } from "../parse-completion.ts";
import { createLocalCompleter } from "./local.ts";

const small = await findSmallModel();
const SPEC: LocalSpec & { path: string } = {
  from: "local",
  model: "m.gguf",
  path: "path" in small ? small.path : "",
  temperature: 1,
  maxOutputTokens: 160,
  contextTokens: 1024,
  seed: 1,
};
const NER: AnswerRules = {
  kind: "ner",
  labels: ["Chemical", "Disease"],
  form: "sentences",
  answer: "markup",
  items: 3,
  words: 30,
  sentences: 4,
};
const PAIRS: AnswerRules = {
  ...NER,
  kind: "relation",
  labels: ["Gene", "Disease"],
  relation: { head: "Gene", tail: "Disease", classes: ["yes", "no"] },
};

const prompt = (id: string, request: string): Prompt => ({
  id,
  messages: [
    { role: "system", content: "You write labelled training data for biomedical text mining." },
    { role: "user", content: request },
  ],
});
const SENTENCES =
  "Write 3 sentences on side effects of drugs. Mark every chemical with <Chemical>...</Chemical> and every " +
  "disease with <Disease>...</Disease>. Answer with the 3 sentences only, one a line, no numbering.";
const DOCUMENTS =
  "Write 2 abstracts on drugs, a title and two sentences each, one a line. Mark <Chemical>...</Chemical> and " +
  "<Disease>...</Disease>.";
const RELATIONS =
  "Write 3 lines like these: yes or no, a tab, a sentence with one gene and one disease.\n" +
  "yes\tThe gene <Gene>BRCA1</Gene> causes <Disease>breast cancer</Disease>.\n" +
  "no\tWe sequenced <Gene>HFE</Gene> in patients without <Disease>gout</Disease>.";

async function ask(
  prompts: readonly Prompt[],
  rules: AnswerRules | ((prompt: Prompt) => AnswerRules | undefined),
  changes: Partial<LocalSpec> = {},
): Promise<(Completion | Rejection)[]> {
  if ("missing" in small) throw new Error(small.missing);
  const completer = await createLocalCompleter({ ...SPEC, ...changes }, { rules, ...small });
  try {
    const results: (Completion | Rejection)[] = [];
    for await (const result of completer.complete(prompts)) results.push(result);
    return results;
  } finally {
    await completer.close();
  }
}
const textOf = (result: Completion | Rejection | undefined) => {
  if (result === undefined || !("text" in result)) throw new Error("no completion");
  return result.text;
};
/** The part of an answer that a reader takes: all, or all but the last line where it was cut off. */
const whole = (result: Completion | Rejection, between = "\n") => {
  const text = textOf(result);
  return "finishReason" in result && result.finishReason === "length"
    ? text.split(between).slice(0, -1).join(between)
    : text;
};

describe.skipIf("missing" in small)("SmolLM2-135M", { timeout: 90_000 }, () => {
  test("writes nothing that the reader of markup rejects as such", async () => {
    const prompts = [1, 2, 3, 4].map((n) => prompt(`t-a-00${n}`, SENTENCES));
    const grammar = parseGbnf(renderAnswerGrammar(NER));
    const results = await ask(prompts, NER);
    expect(results.map((result) => "text" in result)).toEqual([true, true, true, true]);
    let lines = 0;
    for (const result of results) {
      const read = whole(result);
      if (read !== "") expect(admits(grammar, read)).toBe(true);
      const parsed = parseCompletion(result as Completion, NER.labels);
      lines += parsed.lines;
      expect(parsed.rejections.filter(({ reason }) => reason in MARKUP_FAULTS)).toEqual([]);
      expect(parsed.repairs).toEqual({ trimmed: 0, recased: 0, unescaped: 0 });
    }
    expect(lines).toBeGreaterThanOrEqual(4);
    expect(lines).toBeLessThanOrEqual(12);
    expect(new Set(results.map(textOf)).size).toBe(4);
  });

  test("writes documents and relation lines by the rules of the prompt", async () => {
    const documents: AnswerRules = { ...NER, form: "documents", items: 2, sentences: 3, words: 20 };
    const rules = ({ id }: Prompt) =>
      id === "free" ? undefined : id.includes("d") ? documents : { ...PAIRS, words: 6 };
    const asked = [
      prompt("d1", DOCUMENTS),
      prompt("r1", RELATIONS),
      prompt("r2", RELATIONS),
      prompt("free", "Say hello."),
    ];
    const [document, ...rest] = await ask(asked, rules, { maxOutputTokens: 300 });
    const read = whole(document!);
    if (read !== "") expect(admits(parseGbnf(renderAnswerGrammar(documents)), read)).toBe(true);
    const lines = rest
      .slice(0, 2)
      .flatMap((result) => whole(result).split("\n"))
      .filter((line) => line !== "");
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(/^(yes|no)\t/);
      expect(line.match(/<Gene>/g)).toHaveLength(1);
      expect(line.match(/<Disease>/g)).toHaveLength(1);
      const parsed = parseCompletion({ promptId: "p", text: line.replace(/^\w+\t/, "") }, PAIRS.labels);
      expect(parsed.rejections.filter(({ reason }) => reason in MARKUP_FAULTS)).toEqual([]);
    }
    expect(textOf(rest[2]).length).toBeGreaterThan(0);
  });

  test("writes JSON that parses, with the fields that were asked for", async () => {
    const json: AnswerRules = { ...NER, answer: "json", items: 2, words: 12 };
    const pairs: AnswerRules = { ...PAIRS, answer: "json", items: 2, words: 12 };
    const results = await ask(
      [prompt("n", `${SENTENCES} As JSON.`), prompt("r", `${RELATIONS} As JSON.`)],
      ({ id }) => (id === "n" ? json : pairs),
      { maxOutputTokens: 600 },
    );
    for (const [index, keys] of [
      [0, ["mentions", "text"]],
      [1, ["head", "relation", "tail", "text"]],
    ] as const) {
      const result = results[index] as Completion;
      expect(result.finishReason).toBe("stop");
      const items: object[] = JSON.parse(result.text);
      expect(items.length).toBeGreaterThan(0);
      for (const item of items) expect(Object.keys(item).sort()).toEqual(keys);
    }
  });

  test("gives the same answer to the same seed and prompt, whatever was asked before, and another to another", async () => {
    const one = prompt("t-a-001", SENTENCES);
    const short = { maxOutputTokens: 40 };
    const alone = textOf((await ask([one], NER, short))[0]);
    const later = await ask([prompt("t-a-002", SENTENCES), one], NER, short);
    expect(textOf(later[1])).toBe(alone);
    expect(textOf((await ask([one], NER, { ...short, seed: 2 }))[0])).not.toBe(alone);
  });

  test("says when an answer was cut off, and rejects a prompt that fills the context", async () => {
    const long = prompt("long", "word ".repeat(400));
    const [cut, full] = await ask([prompt("a", SENTENCES), long], NER, {
      maxOutputTokens: 5,
      contextTokens: 300,
    });
    expect(cut).toMatchObject({ finishReason: "length", usage: { outputTokens: 5 } });
    expect(full).toMatchObject({ prompt: "long", reason: "failed-request" });
    expect((full as Rejection).raw).toMatch(/^the prompt has 4\d\d tokens, the context 300$/);
  });

  test("stops between prompts, and is gone after close", async () => {
    if ("missing" in small) throw new Error(small.missing);
    const completer = await createLocalCompleter(
      { ...SPEC, maxOutputTokens: 5 },
      { rules: NER, loadLibrary: small.loadLibrary },
    );
    expect([completer.isLocal, completer.model]).toEqual([true, "SmolLM2-135M-Instruct.Q4_1.gguf"]);
    const stop = new AbortController();
    const asked = [prompt("a", SENTENCES), prompt("b", SENTENCES)];
    const ids: string[] = [];
    for await (const result of completer.complete(asked, { signal: stop.signal })) {
      ids.push("promptId" in result ? result.promptId : result.prompt);
      stop.abort();
    }
    expect(ids).toEqual(["a"]);
    await completer.close();
    await expect(completer.complete(asked)[Symbol.asyncIterator]().next()).rejects.toThrow(
      "The local model was closed.",
    );
  });

  test("tells a broken model file", async () => {
    if ("missing" in small) throw new Error(small.missing);
    const path = join(folder, "cut.gguf");
    const whole = await open(small.path);
    const { buffer } = await whole.read(Buffer.alloc(4_000_000), 0, 4_000_000, 0);
    await whole.close();
    await writeFile(path, buffer);
    await expect(
      createLocalCompleter({ ...SPEC, path }, { rules: NER, loadLibrary: small.loadLibrary }),
    ).rejects.toMatchObject({ code: "model-invalid" });
  });
});

test.runIf("missing" in small)("SmolLM2-135M was not run", ({ skip }) => {
  skip("missing" in small ? small.missing : "");
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("tells what model file is wanted", async () => {
  const create = (path: string) => createLocalCompleter({ ...SPEC, path }, { rules: NER });
  await expect(create(join(folder, "no.gguf"))).rejects.toThrow(
    /Cannot read the model file .*: no such file/,
  );
  await expect(create(folder)).rejects.toThrow(/it is a folder/);
  const other = join(folder, "other.gguf");
  await writeFile(other, "PK");
  await expect(create(other)).rejects.toThrow(/it is no GGUF file/);
  await writeFile(other, "GGUF\u0009\0\0\0 and more");
  await expect(create(other)).rejects.toThrow(/GGUF version 9, not 2 or 3/);
});

const installed = await import("node-llama-cpp").then(
  () => true,
  () => false,
);
test.skipIf(installed)("tells how to install the library where it is absent", async () => {
  const path = join(folder, "head.gguf");
  await writeFile(path, "GGUF\u0003\0\0\0");
  // In Node itself: under the test runner a missing package is another error.
  const source = JSON.stringify(new URL("./llama-model.ts", import.meta.url).href);
  const program = `import(${source}).then(({ loadLlama }) => loadLlama(${JSON.stringify(path)}, { contextTokens: 256 }))
    .catch(({ name, code, message, hint }) => console.log(JSON.stringify({ name, code, message, hint })))`;
  const { stdout } = await runNode(["--import", import.meta.resolve("tsx"), "-e", program]);
  expect(JSON.parse(stdout)).toEqual({
    name: "EnvironmentError",
    code: "llama-missing",
    message: '"completions.from: local" needs the package node-llama-cpp, which is not installed.',
    hint: "Install it beside textphantom: npm install node-llama-cpp@3.22.1",
  });
});
