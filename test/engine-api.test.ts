/** @file `textphantom/engine` as a stranger meets it: what it exports, and an example that uses it by the package's name. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PROGRAM } from "./spawn-cli.ts";

const root = mkdtempSync(join(tmpdir(), "textphantom-engine-"));
afterAll(() => rm(root, { recursive: true }));
const EXAMPLE = "examples/engine-toy/train.ts";

describe("the public API of the engine", () => {
  it("is this list, and no more", async () => {
    const index = await readFile("src/engine/index.ts", "utf8");
    const names = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = "", list]) =>
      list!.split(",").flatMap((name) => (name.trim() === "" ? [] : [`${type}${name.trim()}`])),
    );
    expect(names.filter((name) => !name.startsWith("type ")).sort()).toEqual([
      "DEVICES",
      "createAdamW",
      "createDropoutMasks",
      "createGradientSession",
      "createGraph",
      "createRandom",
      "createSession",
      "emitOnnx",
      "gradients",
      "nextNormal",
      "requireDevice",
      "shuffle",
    ]);
    expect(names.filter((name) => name.startsWith("type ")).sort()).toEqual(
      [
        "AdamW AdamWOptions Device Dim DropoutMasks ElementType EmitOptions Gradient GradientRun GradientSession Graph",
        "HostGradient HostTensor MomentState Node OpAttributes OpName Parameter Random RowGradient Session",
        "SessionOptions Shape Source Value",
      ]
        .join(" ")
        .split(" ")
        .map((name) => `type ${name}`)
        .sort(),
    );
  });

  it("has what its values are named, at run time", async () => {
    const engine = await import("../src/engine/index.ts");
    for (const value of Object.values(engine)) expect(["function", "object"]).toContain(typeof value);
    expect(Object.keys(engine)).toHaveLength(12);
  });

  it("has a docstring at every definition", async () => {
    const index = await readFile("src/engine/index.ts", "utf8");
    const undocumented: string[] = [];
    for (const [, list, from] of index.matchAll(/^export (?:type )?\{([^}]*)\} from "([^"]+)"/gm)) {
      const source = await readFile(resolve("src/engine", from!), "utf8");
      for (const name of list!.split(",").map((word) => word.replace("type ", "").trim())) {
        if (name === "") continue;
        const definition = new RegExp(
          `^export (?:interface|type|const|function|async function) ${name}\\b`,
          "m",
        );
        const at = source.search(definition);
        const before = source.slice(0, at).trimEnd();
        if (at < 0 || !before.endsWith("*/")) undocumented.push(name);
      }
    }
    expect(undocumented.filter((name) => !BESIDE_ANOTHER.includes(name))).toEqual([]);
  });
});

/** The type of a list whose docstring stands one line above. */
const BESIDE_ANOTHER = ["Device", "OpName"];

describe("the example", () => {
  it("has at most 40 lines and imports nothing but the package", async () => {
    const code = await readFile(EXAMPLE, "utf8");
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(40);
    const imports = [...code.matchAll(/from "([^"]+)"/g)].map((match) => match[1]);
    expect(imports).toEqual(["textphantom/engine"]);
  });

  it("tells the spirals apart", async () => {
    const { accuracy } = await import("../examples/engine-toy/train.ts");
    expect(accuracy).toBeGreaterThan(0.95);
  });

  // The tests of the command line know whether dist/ is newer than src/.
  it.skipIf(PROGRAM.includes("--import"))(
    "runs with the package installed from its tarball (needs npm run build)",
    () => {
      const npm = process.platform === "win32" ? "npm.cmd" : "npm";
      const words = ["pack", "--ignore-scripts", "--silent", "--pack-destination", root];
      expect(spawnSync(npm, words, { encoding: "utf8", shell: process.platform === "win32" })).toMatchObject({
        status: 0,
      });
      const tarball = readdirSync(root).find((name) => name.endsWith(".tgz"))!;
      // A user's project: the package unpacked, what it depends on linked, the example copied out of it.
      const modules = join(root, "project/node_modules");
      mkdirSync(modules, { recursive: true });
      expect(spawnSync("tar", ["-xzf", tarball], { cwd: root })).toMatchObject({ status: 0 });
      cpSync(join(root, "package"), join(modules, "textphantom"), { recursive: true });
      for (const name of readdirSync("node_modules")) {
        if (name.startsWith(".")) continue;
        symlinkSync(resolve("node_modules", name), join(modules, name), "junction");
      }
      const project = join(root, "project");
      cpSync(join(modules, "textphantom", EXAMPLE), join(project, "train.ts"));
      writeFileSync(join(project, "package.json"), '{ "type": "module" }');
      const run = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "train.ts"], {
        cwd: project,
        encoding: "utf8",
      });
      expect(run).toMatchObject({ status: 0, stderr: "" });
      expect(Number(/^accuracy on 1000 new points: (.*)$/m.exec(run.stdout)?.[1])).toBeGreaterThan(0.95);
    },
  );
});
