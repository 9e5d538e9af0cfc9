/** @file The rules of the house, held against every file in src/, and against made-up bad files so that they can fail. */
import { readdir, readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { checkFile, checkRuntimeFile, findImports, renderBreach } from "./architecture-rules.ts";

async function readSources(): Promise<Map<string, string>> {
  const paths = (await readdir("src", { recursive: true })).filter((path) => path.endsWith(".ts"));
  const files = paths.map((path) => `src/${path.replaceAll("\\", "/")}`).sort();
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const)));
}

describe("the source", () => {
  it("keeps to the layers, the doors, the length and the first line", async () => {
    const sources = await readSources();
    expect(sources.size).toBeGreaterThan(10);
    const breaches = [...sources].flatMap(([file, source]) => checkFile(file, source));
    expect([...breaches, ...checkRuntimeFile(sources)].map(renderBreach)).toEqual([]);
  });
});

const HEAD = "/** @file a -> b. */\n";
const check = (file: string, code: string) => checkFile(file, HEAD + code).map(renderBreach);

describe("imports", () => {
  it("are found in every form, with the line of the name", () => {
    const source = [
      'import a from "a";',
      'import type { B } from "b";',
      "import {",
      "  c,",
      "  type D,",
      "} from 'c';",
      'import * as d from "./d.ts";',
      'import "e";',
      'export * from "f";',
      'export { g } from "g";',
      'const h = await import("h");',
      'type I = import("i").I;',
      'import j, { k } from "j";',
    ].join("\n");
    expect(findImports(source).map(({ specifier, line }) => `${specifier}:${line}`)).toEqual([
      "a:1",
      "b:2",
      "c:6",
      "./d.ts:7",
      "e:8",
      "f:9",
      "g:10",
      "h:11",
      "i:12",
      "j:13",
    ]);
  });

  it("are not seen in comments, methods and plain exports", () => {
    const source = [
      '/* import "a"; */',
      "/**",
      ' * import("b")',
      " */",
      '// import c from "c";',
      'export const d = Array.from("d");',
      'x.import("e");',
      'let f = 1; // import("f")',
      'export const url = "https://x.y"; import("g");',
    ].join("\n");
    expect(findImports(source)).toEqual([{ specifier: "g", line: 9 }]);
  });
});

describe("layers", () => {
  it.each([
    ["src/dataset/audit.ts", "../util/files.ts"],
    ["src/dataset/formats/bioc.ts", "../audit.ts"],
    ["src/train/loop.ts", "../engine/op.ts"],
    ["src/pipeline.ts", "./run-folder.ts"],
    ["src/cli/main.ts", "../pipeline.ts"],
    ["src/util/files.ts", "node:fs"],
    ["src/task/spec.test.ts", "../testing/contract.ts"],
    ["src/model/hub.test.ts", "../../test/fake.ts"],
  ])("%s may import %s", (file, specifier) => {
    expect(check(file, `import { a } from "${specifier}";`)).toEqual([]);
  });

  it.each([
    [
      "src/dataset/audit.ts",
      "../train/loop.ts",
      "dataset may not import train: imports go strictly downwards",
    ],
    [
      "src/dataset/audit.ts",
      "../model/hub.ts",
      "dataset may not import model: imports go strictly downwards",
    ],
    ["src/util/files.ts", "../task/spec.ts", "util may not import task: imports go strictly downwards"],
    ["src/engine/op.ts", "../tokenize/a.ts", "engine may not import tokenize: imports go strictly downwards"],
    ["src/fleet/a.ts", "../pipeline.ts", "fleet may not import pipeline: imports go strictly downwards"],
    [
      "src/run-folder.ts",
      "./report/html.ts",
      "run-folder may not import report: imports go strictly downwards",
    ],
    ["src/cli/main.ts", "../index.ts", "cli may not import index: imports go strictly downwards"],
    [
      "src/task/spec.ts",
      "../testing/contract.ts",
      "task may not import testing: imports go strictly downwards",
    ],
    ["src/task/spec.test.ts", "../train/loop.ts", "task may not import train: imports go strictly downwards"],
    ["src/model/hub.ts", "../../test/fake.ts", "model may not import test/fake.ts, outside src/"],
    ["src/model/hub.ts", "../helpers/a.ts", "room helpers is not in the table of rooms"],
  ])("%s may not import %s", (file, specifier, message) => {
    expect(check(file, `import { a } from "x";\nexport type { a } from "${specifier}";`)).toEqual([
      `${file}:3: ${message}`,
    ]);
  });

  it("hold no room that the table does not know", () => {
    expect(check("src/helpers/a.ts", "")).toEqual([
      "src/helpers/a.ts:1: room helpers is not in the table of rooms",
    ]);
    expect(check("src/stray.ts", "")).toEqual(["src/stray.ts:1: room stray is not in the table of rooms"]);
  });
});

