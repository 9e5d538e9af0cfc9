/** @file The text of a task file or of `spec.json` -> a {@link TaskSpec}, or an error with line, column and key. */
import { dirname, resolve } from "node:path";
import { isPair, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { InputError } from "../util/errors.ts";
import type { TaskSpec } from "./spec.ts";
import { checkSpec, type SpecIssue } from "./spec-checks.ts";
import { describeIssues, renderKeyPath } from "./spec-issues.ts";
import { taskSchema } from "./spec-schema.ts";

/** Where the text came from, for messages. */
export interface SpecSource {
  readonly path: string;
}

const MAX_CHARACTERS = 1_000_000;
const MAX_ALIASES = 50; // references to anchors, counted with their nesting: stops the "billion laughs"
const MAX_SHOWN = 10;

type Document = ReturnType<typeof parseDocument>;

/** Offset of the key that a path ends in, or of the nearest thing around it that the file has. */
function locate(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent: unknown =
      length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const items = (parent as { items?: unknown[] } | null)?.items;
    const last = path[length - 1]!;
    const item = items?.find((entry, index) =>
      isPair(entry) ? isScalar(entry.key) && String(entry.key.value) === String(last) : index === last,
    );
    const node = (isPair(item) ? item.key : item) as Node | undefined;
    if (node?.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

function fail(lines: readonly string[], issues: readonly SpecIssue[]): never {
  const rest = lines.length - MAX_SHOWN;
  const shown = lines.slice(0, MAX_SHOWN).join("\n") + (rest > 0 ? `\n... and ${rest} more.` : "");
  throw new InputError("task-invalid", shown, {
    hint: "docs/task-spec.md lists every key with an example.",
    details: { keys: issues.map((issue) => renderKeyPath(issue.path)) },
  });
}

/** The value of a YAML text and a function that says where a key stands. */
function parseYaml(text: string, path: string) {
  if (text.length > MAX_CHARACTERS) {
    fail(
      [`${path}:1:1: the task file has ${text.length} characters; at most ${MAX_CHARACTERS} are read.`],
      [],
    );
  }
  if (text.trim() === "") {
    fail([`${path}:1:1: the task file is empty. Begin with "name:"; see examples/disease/task.yaml.`], []);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const faults = [...document.errors, ...document.warnings].slice(0, 3);
  if (faults.length > 0)
    fail(
      faults.map((fault) => `${at(fault.pos[0])}: not valid YAML: ${fault.message}.`),
      [],
    );
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, whereIs: (key: readonly (string | number)[]) => at(locate(document, key)) };
  } catch (cause) {
    throw new InputError("task-invalid", `${path}:1:1: not valid YAML: ${(cause as Error).message}.`, {
      cause,
    });
  }
}

function toSpec(value: unknown, whereIs: (key: SpecIssue["path"]) => string): TaskSpec {
  const parsed = taskSchema.safeParse(value);
  const issues = parsed.success ? checkSpec(parsed.data) : describeIssues(parsed.error.issues, value);
  if (issues.length > 0) {
    const lines = issues.map((issue) => `${whereIs(issue.path)}: ${issue.message}`);
    fail(lines, issues);
  }
  return parsed.data!;
}

/**
 * Reads a task file, strictly, and fills in every default. All faults are told at once (ten at most are shown).
 * @throws InputError `task-invalid`: `task.yaml:3:1: Unknown key "lables" in the task. Did you mean "labels"? ...`
 * @example parseTaskSpec(await readTextFile("task.yaml", "task file"), { path: "task.yaml" })
 */
export function parseTaskSpec(yamlText: string, { path }: SpecSource): TaskSpec {
  const { value, whereIs } = parseYaml(yamlText, path);
  return toSpec(value, whereIs);
}

/** The resolved form, `spec.json`. {@link parseResolvedSpec} is the inverse. */
export function renderResolvedSpec(spec: TaskSpec): string {
  return `${JSON.stringify(spec, null, 2)}\n`;
}

/** Reads what {@link renderResolvedSpec} wrote. @throws InputError `task-invalid`, with the key but no line. */
export function parseResolvedSpec(jsonText: string, { path }: SpecSource): TaskSpec {
  let value: unknown;
  try {
    value = JSON.parse(jsonText);
  } catch (cause) {
    throw new InputError("task-invalid", `${path}: not valid JSON: ${(cause as Error).message}`, { cause });
  }
  return toSpec(value, () => path);
}

/** A path of the spec as seen from here: relative paths start at the task file's folder. */
export function resolveTaskPath(taskFile: string, path: string): string {
  return resolve(dirname(taskFile), path);
}
