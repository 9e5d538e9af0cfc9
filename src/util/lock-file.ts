/** @file A path -> a lock that one process holds; one that a dead process left behind is taken over. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, readFile, rm, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, resolve } from "node:path";
import { InputError } from "./errors.ts";

export interface FileLock {
  release(): Promise<void>;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's ticks: a number is given to another process some day. Empty: not known. */
  readonly began: string;
  /** Of this one lock. */
  readonly token: string;
}

/** Tokens of the locks that this process holds. */
const held = new Set<string>();

/**
 * Takes `path`, or says who has it.
 * @param what what the lock guards, for the message
 * @throws InputError `locked`
 */
export async function lockFile(path: string, what: string): Promise<FileLock> {
  const mine: Owner = {
    pid: process.pid,
    host: hostname(),
    began: findBeginning(process.pid) ?? "",
    token: randomUUID(),
  };
  await mkdir(dirname(resolve(path)), { recursive: true });
  const draft = `${path}.${mine.token}`;
  await writeFile(draft, `${JSON.stringify(mine)}\n`);
  try {
    // A link appears with its content or not at all.
    while (!(await tryLink(draft, path))) {
      const owner = await readOwner(path);
      if (owner === undefined) continue;
      if (isAlive(owner)) throw inUse(path, what, owner);
      await removeStale(path, owner, draft);
    }
  } finally {
    await rm(draft, { force: true });
  }
  held.add(mine.token);
  return {
    async release() {
      if (held.delete(mine.token)) await rm(path, { force: true });
    },
  };
}

/**
 * One process alone may remove the lock of a dead one: the one that made a link named after it. It looks again after that,
 * for another one may have finished just before.
 */
async function removeStale(path: string, owner: Owner, draft: string): Promise<void> {
  const claim = `${path}.${owner.token}.claim`;
  if (!(await tryLink(draft, claim))) {
    const claimant = await readOwner(claim);
    if (claimant !== undefined && !isAlive(claimant)) await rm(claim, { force: true });
    else await new Promise((resolve) => setTimeout(resolve, 10));
    return;
  }
  try {
    if ((await readOwner(path))?.token === owner.token) await unlink(path);
  } finally {
    await rm(claim, { force: true });
  }
}

async function tryLink(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined: released meanwhile. */
async function readOwner(path: string): Promise<Owner | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const { pid, host, began, token } = JSON.parse(text) as Owner;
    if (Number.isInteger(pid) && pid > 0 && /^[\w-]+$/.test(token)) return { pid, host, began, token };
  } catch {
    // Below.
  }
  throw new InputError("lock-unreadable", `The lock "${path}" is not one of ours.`, {
    hint: "If no other run is going on, delete it.",
  });
}

/** A process of another machine counts as alive: who could tell. */
function isAlive({ pid, host, began, token }: Owner): boolean {
  if (host !== hostname()) return true;
  // A program in a container often has the number of its dead forerunner.
  if (pid === process.pid) return held.has(token) || began === "";
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = findBeginning(pid);
  return now === undefined || began === "" || now === began;
}

/** Field 22 of `/proc/<pid>/stat` (proc(5)), counted behind the name, which may hold spaces. Linux only. */
function findBeginning(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function inUse(path: string, what: string, { pid, host }: Owner): InputError {
  const where = host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
  return new InputError("locked", `The ${what} is in use by ${where}.`, {
    hint: `Wait for it, or stop it. If it is gone for certain, delete "${path}".`,
    details: { pid, host },
  });
}
