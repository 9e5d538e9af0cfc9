/** @file What is told about an error, and what is not. */
import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { EnvironmentError, InputError, InterruptedError } from "../util/errors.ts";
import { describeFailure, renderFailure } from "./errors.ts";

it("gives the exit code by who can mend it", () => {
  const codes = [
    new InputError("a", "A."),
    new EnvironmentError("a", "A."),
    new InterruptedError("a", "A."),
    new TypeError("secret"),
    "secret",
  ].map((error) => describeFailure(error).exitCode);
  expect(codes).toEqual([2, 1, 130, 1, 1]);
});

it("renders message and hint, and the stack for --debug only", () => {
  const error = new InputError("a", "No label.", { hint: "Add one.", cause: new Error("inner") });
  const failure = describeFailure(error);
  expect(renderFailure(failure, error, false)).toBe("error: No label.\nhint: Add one.\n");
  expect(renderFailure(failure, error, true)).toMatch(
    /^error: .*\nhint: .*\nInputError: No label\.\n +at[\s\S]*Error: inner\n +at/,
  );
});

it("tells an unexpected error by its name: its message may quote a text", () => {
  const { error } = describeFailure(new SyntaxError("Unexpected token in secret"));
  expect(error).toMatchObject({
    code: "unexpected",
    message: "Unexpected SyntaxError: a fault of textphantom.",
  });
  expect(error.hint).toContain("--debug");
});

it("tells the operating system's errors with code and path", async () => {
  const error = await readFile("/no/such/file").catch((thrown: unknown) => thrown);
  expect(describeFailure(error)).toMatchObject({
    exitCode: 1,
    error: { code: "ENOENT", message: "ENOENT: no such file or directory, open '/no/such/file'." },
  });
});
