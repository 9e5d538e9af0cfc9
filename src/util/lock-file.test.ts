/** @file Tests of the lock: one owner, locks of the dead taken over, by one process only. */
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFile } from "./lock-file.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-lock-"));
  path = join(folder, "sub", "a.lock");
});
afterEach(() => rm(folder, { recursive: true }));

/** The number of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;
const leave = async (owner: object) => {
  await (await lockFile(path, "x")).release();
  await writeFile(path, JSON.stringify({ host: hostname(), began: "1", token: "t-1", ...owner }));
};

test("is held by one, and free after its release", async () => {
  const lock = await lockFile(path, "store");
  await expect(lockFile(path, "store")).rejects.toMatchObject({
    code: "locked",
    message: `The store is in use by process ${process.pid}.`,
  });
  expect(await readdir(join(folder, "sub"))).toEqual(["a.lock"]);
  await lock.release();
  await lock.release();
  expect(await readdir(join(folder, "sub"))).toEqual([]);
  await (await lockFile(path, "store")).release();
});

test("of a dead process is taken over, once", async () => {
  await leave({ pid: deadPid() });
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lockFile(path, "store")));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(JSON.parse(await readFile(path, "utf8")).pid).toBe(process.pid);
  expect(await readdir(join(folder, "sub"))).toEqual(["a.lock"]);
});

test("of a process whose number another one has now is taken over", async () => {
  await leave({ pid: process.ppid, began: "0" });
  await (await lockFile(path, "store")).release();
  await leave({ pid: process.pid, began: "0" });
  await (await lockFile(path, "store")).release();
});

test("of another machine is left alone, and so is what is no lock", async () => {
  await leave({ pid: deadPid(), host: "elsewhere" });
  await expect(lockFile(path, "store")).rejects.toThrow(/in use by process \d+ on elsewhere/);
  await writeFile(path, "hello");
  await expect(lockFile(path, "store")).rejects.toMatchObject({ code: "lock-unreadable" });
});
