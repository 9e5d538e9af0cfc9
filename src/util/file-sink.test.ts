/** @file A file that is written in pieces appears whole or not at all. */
import { mkdtempSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { createFileSink } from "./file-sink.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-sink-"));
afterAll(() => rm(root, { recursive: true }));

it("replaces the file at the end, and leaves it as it was when it is given up", async () => {
  const path = join(root, "new/a.txt");
  const sink = await createFileSink(path);
  await sink.write("one ");
  await sink.write("two");
  expect(await readFile(path, "utf8").catch(() => "absent")).toBe("absent");
  await sink.commit();
  await sink.abort();
  expect(await readFile(path, "utf8")).toBe("one two");
  const second = await createFileSink(path);
  await second.write("half");
  await second.abort();
  expect(await readFile(path, "utf8")).toBe("one two");
  expect(await readdir(join(root, "new"))).toEqual(["a.txt"]);
});

it.skipIf(process.platform === "win32")("follows a link and leaves it a link", async () => {
  await writeFile(join(root, "target.txt"), "old");
  await symlink(join(root, "target.txt"), join(root, "link.txt"));
  const sink = await createFileSink(join(root, "link.txt"));
  await sink.write("new");
  await sink.commit();
  expect(await readFile(join(root, "target.txt"), "utf8")).toBe("new");
});

it("refuses a folder and a path that runs through a file", async () => {
  await mkdir(join(root, "folder"));
  await expect(createFileSink(join(root, "folder"))).rejects.toThrow("it is a folder.");
  await writeFile(join(root, "file"), "");
  await expect(createFileSink(join(root, "file/a.txt"))).rejects.toThrow(/Cannot write ".*a\.txt": E/);
});

it.skipIf(process.platform === "win32")(
  "writes through an open descriptor, after what is there",
  async () => {
    const path = join(root, "redirected.txt");
    const handle = await open(path, "w");
    await handle.write("before\n");
    const { ino } = await stat(path);
    await symlink(`/dev/fd/${handle.fd}`, join(root, "descriptor"));
    for (const name of [`/dev/fd/${handle.fd}`, join(root, "descriptor")]) {
      const sink = await createFileSink(name);
      await sink.write("ü\n");
      await sink.write(new TextEncoder().encode("b\n"));
      await sink.commit();
      await sink.abort();
    }
    await handle.write("after\n");
    await handle.close();
    expect(await readFile(path, "utf8")).toBe("before\nü\nb\nü\nb\nafter\n");
    expect((await stat(path)).ino).toBe(ino);
  },
);
