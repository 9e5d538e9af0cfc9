/** @file `curation.verify` from outside: a model reads the corpus again, once, and only where it may be asked. */
import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { renderJsonLines } from "../src/util/files.ts";
import {
  cli,
  createAnswers,
  createPairAnswers,
  fine,
  newPath,
  RELATION_KEYS,
  readJson,
  readRows,
  startServer,
  TOPICS,
  writeStubTask,
} from "./generation-setup.ts";
import type { StubServer } from "./stub-openai-server.ts";

describe("a second reading", () => {
  const isVerify = (prompt: string) => prompt.startsWith("Mark every mention");
  const marks = /\b(asthma|gout|migraine|anaemia|psoriasis|lung cancer|kidney failure)\b/g;
  const chemicals = /\b(aspirin|codeine|heparin|insulin|morphine|folic acid|nitric oxide)\b/g;
  /** Marks as the first reader did, but never gout. */
  const readAgain = (prompt: string) =>
    prompt
      .slice(prompt.lastIndexOf("\n\n") + 2)
      .replace(marks, (name) => (name === "gout" ? name : `<Disease>${name}</Disease>`))
      .replace(chemicals, "<Chemical>$1</Chemical>");
  const start = () => {
    const answer = createAnswers();
    return startServer((prompt) => ({
      do: "answer",
      text: isVerify(prompt) ? readAgain(prompt) : answer(prompt),
    }));
  };
  const countVerify = (server: StubServer) => [...server.asked.keys()].filter(isVerify).length;

  it("is asked for where there is none, once, and never with --offline", async () => {
    const server = await start();
    const task = await writeStubTask(server.url, { spec: { curation: { verify: { action: "drop" } } } });
    await fine(task, ["generate"]);
    const offline = JSON.parse((await fine(task, ["curate", "--offline", "--json"])).stdout);
    expect(countVerify(server)).toBe(0);
    expect(offline.doubts[0]).toMatchObject({ step: "verify", unread: offline.curation.kept, dropped: [] });

    const { stdout, stderr } = await fine(task, ["curate", "--json"]);
    const { doubts, curation: report, audit } = JSON.parse(stdout);
    const [verify] = doubts;
    expect(countVerify(server)).toBe(Math.ceil(report.kept / 25));
    expect(verify).toMatchObject({
      step: "verify",
      action: "drop",
      taken: report.kept,
      unread: 0,
      rejections: [],
    });
    expect(verify.agreement.f1).toBeGreaterThan(0.8);
    const kept = await readRows(join(task.run, "examples.jsonl"));
    const gout = kept.filter(({ id, text }) => verify.dropped.includes(id) && text.includes("gout"));
    expect(gout.length).toBe(verify.dropped.length);
    expect(gout.length).toBeGreaterThan(3);
    expect(audit.train.examples + audit.dev.examples).toBe(report.kept - verify.dropped.length);
    expect(stderr).toMatch(/verify: \d+ doubts, the two readings agree at F1 0\.\d+; \d+ dropped/);

    const before = server.requests.length;
    await fine(task, ["curate"]);
    const again = JSON.parse((await fine(task, ["curate", "--offline", "--json"])).stdout);
    expect(again.doubts).toEqual(doubts);
    expect(server.requests.length).toBe(before);
  });

  it("is asked for by run, and the spending limit holds for both stages together", async () => {
    const server = await start();
    const task = await writeStubTask(server.url, {
      api: { price: { input: 0, output: 1000 }, maxOutputTokens: 100 },
      // 12 answers of 20 tokens come to $0.24; two more requests could come to $0.36.
      limits: { concurrency: 1, spend: 0.355 },
      spec: { curation: { verify: { action: "keep" } }, training: { epochs: 1 } },
    });
    const { stderr } = await fine(task, ["run", "--threads", "1"]);
    expect(stderr).toContain("12 prompts: 12 answered");
    expect(countVerify(server)).toBe(1);
    expect(server.requests).toHaveLength(13);
    expect(stderr).toMatch(/verify: .*, \d+ not read twice; kept as they are/);
  });

  it("stopped with Ctrl-C, it keeps the readings that came, and goes on", async () => {
    const answer = createAnswers();
    let child: ChildProcess | undefined;
    const server = await startServer((prompt) => {
      if (!isVerify(prompt)) return { do: "answer", text: answer(prompt) };
      if (countVerify(server) === 2) child?.kill("SIGINT");
      return { do: "answer", text: readAgain(prompt), latencyMs: 300 };
    });
    const task = await writeStubTask(server.url, {
      limits: { concurrency: 1 },
      spec: { curation: { verify: {} } },
    });
    await fine(task, ["generate"]);
    const stopped = await cli(task, ["curate"], { onStart: (started) => (child = started) });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain("error: Stopped: the second readings that came are kept.");
    expect(countVerify(server)).toBe(2);
    child = undefined;
    await fine(task, ["curate"]);
    expect(countVerify(server)).toBe(3);
    expect([...server.asked.values()].every((times) => times === 1)).toBe(true);
  });
});

