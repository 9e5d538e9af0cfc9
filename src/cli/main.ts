#!/usr/bin/env node
/** @file The program: this process's words, streams and signals -> an exit code. */
import { basename, relative } from "node:path";
import { run } from "./program.ts";

// Errors of writing are seen where the writing is waited for; without a listener they would end the process loudly.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const script = process.argv[1] ?? "textphantom";
const program =
  basename(script) === "textphantom"
    ? "textphantom"
    : `node ${shorter(relative(process.cwd(), script), script)}`;

process.exitCode = await run(process.argv.slice(2), {
  program,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  onInterrupt(handler) {
    process.on("SIGINT", handler);
    return () => process.off("SIGINT", handler);
  },
  exit: (code) => process.exit(code),
});

function shorter(a: string, b: string): string {
  return a.length < b.length ? a : b;
}
