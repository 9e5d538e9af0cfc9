/** @file The one family of errors: what was asked, what was found, what exists, what to do. */

/** Facts an error carries beside its sentence. */
export interface ErrorFacts {
  /** What the reader can do about it, one sentence. */
  hint?: string;
  /** Machine-readable facts; never note text. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** Base of every error that textphantom throws on purpose. `code` is stable, `message` is for people. */
export class TextphantomError extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown>;

  constructor(code: string, message: string, facts: ErrorFacts = {}) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = facts.hint;
    this.details = facts.details ?? {};
  }
}

/** The user's input is wrong (a file, an argument, a model folder): the reader can mend it. Exit code 2. */
export class InputError extends TextphantomError {}

/** The machine or the network refused (weights out of reach, disk full): the reader can mend the surroundings. Exit code 1. */
export class EnvironmentError extends TextphantomError {}

/** The user stopped it; what was done so far is kept, and the same command goes on. Exit code 130. */
export class InterruptedError extends TextphantomError {}
