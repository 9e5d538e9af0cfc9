/** @file A generating process, killed with kill -9 again and again: nothing that was on disk is paid for twice. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openStore } from "../src/generate/completion-store.ts";
import { type Behaviour, startStubServer } from "./stub-openai-server.ts";

const PROMPTS = 120;
const CONCURRENCY = 8;
const KILL_AFTER = [10, 35, 70];

/** Each tenth prompt meets trouble first; answers take 20 to 60 ms. */
function behave(prompt: string, tries: number): Behaviour {
  const id = Number(prompt.slice(1));
  const troubles: Behaviour[] = [
    { do: "status", status: 429, headers: { "retry-after-ms": "50" } },
    { do: "status", status: 500 },
    { do: "truncate" },
    { do: "no choices" },
    { do: "no JSON" },
    { do: "disconnect" },
  ];
  if (id % 10 === 0 && tries === 0) return troubles[(id / 10) % troubles.length]!;
  return { do: "answer", text: `answer to ${prompt}`, latencyMs: 20 + ((id * 7) % 40) };
}

test("pays once for every prompt, but for those that were in flight at a kill", async () => {
  const folder = await mkdtemp(join(tmpdir(), "textphantom-killed-"));
  const path = join(folder, "completions.jsonl");
  const server = await startStubServer({ behave });
  /** Ids that a process has told to be on disk. */
  const onDisk = new Set<string>();
  let inFlightAtKills = 0;
  try {
    for (const target of [...KILL_AFTER, Number.POSITIVE_INFINITY]) {
      const before = new Map(server.asked);
      const told = await runChild(
        server.url,
        path,
        (child) => {
          if (onDisk.size >= target) child.kill("SIGKILL");
        },
        onDisk,
      );
      for (const id of told.known) {
        expect(server.asked.get(id), `${id} was on disk and was asked again`).toBe(before.get(id));
      }
      if (target === Number.POSITIVE_INFINITY) {
        expect(told.code).toBe(0);
      } else {
        expect(told.signal).toBe("SIGKILL");
        const begun = [...server.asked.keys()].filter((id) => !onDisk.has(id));
        inFlightAtKills += begun.length;
      }
    }
    const paid = [...server.paid.values()];
    expect(server.paid.size).toBe(PROMPTS);
    expect(inFlightAtKills).toBeGreaterThan(0);
    expect(paid.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(PROMPTS + inFlightAtKills);

    const lines = (await readFile(path, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines.map(({ promptId }) => promptId).sort()).toEqual([...server.paid.keys()].sort());
    for (const { promptId, text } of lines) expect(text).toBe(`answer to ${promptId}`);
    const store = await openStore(path);
    expect(store.answered).toBe(PROMPTS);
    await store.close();
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});

/** @param onDisk gets what the child tells; `known`: what was in it before */
async function runChild(
  url: string,
  path: string,
  onLine: (child: ChildProcess) => void,
  onDisk: Set<string>,
) {
  const known = [...onDisk];
  const words = ["--import", "tsx", "test/complete-child.ts", url, path, `${PROMPTS}`, `${CONCURRENCY}`];
  const child = spawn(process.execPath, words, { stdio: ["ignore", "pipe", "inherit"] });
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (/^p\d+$/.test(line)) onDisk.add(line);
    onLine(child);
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on("close", (...ending) => resolve(ending));
  });
  return { code, signal, known };
}
