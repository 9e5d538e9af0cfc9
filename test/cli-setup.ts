/** @file A folder, a tiny task in it and a model trained for it -> what tests of the command line share. */
import { mkdtempSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { trainTask } from "../src/index.ts";
import { type Finished, runCli } from "./spawn-cli.ts";

export { expectInputError } from "./cli-checks.ts";

import { type TinyTask, type TinyTaskOptions, writeTinyTask } from "./tiny-task.ts";

export const root = mkdtempSync(join(tmpdir(), "textphantom-cli-"));
export const model = join(root, "runs/tiny/model");
export let task: TinyTask;
let folders = 0;
beforeAll(async () => {
  task = await writeTinyTask(join(root, "task"));
  await trainTask(task.taskFile, { runsFolder: join(root, "runs"), threads: 1 });
});
afterAll(() => rm(root, { recursive: true }));

export const newFolder = async () => {
  const folder = join(root, `folder-${folders++}`);
  await mkdir(folder);
  return folder;
};

/** `run` on a task that differs from the tiny one. */
export async function runTiny(
  options: TinyTaskOptions,
  change?: (task: TinyTask) => Promise<void>,
): Promise<Finished> {
  const folder = await newFolder();
  const changed = await writeTinyTask(folder, options);
  await change?.(changed);
  return runCli(["run", changed.taskFile, "--runs", join(folder, "runs"), "--threads", "1"]);
}
