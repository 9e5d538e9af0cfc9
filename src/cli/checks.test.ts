/** @file The findings of the doctor on machines that are not this one. */
import { mkdtempSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { checkEncoders, checkEngine, checkFolder, checkMachine, checkNode } from "./checks.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-checks-"));
afterAll(() => rm(root, { recursive: true }));

it("an old Node fails, a small memory is doubtful", () => {
  expect(checkNode("18.20.4")).toMatchObject({ status: "FAIL", todo: "Install Node 20 or later." });
  expect(checkNode("20.0.0").status).toBe("ok");
  expect(checkMachine(1e9).status).toBe("warn");
  expect(checkMachine(16e9).status).toBe("ok");
});

it("the engine gives the right answer here", async () => {
  expect(await checkEngine()).toMatchObject({ status: "ok", found: expect.stringContaining("right answer") });
});

it("a folder that does not exist yet is judged by the one around it, and nothing is left there", async () => {
  expect((await checkFolder("runs folder", join(root, "a/b"), 1)).status).toBe("ok");
  expect((await checkFolder("runs folder", join(root, "a/b"), 1e18)).status).toBe("warn");
  expect(await readdir(root)).toEqual([]);
  await writeFile(join(root, "file"), "");
  expect(await checkFolder("runs folder", join(root, "file/b"), 1)).toMatchObject({
    status: "FAIL",
    todo: "Choose another folder with --runs.",
  });
});

it("a broken encoder in the cache is named", async () => {
  await mkdir(join(root, "encoders/owner--name/main"), { recursive: true });
  expect(await checkEncoders(root)).toMatchObject({
    status: "warn",
    found: "none in the cache; broken: owner/name (main)",
  });
});
