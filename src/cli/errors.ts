/** @file An error -> the exit code and what the user reads; never a stack trace unasked, never note text. */
import { InputError, InterruptedError, TextphantomError } from "../util/errors.ts";

export const EXIT = { fine: 0, ours: 1, input: 2, interrupted: 130 } as const;

/** What is told about an error, the same to people and to programs. */
export interface Failure {
  readonly exitCode: number;
  readonly error: { readonly code: string; readonly message: string; readonly hint: string | null };
}

const REPORT =
  "Run it again with --debug and report what it prints, without any patient text, to the project.";

/**
 * An unexpected error is told by its name alone: its message may quote the text that it stumbled over. The operating
 * system's errors name a path and a code.
 */
export function describeFailure(error: unknown): Failure {
  if (error instanceof TextphantomError) {
    const { code, message, hint = null } = error;
    return { exitCode: exitCodeOf(error), error: { code, message, hint } };
  }
  const { code, syscall, message, name } = error as NodeJS.ErrnoException;
  if (typeof code === "string" && typeof syscall === "string") {
    const hint = "The machine refused; `textphantom doctor` may tell why.";
    return { exitCode: EXIT.ours, error: { code, message: `${message}.`, hint } };
  }
  const what = error instanceof Error ? name : typeof error;
  return {
    exitCode: EXIT.ours,
    error: { code: "unexpected", message: `Unexpected ${what}: a fault of textphantom.`, hint: REPORT },
  };
}

function exitCodeOf(error: TextphantomError): number {
  if (error instanceof InputError) return EXIT.input;
  if (error instanceof InterruptedError) return EXIT.interrupted;
  return EXIT.ours;
}

/** `error: ...` and `hint: ...`; the stack, with those of its causes, for `--debug` only. */
export function renderFailure({ error }: Failure, thrown: unknown, debug: boolean): string {
  const lines = [`error: ${error.message}`];
  if (error.hint !== null) lines.push(`hint: ${error.hint}`);
  for (let cause = thrown; debug && cause instanceof Error; cause = cause.cause) lines.push(`${cause.stack}`);
  return `${lines.join("\n")}\n`;
}
