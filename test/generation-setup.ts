/** @file A stub server, a task that asks it and the real program -> what tests of generating from outside share. */
import { existsSync, mkdtempSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect } from "vitest";
import { type Finished, runCli, type SpawnOptions } from "./spawn-cli.ts";
import { type Behaviour, type StubServer, startStubServer } from "./stub-openai-server.ts";
import { type TinyTask, type TinyTaskOptions, writeTinyAnswers, writeTinyTask } from "./tiny-task.ts";

/** What no output and no file may hold. */
const KEY = "sk-canary-6f1b2d";

const root = mkdtempSync(join(tmpdir(), "textphantom-generation-"));
const servers: StubServer[] = [];
let folders = 0;
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
afterAll(() => rm(root, { recursive: true }));

export const newPath = () => join(root, `folder-${folders++}`);

/** A server that is closed after the test. */
export async function startServer(
  behave?: (prompt: string, tries: number) => Behaviour,
): Promise<StubServer> {
  const server = await startStubServer(behave ? { behave } : {});
  servers.push(server);
  return server;
}

/** Gives each new prompt the next answer, and an asked one the same again. */
export function createAnswers(answers: readonly string[] = writeTinyAnswers(40)): (prompt: string) => string {
  const given = new Map<string, string>();
  return (prompt) => {
    const answer = given.get(prompt) ?? answers[given.size % answers.length]!;
    given.set(prompt, answer);
    return answer;
  };
}

export interface StubTaskOptions extends TinyTaskOptions {
  /** Keys of `completions` beside those that name the stub. */
  readonly completions?: never;
  readonly api?: Readonly<Record<string, unknown>>;
  readonly limits?: Readonly<Record<string, unknown>>;
  /** Keys of `prompts`. Default: one set of 12. */
  readonly prompts?: Readonly<Record<string, unknown>>;
}

export interface StubTask extends TinyTask {
  readonly runs: string;
  /** Of the task. */
  readonly run: string;
}

/** `A`, `B` ...: each in one prompt, so that no two prompts are alike. */
export const TOPICS = Array.from({ length: 12 }, (_, index) => `topic ${String.fromCharCode(65 + index)}`);

/** The tiny task, answered by a server. A task of the same folder is written over. */
export async function writeStubTask(
  url: string,
  options: StubTaskOptions = {},
  folder = newPath(),
): Promise<StubTask> {
  const { api = {}, limits = {}, prompts, spec, ...rest } = options;
  const task = await writeTinyTask(folder, {
    ...rest,
    spec: {
      completions: {
        from: "api",
        provider: "openai-compatible",
        baseUrl: url,
        model: "stub",
        keyVariable: "STUB_KEY",
        limits: { attempts: 1, ...limits },
        ...api,
      },
      prompts: { topics: TOPICS, sets: [{ name: "one", prompts: 12, items: 6 }], ...prompts },
      ...spec,
    },
  });
  const runs = join(folder, "runs");
  return { ...task, runs, run: join(runs, "tiny") };
}

/** Keys of a task file that looks for what chemicals cause, in place of the tiny task's mentions. */
export const RELATION_KEYS = {
  kind: "relation",
  encoder: undefined,
  training: undefined,
  gold: [],
  relation: {
    head: "Chemical",
    tail: "Disease",
    classes: { causes: { definition: "It brings it about." }, none: { definition: "It does not." } },
    negative: "none",
  },
};

/** Answers to the prompts of such a task: two pairs, a line without a class and one without a pair; no two are alike. */
export function createPairAnswers(): () => string {
  let number = 0;
  return () =>
    [
      `causes\tOn day ${++number} <Chemical>codeine</Chemical> was followed by <Disease>gout</Disease> in ward ${number * 7}.`,
      `none\tIn year ${number} the <Disease>asthma</Disease> of guest ${number * 3} was there before <Chemical>heparin</Chemical> came.`,
      "maybe\tThis <Chemical>aspirin</Chemical> has no class of <Disease>gout</Disease> here.",
      "causes\tOnly <Chemical>insulin</Chemical> is marked in this one.",
    ].join("\n");
}

/** Runs a command on the task; whatever comes of it, the key is not to be seen. */
export async function cli(
  task: StubTask,
  [command, ...flags]: readonly [string, ...string[]],
  options: SpawnOptions = {},
): Promise<Finished> {
  const words = [command, task.taskFile, "--runs", task.runs, ...flags];
  const finished = await runCli(words, { ...options, env: { STUB_KEY: KEY, ...options.env } });
  expect(finished.stdout + finished.stderr).not.toContain(KEY);
  if (existsSync(task.run)) {
    for (const path of await readdir(task.run, { recursive: true })) {
      if (/\.(jsonl?|md|yaml)$/.test(path))
        expect(await readFile(join(task.run, path), "utf8"), path).not.toContain(KEY);
    }
  }
  return finished;
}

/** {@link cli} that must end well. */
export async function fine(...words: Parameters<typeof cli>): Promise<Finished> {
  const finished = await cli(...words);
  expect({ words: words[1], code: finished.code, stderr: finished.stderr }).toMatchObject({ code: 0 });
  return finished;
}

export const readRows = async (path: string) =>
  (await readFile(path, "utf8"))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

export const readJson = async (path: string) => JSON.parse(await readFile(path, "utf8"));

/** Of `completions.jsonl`; a last line that a kill has torn is none. */
export async function readAnswered(task: StubTask): Promise<string[]> {
  const text = await readFile(join(task.run, "completions.jsonl"), "utf8");
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter((row) => "text" in row)
    .map((row) => row.promptId);
}

/** How often the server saw a prompt of `prompts.jsonl`, by its id. */
export async function countAsked(task: StubTask, server: StubServer): Promise<Record<string, number>> {
  const prompts = await readRows(join(task.run, "prompts.jsonl"));
  return Object.fromEntries(
    prompts.map(({ id, messages }) => [id, server.asked.get(messages.at(-1).content) ?? 0]),
  );
}

export const sum = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0);
