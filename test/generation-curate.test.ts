/** @file `curate` from outside: every line that was planted to be dropped is dropped, with its reason, and counted. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import {
  cli,
  fine,
  newPath,
  readJson,
  readRows,
  type StubTask,
  sum,
  writeStubTask,
} from "./generation-setup.ts";
import { writeTinyAnswers, writeTinyTask } from "./tiny-task.ts";

const LONG =
  "During the second winter of the survey <Disease>gout</Disease> was reported from nine of the coastal villages that had sent us their yearly lists in time.";

/** A line in an answer, and what is to become of it; absent: it is kept. */
const PLANTED: readonly { readonly line: string; readonly reason?: string }[] = [
  { line: LONG },
  { line: LONG.replace("in time", "in vain"), reason: "near-duplicate" },
  { line: LONG, reason: "duplicate" },
  { line: LONG.replaceAll(/<\/?Disease>/g, ""), reason: "contradiction" },
  { line: "Only <Disease>asthma</Disease>.", reason: "text-short" },
  { line: "The <Disease>patients</Disease> came back to us in the spring.", reason: "forbidden-mention" },
  {
    line: "She left her number 555-867-5309 and the address jane.roe@hospital.org with the nurse.",
    reason: "identifier",
  },
  { line: "He shares these nine words with the book we named at once.", reason: "shared-text" },
  { line: "Here a <Disease>mark was never closed.", reason: "unclosed-tag" },
  { line: "Here a <Diagnosis>gout</Diagnosis> has a label of another task.", reason: "unknown-tag" },
];

const curation = {
  minHash: 0.8,
  forbidden: { Disease: ["patients?"] },
  identifiers: "drop",
  references: [
    { name: "a book", path: "book.txt" },
    { name: "not here", path: "absent.txt", optional: true },
  ],
  maxSharedWords: 8,
};

async function expectAccounted(folder: string, json: string): Promise<void> {
  const examples = await readRows(join(folder, "examples.jsonl"));
  const rejections = await readRows(join(folder, "rejections.jsonl"));
  const dropped = await readRows(join(folder, "dropped.jsonl"));
  const [report, audit] = [
    await readJson(join(folder, "curation.json")),
    await readJson(join(folder, "audit.json")),
  ];
  expect(report.taken).toBe(examples.length);
  expect(report.taken).toBe(report.kept + dropped.length);
  expect(sum(Object.values<number>(report.dropped))).toBe(dropped.length);
  let taken = report.taken;
  for (const step of report.steps) {
    expect(step.taken, step.step).toBe(taken);
    taken -= step.dropped;
  }
  expect(taken).toBe(report.kept);
  expect(sum(Object.values<number>(audit.rejections))).toBe(rejections.length);
  const [train, dev] = [
    await readRows(join(folder, "dataset/train.jsonl")),
    await readRows(join(folder, "dataset/dev.jsonl")),
  ];
  expect(train.length + dev.length).toBe(report.kept);
  expect([audit.train.examples, audit.dev.examples]).toEqual([train.length, dev.length]);
  expect(JSON.parse(json).curation).toMatchObject({ taken: report.taken, kept: report.kept });
}

describe("curate", () => {
  it("drops what was planted, each line with its reason, and every line is in one of the counts", async () => {
    const folder = newPath();
    const answers = writeTinyAnswers(12);
    const { taskFile } = await writeTinyTask(folder, {
      completions: [...answers, PLANTED.map(({ line }) => line).join("\n")],
      spec: { curation },
    });
    await writeFile(
      join(folder, "book.txt"),
      "It is said that he shares these nine words with the book we named.\n",
    );
    const task = { taskFile, folder, runs: join(folder, "runs"), run: join(folder, "runs/tiny") } as StubTask;
    const { stdout, stderr } = await fine(task, ["curate", "--json"]);

    const examples = await readRows(join(task.run, "examples.jsonl"));
    const dropped = await readRows(join(task.run, "dropped.jsonl"));
    const rejections = await readRows(join(task.run, "rejections.jsonl"));
    const reasons = new Map<string, string>([
      ...rejections.map(({ raw, reason }): [string, string] => [raw, reason]),
      ...dropped
        .filter(({ prompt }) => prompt === "tiny-012")
        .map(({ id, reason }): [string, string] => [id, reason]),
    ]);
    const planted = examples.filter(({ prompt }) => prompt === "tiny-012");
    const became = PLANTED.map(({ line, reason }) => {
      if (reason === undefined || !/tag$/.test(reason)) return reasons.get(planted.shift()?.id);
      return reasons.get(line);
    });
    expect(became).toEqual(PLANTED.map(({ reason }) => reason));
    expect(planted).toEqual([]);
    const repeated = dropped.find(({ reason }) => reason === "near-duplicate" || reason === "duplicate");
    expect(examples.map(({ id }) => id)).toContain(repeated.other);
    expect(dropped.find(({ reason }) => reason === "shared-text")).toMatchObject({ other: "a book" });
    await expectAccounted(task.run, stdout);

    expect(stderr).toContain("shared-text 1");
    expect(stderr).toContain("reference not here is not there; nothing was compared with it");
    const card = await readFile(join(task.run, "dataset/README.md"), "utf8");
    expect(card).toContain("a book");
    for (const { line } of PLANTED.filter(({ reason }) => reason === "identifier")) {
      expect(stderr + card).not.toContain(line.slice(15, 27));
    }

    // The same input gives the same files.
    const before = await readFile(join(task.run, "curation.json"), "utf8");
    const human = await fine(task, ["curate"]);
    expect(human.stdout).toContain(`Dropped:  ${task.run}/dropped.jsonl`);
    expect(await readFile(join(task.run, "curation.json"), "utf8")).toBe(before);
  });

  it("with every step off, the same lines are kept but for exact duplicates and what cannot be read", async () => {
    const folder = newPath();
    const { taskFile } = await writeTinyTask(folder, {
      completions: [...writeTinyAnswers(4), PLANTED.map(({ line }) => line).join("\n")],
      spec: { curation: { minHash: 0, words: [1, 10_000] } },
    });
    const task = { taskFile, folder, runs: join(folder, "runs"), run: join(folder, "runs/tiny") } as StubTask;
    const { stdout } = await fine(task, ["curate", "--json"]);
    const dropped = await readRows(join(task.run, "dropped.jsonl"));
    const reasons = dropped.filter(({ prompt }) => prompt === "tiny-004").map(({ reason }) => reason);
    expect(reasons.sort()).toEqual(["contradiction", "duplicate"]);
    await expectAccounted(task.run, stdout);
  });

  it("of a task that nothing was answered for: exit code 2, and what to do", async () => {
    const task = await writeStubTask("http://127.0.0.1:9/v1");
    for (const command of ["curate", "train"]) {
      expectInputError(await cli(task, [command]), "no completion yet", "hint: `textphantom generate");
    }
  });
});
