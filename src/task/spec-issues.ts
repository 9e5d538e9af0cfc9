/** @file zod's list of issues and the value they are about -> sentences: what was found, what exists, what to do. */
import type { z } from "zod";
import { didYouMean } from "../util/did-you-mean.ts";
import type { SpecIssue } from "./spec-checks.ts";

type Key = string | number;

/** `gold[0].labels.Disease`; the whole file when empty. */
export function renderKeyPath(path: readonly Key[]): string {
  const joined = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
  return joined === "" ? "the task" : joined.replace(/^\./, "");
}

/** The value at a path, as the file has it. */
function lookUp(value: unknown, path: readonly Key[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<Key, unknown>)[key];
  }
  return at;
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return Object.keys(value).length === 0 ? "an empty map" : "a map";
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}

const EXPECTED: Record<string, string> = {
  object: "a map",
  record: "a map",
  array: "a list",
  tuple: "a list",
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
};

/** What must stand at a place that takes one of a few words. */
function describeChoice(where: string, found: unknown, known: readonly string[]): string {
  return found === undefined
    ? `${where} is missing: add one of ${known.join(", ")}.`
    : `${where} must be one of ${known.join(", ")}, not ${describe(found)}.${didYouMean(String(found), known)}`;
}

function* toSpecIssues(issue: z.core.$ZodIssue, value: unknown): Generator<SpecIssue> {
  const path = issue.path as Key[];
  const where = renderKeyPath(path);
  const found = lookUp(value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      for (const key of issue.keys) {
        const known = issue.message.split(", ");
        const message = `Unknown key "${key}" in ${where}.${didYouMean(key, known)} Keys here: ${known.join(", ")}.`;
        yield { path: [...path, key], message };
      }
      return;
    case "invalid_key":
      yield { path, message: `${where}: the name ${issue.issues[0]!.message}.` };
      return;
    case "invalid_type": {
      const expected = EXPECTED[issue.expected] ?? issue.expected;
      const message =
        found === undefined
          ? `${where} is missing: add ${expected}.`
          : `${where} must be ${expected}, not ${describe(found)}.`;
      yield { path, message };
      return;
    }
    case "invalid_value":
      yield { path, message: describeChoice(where, found, issue.values.map(String)) };
      return;
    case "invalid_union":
      // A map of several shapes, told apart by one of its keys.
      if ("options" in issue && issue.options !== undefined) {
        yield { path, message: describeChoice(where, found, issue.options.map(String)) };
        return;
      }
      break;
    case "too_small":
    case "too_big": {
      const small = issue.code === "too_small";
      const bound = issue.code === "too_small" ? issue.minimum : issue.maximum;
      if (issue.origin === "string" && small) yield { path, message: `${where} must not be empty.` };
      else if (issue.origin === "string") {
        yield { path, message: `${where} must have at most ${bound} characters.` };
      } else if (issue.origin === "array" && Number(bound) > 1) {
        yield {
          path,
          message: `${where} must be a list of ${bound}, not of ${(found as unknown[]).length}.`,
        };
      } else if (issue.origin === "array") yield { path, message: `${where} must not be an empty list.` };
      else {
        const relation = small
          ? issue.inclusive
            ? "at least"
            : "more than"
          : issue.inclusive
            ? "at most"
            : "less than";
        yield { path, message: `${where} must be ${relation} ${bound}, not ${describe(found)}.` };
      }
      return;
    }
    default:
  }
  // Sentences of the schema: "must be ..."; one that ends with a full stop stands for a value that is not to be shown.
  const shown = issue.message.endsWith(".") ? "" : `, not ${describe(found)}.`;
  yield { path, message: `${where} ${issue.message}${shown}` };
}

/** One {@link SpecIssue} for each thing that is wrong with `value`. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], value: unknown): SpecIssue[] {
  return issues.flatMap((issue) => [...toSpecIssues(issue, value)]);
}
