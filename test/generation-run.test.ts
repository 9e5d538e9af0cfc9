/** @file From a task file and a server to a scored model; then further rounds, and pairs. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectInputError } from "./cli-checks.ts";
import {
  cli,
  createAnswers,
  createPairAnswers,
  fine,
  RELATION_KEYS,
  readAnswered,
  readJson,
  readRows,
  startServer,
  sum,
  TOPICS,
  writeStubTask,
} from "./generation-setup.ts";

describe("run", () => {
  it("asks, curates, trains and scores; train afterwards works with the server gone and reuses all", async () => {
    const answer = createAnswers();
    const server = await startServer((prompt) => ({ do: "answer", text: answer(prompt) }));
    const task = await writeStubTask(server.url);
    const { stdout, stderr } = await fine(task, ["run", "--threads", "1", "--json"]);
    const { training, evaluation } = JSON.parse(stdout);
    expect(server.requests).toHaveLength(12);
    expect(training.steps).toBeGreaterThan(50);
    const gold = evaluation.sets.find(({ kind }: { kind: string }) => kind === "gold");
    expect(gold).toMatchObject({ kind: "gold", name: "tiny gold" });
    expect(gold.evaluation.strict.micro.f1).toBeGreaterThan(0.8);
    expect(stderr.indexOf("generate: 12 prompts: 12 answered")).toBeGreaterThan(0);
    expect(stderr.indexOf("corpus: 12 completions")).toBeGreaterThan(stderr.indexOf("generate: 12"));

    const again = await fine(task, ["run", "--threads", "1"]);
    expect(again.stderr).toContain("generate: 12 prompts: 0 answered, 12 answered before");
    expect(again.stderr).toContain("training: nothing has changed");
    expect(server.requests).toHaveLength(12);

    await server.close();
    // Neither the server nor a key is needed.
    const offline = await fine(task, ["train", "--threads", "1", "--json"], { env: { STUB_KEY: "" } });
    expect(JSON.parse(offline.stdout).training).toEqual(training);
    expect(await readAnswered(task)).toHaveLength(12);
  });
});

describe("generate --round 2 --errors", () => {
  /** Letters that no prompt of ours has. */
  const CANARY = "Жаворонок";
  const text = `${CANARY} with gout saw ${CANARY} and had aspirin, ${CANARY}.`;
  const at = (name: string, label: string) => {
    const start = text.indexOf(name);
    return { start, end: start + name.length, label, text: name };
  };
  const missed = (name: string, label: string) => ({ kind: "missed", gold: at(name, label), index: 0 });
  const evaluation = (errors: readonly object[]) => ({
    sets: [{ kind: "gold", name: "dev", evaluation: { errors } }],
  });
  const gold = JSON.stringify({
    id: "a",
    text,
    spans: [at("gout", "Disease"), at("aspirin", "Chemical"), at(CANARY, "Disease")].map(
      ({ text: _, ...span }) => span,
    ),
  });

  async function start() {
    const answer = createAnswers();
    const server = await startServer((prompt) => ({ do: "answer", text: answer(prompt) }));
    const task = await writeStubTask(server.url, {
      spec: { gold: [{ name: "dev", path: "dev.jsonl", private: true }] },
    });
    await writeFile(join(task.folder, "dev.jsonl"), `${gold}\n`);
    const errors = join(task.folder, "evaluation.json");
    return { server, task, errors };
  }

  it("asks prompts that follow from the errors, once, and no word of the gold leaves", async () => {
    const { server, task, errors } = await start();
    const found = [missed("gout", "Disease"), missed(CANARY, "Disease"), missed("aspirin", "Chemical")];
    await writeFile(errors, JSON.stringify(evaluation(found)));
    const words = ["generate", "--round", "2", "--errors", errors, "--prompts", "6", "--json"] as const;
    await fine(task, ["generate"]);
    const { stdout } = await fine(task, words);
    expect(JSON.parse(stdout).counts).toMatchObject({ prompts: 18, stored: 12, answered: 6 });
    const ids = await readAnswered(task);
    expect(ids.filter((id) => id.startsWith("tiny-round2-"))).toHaveLength(6);

    // The round belongs to the run: it is planned, curated and asked no second time.
    await fine(task, words);
    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(18);
    expect(JSON.parse((await fine(task, ["plan", "--json"])).stdout).prompts).toBe(18);
    const { audit } = JSON.parse((await fine(task, ["curate", "--json"])).stdout);
    expect(audit.rejections["missing-answer"]).toBeUndefined();
    const examples = await readRows(join(task.run, "examples.jsonl"));
    expect(examples.some(({ prompt }) => prompt.startsWith("tiny-round2-"))).toBe(true);

    for (const { body } of server.requests) {
      for (const piece of [CANARY, "gout", "aspirin"]) expect(JSON.stringify(body)).not.toContain(piece);
    }
    for (const name of ["rounds.json", "prompts.jsonl", "spec.json"]) {
      expect(
        JSON.stringify(await readRows(join(task.run, name)).catch(() => readJson(join(task.run, name)))),
      ).not.toContain(CANARY);
    }
  });

  it("an evaluation without errors is refused, and leaves the run as it was", async () => {
    const { server, task, errors } = await start();
    await writeFile(errors, JSON.stringify(evaluation([])));
    const words = ["generate", "--round", "2", "--errors", errors] as const;
    expectInputError(await cli(task, words), "no error with a label of the task");
    expect(server.requests).toHaveLength(0);
    expect(existsSync(join(task.run, "rounds.json"))).toBe(false);
    expectInputError(await cli(task, [...words, "--set", "test"]), 'No set "test"');
    await writeFile(errors, "[]");
    expectInputError(await cli(task, words), "This is no evaluation");
    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(12);
  });
});

