/** @file Paths that lead to one file, and paths that do not. */
import { mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isSameFile } from "./same-file.ts";

test("sees through links and dots, and takes a file that is not there by its name", async () => {
  const folder = await mkdtemp(join(tmpdir(), "textphantom-"));
  const [note, link, none] = ["note.txt", "link.txt", "none.txt"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(note, "gout");
  await symlink(note, link);
  expect(await isSameFile(note, link)).toBe(true);
  expect(await isSameFile(note, `${folder}/./note.txt`)).toBe(true);
  expect(await isSameFile(none, `${folder}/./none.txt`)).toBe(true);
  expect(await isSameFile(note, none)).toBe(false);
});
