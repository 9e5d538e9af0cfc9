/** @file A command -> what it prints. */
import { spawnSync } from "node:child_process";

/** @returns stdout; stderr goes to ours. @throws Error when the program does not end with status 0 */
export function runProgram(command: string, args: readonly string[]): string {
  const { stdout, status, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw error ?? new Error(`${command} ${args[0]} ended with status ${status}.`);
  return stdout;
}

/** The JSON document that is the last line it prints. @throws Error as {@link runProgram} does */
export function runForReport<T>(command: string, args: readonly string[]): T {
  return JSON.parse(runProgram(command, args).trim().split("\n").at(-1)!) as T;
}
