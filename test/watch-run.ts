/** @file Options of a run -> the same, with its events watched. */
import type { RunEvent, RunOptions } from "../src/index.ts";

/** Kinds of the events of a run, and how many steps it took. */
export function watchRun(runsFolder: string, options: RunOptions = {}) {
  const kinds = new Set<string>();
  let steps = 0;
  const onEvent = (event: RunEvent) => {
    kinds.add(event.kind);
    if (event.kind === "training-step") steps++;
    options.onEvent?.(event);
  };
  return { options: { runsFolder, threads: 1, ...options, onEvent }, kinds, steps: () => steps };
}
