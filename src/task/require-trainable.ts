/** @file A task -> nothing, or an error where its kind cannot be trained yet. */
import { InputError } from "../util/errors.ts";
import { TASK_KINDS, type TaskKind, type TaskSpec } from "./spec.ts";

/** Commands that take a task of any kind. */
const WITHOUT_TRAINING = ["plan", "preview", "generate", "curate", "batch", "zero-shot"];

/** @throws InputError `kind-untrainable` with the commands that take such a task */
export function requireTrainable({ name, kind }: Pick<TaskSpec, "name" | "kind">): void {
  if (TASK_KINDS[kind].trainable) return;
  const trainable = (Object.keys(TASK_KINDS) as TaskKind[]).filter((key) => TASK_KINDS[key].trainable);
  throw new InputError(
    "kind-untrainable",
    `Task "${name}" is of kind "${kind}" (${TASK_KINDS[kind].what}), which this version cannot train. Kinds that it trains: ${trainable.join(", ")}.`,
    {
      hint: `These commands take the task now: ${WITHOUT_TRAINING.join(", ")}.`,
      details: { kind, trainable },
    },
  );
}
