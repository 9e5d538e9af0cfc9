/** @file Training, scoring and annotating open no way out: with every door of Node guarded, and without a route at all. */
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROGRAM, runCli, runNode, type SpawnOptions } from "./spawn-cli.ts";
import { startStubServer } from "./stub-openai-server.ts";
import { writeTinyRelationTask } from "./tiny-relation-task.ts";
import { type TinyTask, writeTinyAnswers, writeTinyTask } from "./tiny-task.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-network-"));
const guard = pathToFileURL(join(import.meta.dirname, "network-guard.mjs")).href;
let logs = 0;

/** Runs with the guard, and gives what it caught. */
async function guarded<T>(work: (options: SpawnOptions) => Promise<T>) {
  const log = join(root, `guard-${logs++}.log`);
  await writeFile(log, "");
  // Where dist/ is stale the program is compiled on the way, by another program.
  const lets = PROGRAM.includes("--import") ? { NETWORK_GUARD_LETS: "esbuild" } : {};
  const env = { NETWORK_GUARD_LOG: log, ...lets };
  const result = await work({ nodeArguments: ["--import", guard], env });
  return { ...result, caught: (await readFile(log, "utf8")).split("\n").filter((line) => line !== "") };
}

let task: TinyTask;
beforeAll(async () => {
  task = await writeTinyTask(join(root, "task"));
});
afterAll(() => rm(root, { recursive: true }));

/** Trains and scores, scores again, annotates; each must end well. */
async function runAll(name: string, options: SpawnOptions): Promise<void> {
  const runs = join(root, name);
  const model = join(runs, "tiny/model");
  const commands = [
    ["run", task.taskFile, "--runs", runs, "--threads", "1"],
    ["train", task.taskFile, "--runs", join(root, `${name}-train`), "--threads", "1"],
    ["evaluate", model, "--gold", task.gold, "--json"],
    ["annotate", model, "-"],
    ["convert", task.gold, join(runs, "gold.xml")],
    ["evaluate", model, "--gold", join(runs, "gold.xml"), "--json"], // its DOCTYPE names a file that is never fetched
    ["doctor", "--runs", runs],
  ];
  for (const words of commands) {
    const { code, stderr } = await runCli(words, { ...options, input: "No gout.\n" });
    expect({ words: words[0], code, stderr }).toMatchObject({ words: words[0], code: 0 });
  }
}

describe("the guard", () => {
  it.each([
    ["net.Socket.connect", 'import net from "node:net"; net.connect(9, "127.0.0.1");'],
    ["net.Socket.connect", 'import { createConnection } from "node:net"; createConnection({ port: 9 });'],
    ["net.Socket.connect", 'import http from "node:http"; http.get("http://127.0.0.1:9/");'],
    ["tls.connect", 'import { connect } from "node:tls"; connect(9);'],
    ["tls.connect", 'import https from "node:https"; https.get("https://127.0.0.1:9/");'],
    ["dns.lookup", 'import { lookup } from "node:dns"; lookup("localhost", () => {});'],
    ["dns.promises.resolve4", 'import { resolve4 } from "node:dns/promises"; await resolve4("localhost");'],
    [
      "Resolver.resolve4",
      'import { Resolver } from "node:dns"; new Resolver().resolve4("localhost", () => {});',
    ],
    ["dgram.createSocket", 'import dgram from "node:dgram"; dgram.createSocket("udp4");'],
    ["fetch", 'await fetch("http://127.0.0.1:9/");'],
    ["child_process.spawn", 'import { spawn } from "node:child_process"; spawn("true");'],
  ])("catches %s: %s", async (door, script) => {
    const { code, caught } = await guarded((options) =>
      runNode(["--input-type=module", "--eval", script], options),
    );
    expect(code).not.toBe(0);
    expect(caught).toContain(door);
  });

  it("catches what a script tries and hides", async () => {
    const script = 'await fetch("http://127.0.0.1:9/").catch?.(() => {});';
    const { caught } = await guarded((options) =>
      runNode(["--input-type=module", "--eval", `try { ${script} } catch {}`], options),
    );
    expect(caught).toEqual(["fetch"]);
  });

  it.each([
    ["run", ["fetch"]],
    ["train", []],
  ])("without the encoder in the cache, what %s tries is %j", async (command, doors) => {
    const far = await writeTinyTask(join(root, "far"), {
      spec: { encoder: { name: "nobody/no-such-encoder" } },
    });
    const { code, caught, stderr } = await guarded((options) =>
      runCli([command, far.taskFile, "--runs", join(root, "far-runs")], {
        ...options,
        env: { ...options.env, TEXTPHANTOM_CACHE: join(root, "cache") },
      }),
    );
    expect(code).toBe(1);
    expect([...new Set(caught)]).toEqual(doors);
    if (command === "train") expect(stderr).toContain("`textphantom run` fetches it, once.");
  });
});