describe("doors", () => {
  it.each([
    [
      "src/train/a.ts",
      'import { get } from "node:https";',
      "network modules (node:https): only in generate/completers/",
    ],
    ["src/train/a.ts", 'import { get } from "http";', "network modules (http): only in generate/completers/"],
    ["src/util/a.ts", 'import dns from "node:dns/promises";', "network modules (node:dns/promises): only in"],
    [
      "src/model/cache.ts",
      'import { downloadFile } from "@huggingface/hub";',
      "outbound network (@huggingface/hub): only in",
    ],
    [
      "src/generate/a.ts",
      'import { openai } from "@ai-sdk/openai";',
      "outbound network (@ai-sdk/openai): only in",
    ],
    [
      "src/serve/a.ts",
      'await fetch("https://x.y");',
      "outbound network (fetch(): only in generate/completers/",
    ],
    ["src/serve/a.ts", "const get = globalThis.fetch;", "outbound network (globalThis.fetch): only in"],
    ["src/fleet/a.ts", "createServer(app);", "a listening socket (createServer(): only in serve/"],
    ["src/generate/completers/a.ts", "server.listen(80);", "a listening socket (.listen(): only in serve/"],
    [
      "src/train/a.ts",
      'import { spawn } from "node:child_process";',
      "other programs (node:child_process): only in cli/",
    ],
    [
      "src/model/a.ts",
      'import ort from "onnxruntime-node";',
      "onnxruntime (onnxruntime-node): only in engine/",
    ],
    ["src/train/a.ts", "  console.log(1);", "printing (console.): only in cli/"],
    ["src/train/a.ts", 'process.stdout.write("");', "printing (process.stdout): only in cli/"],
    ["src/cli/a.ts", "await import(name);", "an import that this test cannot read (import(): nowhere"],
    ["src/cli/a.ts", 'require("x");', "an import that this test cannot read (require(): nowhere"],
  ])("are shut: %s: %s", (file, code, message) => {
    const found = check(file, code);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(`${file}:2: ${message}`);
  });

  it.each([
    ["src/generate/completers/a.ts", 'import { openai } from "@ai-sdk/openai";\nawait fetch("https://x.y");'],
    ["src/model/hub.ts", 'import { downloadFile } from "@huggingface/hub";'],
    ["src/serve/listen.ts", 'import { createServer } from "node:http";\ncreateServer(app).listen(80);'],
    ["src/engine/session.ts", 'import ort from "onnxruntime-node";'],
    ["src/cli/main.ts", "console.log(1); process.stdout.write(x);"],
    ["src/train/a.test.ts", 'import { createServer } from "node:http";\nconsole.log(await fetch(url));'],
    ["src/train/a.ts", "app.fetch(request); // console.log\n/** fetch(x) */\nprefetch(1);"],
  ])("are open: %s: %s", (file, code) => {
    expect(check(file, code)).toEqual([]);
  });

  it("let onnxruntime in through one file", () => {
    const runtime = 'import ort from "onnxruntime-node";';
    const sources = new Map([
      ["src/engine/a.ts", runtime],
      ["src/engine/b.ts", `\n${runtime}`],
      ["src/engine/b.test.ts", runtime],
    ]);
    expect(checkRuntimeFile(sources).map(renderBreach)).toEqual([
      "src/engine/b.ts:2: onnxruntime is already imported by src/engine/a.ts; one file may",
    ]);
  });
});

describe("shape", () => {
  it("asks for the first line and at most 400 lines", () => {
    expect(checkFile("src/util/a.ts", 'import "x";\n').map(renderBreach)).toEqual([
      "src/util/a.ts:1: the first line must be /** @file what goes in -> what comes out. */",
    ]);
    expect(check("src/util/a.ts", "a;\n".repeat(399))).toEqual([]);
    expect(check("src/util/a.ts", "a;\n".repeat(400))).toEqual([
      "src/util/a.ts:401: 401 lines; a file has at most 400",
    ]);
  });
});
