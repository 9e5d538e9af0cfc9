/** @file What a command talks to, so that tests need no process: three streams, Ctrl-C, the end. */
import type { Readable, Writable } from "node:stream";

export interface Io {
  /** How the user calls us, for the next command to type: `textphantom`, or `node dist/cli/main.js`. */
  readonly program: string;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  /** Calls `handler` at each Ctrl-C instead of ending. @returns what takes the handler off */
  onInterrupt(handler: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

/** Resolves when the text is handed over, so that a slow reader slows us. @throws the stream's error, e.g. EPIPE */
export function print(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}

/** The one JSON document of `--json`. */
export function printJson(io: Io, value: unknown): Promise<void> {
  return print(io.stdout, `${JSON.stringify(value)}\n`);
}