describe("with an encoder that is here", () => {
  it("run, train, evaluate, annotate, convert and doctor try no way out", async () => {
    const { caught } = await guarded(async (options) => {
      await runAll("guarded", options);
      return {};
    });
    expect(caught).toEqual([]);
  });

  it("plan, curate and train try no way out, of recordings and of a task that a service has answered", async () => {
    const answers = writeTinyAnswers(12);
    const server = await startStubServer({
      behave: (_, tries) => ({ do: "answer", text: answers[tries + server.asked.size - 1]! }),
    });
    const prompts = {
      topics: answers.map((_, index) => `topic ${String.fromCharCode(65 + index)}`),
      sets: [{ name: "one", prompts: 12, items: 6 }],
    };
    const completions = { from: "api", provider: "openai-compatible", baseUrl: server.url, model: "stub" };
    const asking = await writeTinyTask(join(root, "asking"), { spec: { prompts, completions } });
    const told = await writeTinyTask(join(root, "told"), { spec: { prompts } });
    const runs = ["--runs", join(root, "asking-runs")];
    expect(await runCli(["generate", asking.taskFile, ...runs])).toMatchObject({ code: 0 });
    const asked = server.requests.length;
    expect(asked).toBe(12);

    const { caught } = await guarded(async (options) => {
      for (const words of [
        ["plan", asking.taskFile, ...runs],
        ["curate", asking.taskFile, ...runs],
        ["train", asking.taskFile, ...runs, "--threads", "1"],
        ["plan", told.taskFile, "--runs", join(root, "told-runs")],
        ["preview", told.taskFile, "--runs", join(root, "told-runs")],
        ["curate", told.taskFile, "--runs", join(root, "told-runs")],
      ]) {
        const { code, stderr } = await runCli(words, options);
        expect({ words: words.slice(0, 2), code, stderr }).toMatchObject({ code: 0 });
      }
      return {};
    });
    await server.close();
    expect(caught).toEqual([]);
    expect(server.requests).toHaveLength(asked);

    // What asks does go through a door.
    const asks = await guarded((options) =>
      runCli(["generate", asking.taskFile, "--runs", join(root, "new-runs")], options),
    );
    expect([...new Set(asks.caught)]).toEqual(["fetch"]);
  });

  it("run, train and evaluate of a relation task, and annotate with it, try no way out", async () => {
    const pairs = await writeTinyRelationTask(join(root, "pairs"), { training: { epochs: 1 } });
    const runs = join(root, "pairs-runs");
    const mentions = join(root, "guarded/tiny/model"); // of the first test of these
    const { caught } = await guarded(async (options) => {
      for (const words of [
        ["run", pairs.taskFile, "--runs", runs, "--threads", "1"],
        ["train", pairs.taskFile, "--runs", runs, "--threads", "1"],
        ["evaluate", join(runs, "tiny/model"), "--gold", pairs.gold, "--json"],
        ["annotate", "--model", mentions, "--relations", join(runs, "tiny/model"), "-"],
      ]) {
        const { code, stderr } = await runCli(words, { ...options, input: "No gout.\n" });
        expect({ words: words[0], code, stderr }).toMatchObject({ code: 0 });
      }
      return {};
    });
    expect(caught).toEqual([]);
  });

  const [unshare, flags] = ["unshare", "-rn"];
  const canUnshare = spawnSync(unshare, [flags, "true"]).status === 0;
  it.skipIf(!canUnshare)(
    "all of them work in a network namespace that has no route (skipped where `unshare -rn` is not allowed)",
    async () => {
      await runAll("no-route", { wrapper: [unshare, flags] });
    },
  );
});
