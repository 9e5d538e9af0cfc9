/** @file Tests of the journal: what is promised is on disk, what is torn is cut off, what is spoilt is told. */
import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { openJournal, readJournal } from "./journal.ts";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "textphantom-journal-"));
  path = join(folder, "a.jsonl");
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

/** A good line ends in a full stop. */
const isGood = (text: string) => text.endsWith(".");
/** A whole line is a JSON string and a full stop: no beginning of one is. */
const isWhole = (text: string) => {
  try {
    return isGood(text) && typeof JSON.parse(text.slice(0, -1)) === "string";
  } catch {
    return false;
  }
};
const read = async () => {
  const lines: [number, string][] = [];
  for await (const { line, text } of readJournal(path)) lines.push([line, text]);
  return lines;
};
async function reopen() {
  const journal = await openJournal(path, isGood);
  await journal.close();
  return readFile(path, "utf8");
}

test("has a line on disk when its promise is kept, many with one flush", async () => {
  const journal = await openJournal(path, isGood);
  const begin = performance.now();
  await Promise.all(["a.", "b.", "ü."].map(journal.append));
  expect(performance.now() - begin).toBeLessThan(10_000);
  expect(await readFile(path, "utf8")).toBe("a.\nb.\nü.\n");
  await journal.close();
  expect(await read()).toEqual([
    [1, "a."],
    [2, "b."],
    [3, "ü."],
  ]);
});

test("waits for company no longer than 100 ms, and for no more than 64 lines", async () => {
  const handle = await open(path, "a");
  const synced = vi.spyOn(Object.getPrototypeOf(handle), "datasync");
  await handle.close();
  const journal = await openJournal(path, isGood);
  const begin = performance.now();
  await journal.append("a.");
  const waited = performance.now() - begin;
  expect(waited).toBeGreaterThan(80);
  expect(synced).toHaveBeenCalledTimes(1);
  await Promise.all(Array.from({ length: 64 }, (_, index) => journal.append(`${index}.`)));
  expect(performance.now() - begin - waited).toBeLessThan(80);
  expect(synced).toHaveBeenCalledTimes(2);
  await journal.close();
});

test("cuts off what a kill leaves of a line, in the midst of a character too", async () => {
  for (const torn of ["half", "\u0000\u0000\u0000"]) {
    await writeFile(path, `a.\nb.\n${torn}`);
    expect(await reopen()).toBe("a.\nb.\n");
  }
  await writeFile(path, Buffer.concat([Buffer.from("a.\n"), Buffer.from("ü").subarray(0, 1)]));
  expect(await reopen()).toBe("a.\n");
  await writeFile(path, "half");
  expect(await reopen()).toBe("");
});

test("ends a line of which only the line break is missing", async () => {
  await writeFile(path, "a.\nb.");
  const journal = await openJournal(path, isGood);
  expect(journal.lines).toBe(2);
  await journal.append("c.");
  await journal.close();
  expect(await readFile(path, "utf8")).toBe("a.\nb.\nc.\n");
});

test("counts blank lines as lines", async () => {
  await writeFile(path, "a.\n\n");
  const journal = await openJournal(path, isGood);
  expect(journal.lines).toBe(2);
  await journal.append("c.");
  await journal.close();
  expect(await read()).toEqual([
    [1, "a."],
    [3, "c."],
  ]);
});

test("takes no bad line among good ones", async () => {
  await writeFile(path, "a.\nb\nc.\n");
  await expect(openJournal(path, isGood)).rejects.toThrow(`${path}:2: not a line of this file`);
  expect(await readFile(path, "utf8")).toBe("a.\nb\nc.\n");
});

test("removes nothing from a file that somebody else has written", async () => {
  await writeFile(path, "x\ny\n");
  await expect(openJournal(path, isGood)).rejects.toThrow(`${path}:1: not a line of this file`);
  expect(await readFile(path, "utf8")).toBe("x\ny\n");
});

test("fails all lines from the first that the disk refuses", async () => {
  const journal = await openJournal(path, isGood);
  await journal.append("old.");
  const handle = await open(path, "a");
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  vi.spyOn(Object.getPrototypeOf(handle), "datasync").mockRejectedValueOnce(full);
  await handle.close();
  const tries = await Promise.allSettled([journal.append("a."), journal.append("b.")]);
  expect(tries.map((one) => one.status === "rejected" && one.reason.code)).toEqual([
    "disk-refused",
    "disk-refused",
  ]);
  await expect(journal.append("c.")).rejects.toThrow(
    `Cannot write "${path}": ENOSPC: no space left on device.`,
  );
  await journal.close();
  expect(await readFile(path, "utf8")).toBe("old.\na.\nb.\n");
});

test("wherever it is torn, what stood before stays and what follows is read", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: "grapheme" }), { maxLength: 6 }),
      fc.nat(),
      async (texts, cut) => {
        await rm(path, { force: true });
        const lines = texts.map((text) => `${JSON.stringify(text)}.`);
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(""));
        const kept = bytes.subarray(0, cut % (bytes.length + 1));
        await writeFile(path, kept);
        const journal = await openJournal(path, isWhole);
        await Promise.all([journal.append('"new".'), journal.flush()]);
        await journal.close();
        const whole = lines.filter((_, index) => {
          const end = Buffer.byteLength(lines.slice(0, index + 1).join("\n"));
          return end <= kept.length;
        });
        expect((await read()).map(([, text]) => text)).toEqual([...whole, '"new".']);
      },
    ),
    { numRuns: 200 },
  );
});
