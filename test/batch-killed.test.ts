/** @file A submitting process, killed with kill -9 after its batch was created and before it knew: it is paid for once. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { exportBatches, submitBatches } from "../src/pipeline/batch.ts";
import { runPaths } from "../src/run-folder.ts";
import { makeBatchTask } from "./batch-child.ts";
import { startStubBatchServer } from "./stub-batch-server.ts";

test("creates each batch once, whenever the submitting process is killed", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "textphantom-batch-killed-"));
  let holding = true;
  const server = await startStubBatchServer((name) => {
    return holding && name === "POST /batches" ? "hang after" : undefined;
  });
  try {
    const task = makeBatchTask(server.url);
    const paths = runPaths(folder, task);
    const prompts = () => ["a", "b"].map((id) => ({ id, messages: [{ role: "user", content: id }] }));
    await exportBatches(task, paths, prompts, { maxRequests: 1 });
    // The first kill comes in the first batch. The next process finds it, creates the second one, and is killed there.
    for (const created of [1, 2]) {
      const child = spawn(process.execPath, ["--import", "tsx", "test/batch-child.ts", server.url, folder], {
        stdio: "inherit",
      });
      const ended = new Promise((resolve) => child.on("exit", (_, signal) => resolve(signal)));
      await expect.poll(() => server.batches.length, { timeout: 20_000 }).toBe(created);
      child.kill("SIGKILL");
      expect(await ended).toBe("SIGKILL");
    }
    holding = false;
    const { submitted, found } = await submitBatches(task, paths, { environment: {} });
    expect([submitted.map(({ id }) => id), found]).toEqual([["batch_2"], 1]);
    expect(server.batches.map(server.ids)).toEqual([["a"], ["b"]]);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});
