/** @file `curation.verify` from outside: a model reads the corpus again, once, and only where it may be asked. */
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cli, createAnswers, fine, readRows, startServer, writeStubTask } from "./generation-setup.ts";
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
