/** @file Tests of the task file: defaults, the resolved form, and every kind of fault with its place. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { InputError } from "../util/errors.ts";
import { parseTaskSpec, resolveTaskPath } from "./parse-spec.ts";
import { isLocalEncoder } from "./spec-schema.ts";

const MINIMAL = `name: demo
kind: ner
domain: case reports
labels:
  Disease:
    definition: a disease
completions:
  from: recorded
  requests: requests.jsonl
  output: output.jsonl
`;

const parse = (text: string) => parseTaskSpec(text, { path: "task.yaml" });

function messageOf(text: string): string {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof InputError && error.code === "task-invalid") return error.message;
    throw error;
  }
  throw new Error("the task was accepted");
}

test("fills in every default", () => {
  expect(parse(MINIMAL)).toEqual({
    name: "demo",
    kind: "ner",
    domain: "case reports",
    labels: { Disease: { definition: "a disease", rules: [], examples: [] } },
    completions: { from: "recorded", requests: "requests.jsonl", output: "output.jsonl" },
    curation: expect.objectContaining({ words: [3, 200], minHash: 0.8 }), // all of it: generation-checks.test.ts
    encoder: { name: "sentence-transformers/all-MiniLM-L6-v2" },
    training: expect.objectContaining({ epochs: 5, learningRate: 3e-4 }), // all of it: training-checks.test.ts
    dataset: { devFraction: 0.05, seed: 1 },
    gold: [],
  });
});

test("reads CRLF, a list of labels as a map, and keeps what is given", () => {
  const text = `${MINIMAL}  select: ["000..023", demo-07*]
training: { epochs: 2 }
gold:
  - { name: NCBI, path: ../dev.jsonl, labels: [Disease], optional: true }
  - { name: CDR, path: cdr.tsv, format: iob2, labels: { DISO: Disease }, private: true }
`.replaceAll("\n", "\r\n");
  const spec = parse(text);
  expect(spec.completions).toMatchObject({ select: ["000..023", "demo-07*"] });
  expect(spec.training).toMatchObject({ epochs: 2, batchSize: 16 });
  expect(spec.gold).toEqual([
    { name: "NCBI", path: "../dev.jsonl", labels: { Disease: "Disease" }, optional: true, private: false },
    {
      name: "CDR",
      path: "cdr.tsv",
      format: "iob2",
      labels: { DISO: "Disease" },
      optional: false,
      private: true,
    },
  ]);
});

describe("a fault is told with its place, what was found and what exists:", () => {
  test.each([
    [
      "an unknown key at the top",
      `${MINIMAL}trainning: {}\n`,
      'task.yaml:11:1: Unknown key "trainning" in the task. Did you mean "training"? Keys here: name, kind, domain, labels, relation, prompts, completions, curation, encoder, training, dataset, gold.',
    ],
    [
      "an unknown key inside",
      MINIMAL.replace("    definition: a disease\n", "    definition: a disease\n    rule: [x]\n"),
      'task.yaml:7:5: Unknown key "rule" in labels.Disease. Did you mean "rules"? Keys here: definition, rules, examples.',
    ],
    [
      "a missing key",
      MINIMAL.replace("domain: case reports\n", ""),
      "task.yaml:1:1: domain is missing: add text.",
    ],
    [
      "a missing kind",
      MINIMAL.replace("kind: ner\n", ""),
      "task.yaml:1:1: kind is missing: add one of ner, relation.",
    ],
    [
      "a wrong type",
      `${MINIMAL}training:\n  epochs: [1]\n`,
      "task.yaml:12:3: training.epochs must be a number, not a list.",
    ],
    [
      "a fraction where a whole number stands",
      `${MINIMAL}training:\n  epochs: 1.5\n`,
      "task.yaml:12:3: training.epochs must be a whole number, not 1.5.",
    ],
    [
      "infinity",
      `${MINIMAL}training: { learningRate: .inf }\n`,
      "task.yaml:11:13: training.learningRate must be a number, not Infinity.",
    ],
    [
      "a number out of range",
      `${MINIMAL}dataset: { devFraction: 1 }\n`,
      "task.yaml:11:12: dataset.devFraction must be less than 1, not 1.",
    ],
    [
      "a wrong choice",
      MINIMAL.replace("from: recorded", "from: recoded"),
      'task.yaml:8:3: completions.from must be one of recorded, api, local, not "recoded". Did you mean "recorded"?',
    ],
    [
      "a missing choice that decides on the rest",
      MINIMAL.replace("  from: recorded\n", ""),
      "task.yaml:7:1: completions.from is missing: add one of recorded, api, local.",
    ],
    [
      "a wrong kind",
      MINIMAL.replace("kind: ner", "kind: relations"),
      'task.yaml:2:1: kind must be one of ner, relation, not "relations". Did you mean "relation"?',
    ],
    [
      "a label that cannot be a tag",
      MINIMAL.replace("  Disease:", "  Rare disease:"),
      "task.yaml:5:3: labels.Rare disease: the name must be letters, digits, - and _, and begin with a letter: it is written as a tag.",
    ],
    [
      "no labels",
      MINIMAL.replace("labels:\n  Disease:\n    definition: a disease\n", "labels: {}\n"),
      "task.yaml:4:1: labels must have at least one label, not an empty map.",
    ],
    [
      "labels that differ in case only",
      MINIMAL.replace("completions:", "  DISEASE: { definition: again }\ncompletions:"),
      'task.yaml:7:3: Labels "Disease" and "DISEASE" differ only in case; tags are read in any case. Rename one.',
    ],
    [
      "an example with an unknown tag",
      MINIMAL.replace("completions:", "    examples:\n      - of <Disaese>gout</Disaese>\ncompletions:"),
      'task.yaml:8:9: Tag <Disaese>: a tag that is not a label of the task. Did you mean "Disease"? Labels: Disease.',
    ],
    [
      "an example with an open tag",
      MINIMAL.replace("completions:", "    examples: [of <Disease>gout]\ncompletions:"),
      "task.yaml:7:16: Tag <Disease>: an opening tag without its closing tag. Labels: Disease.",
    ],
    [
      "a gold label in a list",
      `${MINIMAL}gold:\n  - { name: a, path: b, labels: [Disese] }\n`,
      'task.yaml:12:34: Unknown label "Disese". Did you mean "Disease"? Labels: Disease.',
    ],
    [
      "a gold label in a map",
      `${MINIMAL}gold:\n  - { name: a, path: b, labels: { DISO: Finding } }\n`,
      'task.yaml:12:35: Unknown label "Finding". Labels: Disease.',
    ],
    [
      "gold labels of another shape",
      `${MINIMAL}gold:\n  - { name: a, path: b, labels: Disease }\n`,
      "task.yaml:12:25: gold[0].labels must be a list of the task's labels, or a map from the file's labels to the task's, with at least one entry, not \"Disease\".",
    ],
    [
      "two gold files of one name",
      `${MINIMAL}gold:\n  - { name: a, path: b }\n  - { name: a, path: c }\n`,
      'task.yaml:13:7: Two gold files are called "a". Rename one.',
    ],
    [
      "a falling range",
      `${MINIMAL}  select: [9..1]\n`,
      'task.yaml:11:12: completions.select[0] must be an id, a glob ("disease-02*") or a rising range of numbers ("000..023"), not "9..1".',
    ],
    [
      "a name that is no folder name",
      MINIMAL.replace("name: demo", "name: ../demo"),
      'task.yaml:1:1: name must be lower-case letters, digits and hyphens, as in clinical-findings, not "../demo".',
    ],
    [
      "blank text",
      MINIMAL.replace("domain: case reports", 'domain: "  "'),
      "task.yaml:3:1: domain must not be empty.",
    ],
    ["a list", "- a\n", "task.yaml:1:1: the task must be a map, not a list."],
    [
      "nothing at all",
      " \n",
      'task.yaml:1:1: the task file is empty. Begin with "name:"; see examples/disease/task.yaml.',
    ],
    ["a duplicate key", `${MINIMAL}name: b\n`, "task.yaml:11:1: not valid YAML: Map keys must be unique."],
    ["broken YAML", "name: [a\n", "task.yaml:2:1: not valid YAML: Flow sequence in block collection must be"],
    ["a tag of YAML's own", "name: !!js/function x\n", "task.yaml:1:7: not valid YAML: Unresolved tag"],
    ["an unknown alias", "name: *x\n", "task.yaml:1:1: not valid YAML: Unresolved alias"],
    ["a deep nest", "[".repeat(50_000), "not valid YAML"],
    ["a huge file", "#".repeat(1_000_001), "has 1000001 characters; at most 1000000 are read"],
  ])("%s", (_what, text, message) => {
    expect(messageOf(text)).toContain(message);
  });

  test("all faults at once", () => {
    expect(messageOf(`${MINIMAL}a: 1\nb: 2\n`).split("\n")).toHaveLength(2);
    const many = Array.from({ length: 15 }, (_, i) => `key${i}: 1\n`).join("");
    expect(messageOf(MINIMAL + many)).toMatch(/\n\.\.\. and 5 more\.$/);
  });

  test("aliases that multiply", () => {
    const layers = Array.from({ length: 9 }, (_, i) => `k${i + 1}: &k${i + 1} [${`*k${i}, `.repeat(9)}]\n`);
    expect(messageOf(`k0: &k0 [x]\n${layers.join("")}`)).toContain("Excessive alias count");
  });
});

test("the task file in the documentation is one, and its values are the defaults where it says so", async () => {
  const page = await readFile(new URL("../../docs/task-spec.md", import.meta.url), "utf8");
  const spec = parse(/```yaml\n(.*?)```/s.exec(page)![1]!);
  const { encoder, training, dataset } = parse(MINIMAL);
  expect(spec).toMatchObject({
    encoder,
    training,
    dataset,
    gold: [{ labels: { DISO: "Disease" }, optional: true }],
  });
});

test("relative paths start at the task file's folder", () => {
  expect(resolveTaskPath("/data/tasks/task.yaml", "../gold.jsonl")).toBe("/data/gold.jsonl");
  expect(resolveTaskPath("/data/tasks/task.yaml", "/gold.jsonl")).toBe("/gold.jsonl");
});

test("a folder is told from an id on the hub", () => {
  expect(["./a", "../a", "/a", ".", "C:\\a"].every(isLocalEncoder)).toBe(true);
  expect(["bert-base-cased", "a/b", ".hidden"].some(isLocalEncoder)).toBe(false);
});