describe("a second reading of pairs", () => {
  const isVerify = (prompt: string) => prompt.startsWith("Say of each sentence");
  /** The classes of the first reader, but for the pairs of every third ward, and one sentence that is changed. */
  const readAgain = (prompt: string) =>
    prompt
      .slice(prompt.lastIndexOf("\n\n") + 2)
      .split("\n")
      .map((line) => {
        const ward = Number(/ward (\d+)/.exec(line)?.[1] ?? 1) / 7;
        if (line.includes("guest 3 ")) return `none\t${line.replace("came", "went")}`;
        return `${line.includes("codeine") && ward % 3 !== 0 ? "causes" : "none"}\t${line}`;
      })
      .join("\n");
  const prompts = { topics: TOPICS, sets: [{ name: "pairs", prompts: 12, items: 4 }] };
  const start = async () => {
    const writePairs = createPairAnswers();
    return startServer((prompt) => ({
      do: "answer",
      text: isVerify(prompt) ? readAgain(prompt) : writePairs(),
    }));
  };
  const curationOf = (verify: object) => ({ curation: { minHash: 0, verify } });
  const toClasses = (rows: readonly { id: string; relation: string }[]) =>
    new Map(rows.map(({ id, relation }) => [id, relation]));

  it("is asked for once, counted, and its classes are taken where the task says so", async () => {
    const server = await start();
    const write = (action: string) =>
      writeStubTask(server.url, { spec: { ...RELATION_KEYS, prompts, ...curationOf({ action }) } }, folder);
    const folder = newPath();
    const task = await write("relabel");
    await fine(task, ["generate"]);
    const offline = JSON.parse((await fine(task, ["curate", "--offline", "--json"])).stdout);
    expect(server.requests).toHaveLength(12);
    expect(offline.doubts[0]).toMatchObject({ step: "verify", unread: 24, changed: [], doubts: [] });

    const { stdout, stderr } = await fine(task, ["curate", "--json"]);
    const { doubts, curation, audit } = JSON.parse(stdout);
    expect(server.requests).toHaveLength(13);
    const [verify] = doubts;
    expect(verify).toMatchObject({ action: "relabel", taken: 24, unread: 1, dropped: [] });
    expect(verify.rejections.map(({ reason }: { reason: string }) => reason)).toEqual(["text-changed"]);
    expect(verify.doubts).toHaveLength(4);
    expect(verify.doubts[0]).toMatchObject({ kind: "class", given: "causes", suggested: "none", score: 1 });
    expect(verify.agreement).toMatchObject({ first: 23, second: 23, both: 19 });
    // By chance: 12/23 and 8/23 say "causes", 11/23 and 15/23 "none".
    const chance = (12 * 8 + 11 * 15) / 23 ** 2;
    expect(verify.agreement.kappa).toBeCloseTo((19 / 23 - chance) / (1 - chance), 10);
    expect(stderr).toContain(
      "verify: 4 doubts, the two readings agree on 82.6 % of the pairs (kappa 0.657), 1 not read twice; 4 relabelled",
    );
    expect((await readJson(join(task.run, "curation.json"))).doubts).toEqual(doubts);

    const before = toClasses(await readRows(join(task.run, "examples.jsonl")));
    const dataset = async () => [
      ...(await readRows(join(task.run, "dataset/train.jsonl"))),
      ...(await readRows(join(task.run, "dataset/dev.jsonl"))),
    ];
    const after = toClasses(await dataset());
    expect(
      [...after]
        .filter(([id, relation]) => before.get(id) !== relation)
        .map(([id]) => id)
        .sort(),
    ).toEqual([...verify.changed].sort());
    expect(audit.train.examples + audit.dev.examples).toBe(curation.kept);
    expect(audit.train.classes.causes + audit.dev.classes.causes).toBe(8);

    // The readings are kept: other actions ask nothing.
    await write("drop");
    const dropped = JSON.parse((await fine(task, ["curate", "--json"])).stdout);
    expect(dropped.doubts[0].dropped.sort()).toEqual([...verify.changed].sort());
    expect(dropped.audit.train.examples + dropped.audit.dev.examples).toBe(20);
    await write("keep");
    expect(JSON.parse((await fine(task, ["curate", "--json"])).stdout).doubts[0].doubts).toEqual(
      verify.doubts,
    );
    expect(toClasses(await dataset())).toEqual(before);
    expect(server.requests).toHaveLength(13);
  });

  it("may be recorded, as that of mentions: two files, joined by text and marks", async () => {
    const server = await start();
    const folder = newPath();
    const verify = { requests: "again.jsonl", output: "again-output.jsonl", action: "drop" };
    const task = await writeStubTask(
      server.url,
      { spec: { ...RELATION_KEYS, prompts, ...curationOf(verify) } },
      folder,
    );
    await fine(task, ["generate"]);
    const lines = [1, 2, 3].map(
      (day) =>
        `${day === 2 ? "none" : "causes"}\tOn day ${day} <Chemical>codeine</Chemical> was followed by <Disease>gout</Disease> in ward ${day * 7}.`,
    );
    const messages = [{ role: "user", content: "Say of each sentence ..." }];
    await writeFile(
      join(folder, "again.jsonl"),
      renderJsonLines([{ custom_id: "again-000", body: { messages } }]),
    );
    const choices = [{ message: { role: "assistant", content: lines.join("\n") }, finish_reason: "stop" }];
    await writeFile(
      join(folder, "again-output.jsonl"),
      renderJsonLines([{ custom_id: "again-000", response: { status_code: 200, body: { choices } } }]),
    );
    const { doubts, curation, audit } = JSON.parse((await fine(task, ["curate", "--json"])).stdout);
    expect(server.requests).toHaveLength(12);
    expect(doubts[0]).toMatchObject({
      taken: 24,
      unread: 21,
      agreement: { first: 3, both: 2 },
      rejections: [],
    });
    expect(doubts[0].dropped).toHaveLength(1);
    expect(audit.examples).toBe(curation.taken);
    expect(audit.train.examples + audit.dev.examples).toBe(23);
  });
});
