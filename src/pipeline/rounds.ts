/** @file Rounds of prompts that follow from classes of error -> kept beside the run, and the task with their prompt sets. */
import { join } from "node:path";
import { z } from "zod";
import { type AnyErrorClass, addErrorRound } from "../generate/error-round.ts";
import type { RunPaths } from "../run-folder.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InputError } from "../util/errors.ts";
import { fileExists, readJsonFile, writeFileAtomic } from "../util/files.ts";

/** A round as it is kept: what its prompts follow from. Counts and words of closed lists, no text. */
export interface Round {
  readonly round: number;
  readonly prompts: number;
  readonly classes: readonly AnyErrorClass[];
}

const errorClass = z.union([
  z.looseObject({ label: z.string() }),
  z.looseObject({ gold: z.string(), predicted: z.string() }),
]);
const roundsSchema = z.array(
  z.looseObject({ round: z.int(), prompts: z.int(), classes: z.array(errorClass) }),
);

const roundsPath = ({ folder }: RunPaths) => join(folder, "rounds.json");

async function readRounds(paths: RunPaths): Promise<readonly Round[]> {
  const path = roundsPath(paths);
  if (!(await fileExists(path))) return [];
  const parsed = roundsSchema.safeParse(await readJsonFile(path, "file of rounds"));
  if (parsed.success) return parsed.data as unknown as Round[];
  throw new InputError("rounds-invalid", `"${path}" is no list of rounds.`, {
    hint: "Remove it to go on without further rounds; their completions stay.",
  });
}

/** The task with the prompt sets of all rounds that were added to its run. */
export async function addRounds(spec: TaskSpec, paths: RunPaths): Promise<TaskSpec> {
  if (spec.prompts === undefined) return spec;
  return (await readRounds(paths)).reduce(
    (task, { classes, ...options }) => addErrorRound(task, classes, options),
    spec,
  );
}

/** Adds a round, or gives it other classes: its prompts are then asked anew. */
export async function keepRound(paths: RunPaths, added: Round): Promise<void> {
  const others = (await readRounds(paths)).filter(({ round }) => round !== added.round);
  const rounds = [...others, added].sort((a, b) => a.round - b.round);
  await writeFileAtomic(roundsPath(paths), `${JSON.stringify(rounds, null, 2)}\n`);
}
