/** @file Words of the command line -> the real program in its own process, and what came of it. */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "..");

/** Node's words before those of the command line: dist/ where it is newer than src/, else the source through tsx. */
export const PROGRAM: readonly string[] = isBuilt()
  ? [join(ROOT, "dist/cli/main.js")]
  : ["--import", import.meta.resolve("tsx"), join(ROOT, "src/cli/main.ts")];

function isBuilt(): boolean {
  const built = statSync(join(ROOT, "dist/cli/main.js"), { throwIfNoEntry: false });
  const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" });
  const newest = Math.max(...sources.map((path) => statSync(join(ROOT, "src", path)).mtimeMs));
  return built !== undefined && built.mtimeMs > newest;
}

export interface SpawnOptions {
  readonly cwd?: string;
  /** Written to standard input, which is then closed. Default: nothing. */
  readonly input?: string | Uint8Array;
  /** Words for Node itself, before the program. */
  readonly nodeArguments?: readonly string[];
  /** A program and its words that starts Node, such as `unshare -rn`. */
  readonly wrapper?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Gets the process, e.g. to kill it. */
  readonly onStart?: (child: ChildProcess) => void;
}

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `textphantom ...words` to its end. */
export function runCli(words: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return runNode([...PROGRAM, ...words], options);
}

/** Runs `node ...words` to its end. */
export async function runNode(words: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  const { cwd = ROOT, input = "", nodeArguments = [], wrapper = [], env = {}, onStart } = options;
  const [command, ...rest] = [...wrapper, process.execPath, ...nodeArguments, ...words];
  const child = spawn(command!, rest, { cwd, env: { ...process.env, ...env } });
  onStart?.(child);
  // A program that ends without reading closes the pipe first.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, fail) => {
    child.on("error", fail);
    child.on("close", (...ending) => done(ending));
  });
  return { code, signal, stdout: await stdout, stderr: await stderr };
}

async function collect(stream: AsyncIterable<unknown>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
