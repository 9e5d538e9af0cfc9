/** @file Words of the command line -> checked values of options. */
import { InvalidArgumentError, Option } from "commander";
import { DEVICES } from "../engine/devices.ts";

/** Parses a whole number. @throws InvalidArgumentError, which becomes exit code 2 */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`It must be a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };
}

/** `a,b` or `File=Task,...` -> the file's label -> the model's. @throws InvalidArgumentError */
export function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(",").map((entry): [string, string] => {
    const [from = "", to = from, ...rest] = entry.split("=").map((name) => name.trim());
    if (from === "" || to === "" || rest.length > 0) {
      throw new InvalidArgumentError("Write label,label or the file's label=the model's,...");
    }
    return [from, to];
  });
  return Object.fromEntries(pairs);
}

export const threadsOption = () =>
  new Option("--threads <n>", "threads of the engine (default: every core)").argParser(wholeNumber(1, 1024));

export const deviceOption = () =>
  new Option("--device <device>", "what computes (default: cpu); doctor lists what is there").choices(
    DEVICES,
  );

export const precisionOption = () =>
  new Option("--precision <name>", "int8 is faster, and less exact by a hair")
    .choices(["fp32", "int8"])
    .default("fp32");

export const jsonOption = () => new Option("--json", "one JSON document on stdout, nothing else");

/** Two options, of which the later one counts. */
export const documentAwareOptions = () => [
  new Option(
    "--document-aware",
    "let a text decide about the abbreviations it defines and the names it repeats (default)",
  ).default(true),
  new Option("--no-document-aware", "what the model finds, and nothing else"),
];

/** Seconds, to the millisecond. */
export function parseSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("It must be a number of seconds.");
  }
  return value;
}

/** A number from 0 to 1. @throws InvalidArgumentError */
export function parseShare(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError("It must be a number from 0 to 1.");
  }
  return value;
}
