/** @file What came of a command -> whether it failed as it should. */
import { expect } from "vitest";
import type { Finished } from "./spawn-cli.ts";

/** The user's fault: exit code 2, a message and no stack. */
export function expectInputError({ code, stderr }: Finished, ...parts: (string | RegExp)[]): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const part of parts) expect(stderr).toMatch(part);
  expect(stderr).toMatch(/^error: /m);
  expect(code).toBe(2);
}
