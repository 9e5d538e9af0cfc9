/** @file A task file -> the same task with some settings changed, written where a bench works. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseTaskSpec, renderResolvedSpec, resolveTaskPath } from "../src/task/parse-spec.ts";
import type { TaskSpec } from "../src/task/spec.ts";
import { isLocalEncoder } from "../src/task/spec-schema.ts";

/** What a bench asks for in another way than the task file. */
interface TaskChange {
  readonly training?: Partial<TaskSpec["training"]>;
  /** Which prompts of the recording are used. */
  readonly select?: readonly string[] | undefined;
}

/** Writes the copy to `path`; its own paths are absolute, since it stands in another folder. */
export function writeTaskCopy(task: string, path: string, { training, select }: TaskChange): TaskSpec {
  const asked = parseTaskSpec(readFileSync(task, "utf8"), { path: task });
  if (asked.completions.from !== "recorded") throw new Error(`${task} has no recorded completions.`);
  const { select: chosen = select, ...completions } = { ...asked.completions, ...(select ? { select } : {}) };
  const absolute = (file: string) => resolve(resolveTaskPath(task, file));
  const { name } = asked.encoder;
  const spec: TaskSpec = {
    ...asked,
    encoder: { ...asked.encoder, name: isLocalEncoder(name) ? absolute(name) : name },
    completions: {
      ...completions,
      requests: absolute(completions.requests),
      output: absolute(completions.output),
      ...(chosen === undefined ? {} : { select: [...chosen] }),
    },
    gold: asked.gold.map((file) => ({ ...file, path: absolute(file.path) })),
    training: { ...asked.training, ...training },
  };
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, renderResolvedSpec(spec)); // JSON is YAML
  return spec;
}