describe("a task of pairs", () => {
  const PAIRS = { topics: TOPICS, sets: [{ name: "pairs", prompts: 6, items: 4 }] };

  it("is planned, generated, curated and trained; every line is in one of the counts", async () => {
    const writePairs = createPairAnswers();
    const server = await startServer(() => ({ do: "answer", text: writePairs() }));
    const task = await writeStubTask(server.url, { spec: { ...RELATION_KEYS, prompts: PAIRS } });
    const { stdout: plan } = await fine(task, ["plan"]);
    expect(plan).toContain("Task tiny: 6 prompts (pairs 6). No call was made.");
    expect(plan).toContain("causes");
    expect(server.requests).toHaveLength(0);
    const { stdout: preview } = await fine(task, ["preview"]);
    expect(preview).toMatch(/^ {2}causes\tOn day \d+ <Chemical>codeine<\/Chemical>/m);
    expect(preview).toMatch(/rejected, wrong-pair \(line 4\)/);
    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(6);

    const { stdout, stderr } = await fine(task, ["curate", "--json"]);
    const { audit, curation } = JSON.parse(stdout);
    const { rejections } = audit;
    expect(sum(Object.values<number>(rejections)) + curation.taken).toBe(24);
    expect(rejections["wrong-pair"]).toBe(6);
    expect(curation.kept).toBe(audit.train.examples + audit.dev.examples);
    expect((await readRows(join(task.run, "dropped.jsonl"))).length).toBe(curation.taken - curation.kept);
    const train = await readRows(join(task.run, "dataset/train.jsonl"));
    expect(train.length).toBe(audit.train.examples);
    expect(existsSync(join(task.run, "dataset/README.md"))).toBe(true);
    expect(stderr).toMatch(/corpus: 6 completions -> \d+ examples/);

    const before = server.requests.length;
    const { training, evaluation } = JSON.parse(
      (await fine(task, ["run", "--threads", "1", "--json"])).stdout,
    );
    expect(training.threshold.by).toBe("dev");
    expect(evaluation.sets.map(({ name }: { name: string }) => name)).toEqual(["synthetic dev"]);
    expect(server.requests).toHaveLength(before);
  });

  it("gets a second round from the errors of an evaluation, and no word of the gold leaves", async () => {
    const CANARY = "Жаворонок";
    const text = `No ${CANARY} of aspirin was seen in ${CANARY} with gout.`;
    const at = (name: string, label: string) => {
      const start = text.indexOf(name);
      return { start, end: start + name.length, label };
    };
    const pair = { head: at("aspirin", "Chemical"), tail: at("gout", "Disease") };
    const writePairs = createPairAnswers();
    const server = await startServer(() => ({ do: "answer", text: writePairs() }));
    const gold = [
      { name: "dev", path: "dev.jsonl", classes: { CID: "causes", NONE: "none" }, private: true },
    ];
    const task = await writeStubTask(server.url, { spec: { ...RELATION_KEYS, prompts: PAIRS, gold } });
    const errors = join(task.folder, "evaluation.json");
    await writeFile(
      join(task.folder, "dev.jsonl"),
      `${JSON.stringify({ id: CANARY, text, ...pair, relation: "NONE" })}\n`,
    );
    const error = { pair: CANARY, index: 0, ...pair, gold: "none", predicted: "causes" };
    const words = ["generate", "--round", "2", "--errors", errors, "--prompts", "3", "--json"] as const;

    await writeFile(errors, JSON.stringify({ errors: [{ ...error, gold: CANARY }] }));
    expectInputError(await cli(task, words), "no error with a class of the task");
    await writeFile(
      errors,
      JSON.stringify({ sets: [{ kind: "gold", name: "dev", evaluation: { errors: [error, error] } }] }),
    );
    await fine(task, ["generate"]);
    const { stdout } = await fine(task, words);
    expect(JSON.parse(stdout).counts).toMatchObject({ prompts: 9, stored: 6, answered: 3 });
    const ids = await readAnswered(task);
    expect(ids.filter((id) => id.startsWith("tiny-round2-1-spurious-"))).toHaveLength(3);
    expect(await readJson(join(task.run, "rounds.json"))).toEqual([
      {
        round: 2,
        prompts: 3,
        classes: [
          {
            gold: "none",
            predicted: "causes",
            distance: "four to ten words",
            order: "head first",
            cue: "negation",
            count: 2,
            share: 1,
          },
        ],
      },
    ]);

    // The round belongs to the run.
    await fine(task, words);
    await fine(task, ["generate"]);
    expect(server.requests).toHaveLength(9);
    const { audit } = JSON.parse((await fine(task, ["curate", "--json"])).stdout);
    expect(audit.rejections["missing-answer"]).toBeUndefined();
    expect(audit.rejections["wrong-pair"]).toBe(9);
    const asked = server.requests.map(({ body }) => JSON.stringify(body));
    expect(asked.filter((body) => body.includes("a negation stands near the marked chemical"))).toHaveLength(
      3,
    );
    for (const body of asked)
      for (const piece of [CANARY, "gout", "aspirin", "CID"]) expect(body).not.toContain(piece);
  });
});
