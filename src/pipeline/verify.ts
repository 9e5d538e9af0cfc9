/** @file Examples -> a second reading of them by a language model, recorded or asked, and what the task does with it. */
import { type Verification, verifyExamples } from "../dataset/verify-examples.ts";
import { type RelationVerification, verifyRelations } from "../dataset/verify-relations.ts";
import { completePrompts } from "../generate/complete-prompts.ts";
import type { CompleteOptions, Completer, Completion } from "../generate/completer.ts";
import { openStore } from "../generate/completion-store.ts";
import { collectSecondPass } from "../generate/parse-verification.ts";
import { collectSecondClasses } from "../generate/parse-verification-re.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import type { PassReadings } from "../generate/second-pass.ts";
import { type VerifyPrompt, writeVerifyPrompts } from "../generate/verify-prompts.ts";
import { writeVerifyRelationPrompts } from "../generate/verify-prompts-re.ts";
import { type RunPaths, verificationsPath } from "../run-folder.ts";
import type { VerifySpec } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import { requireRelation } from "../task/output-names.ts";
import type { Rejection } from "../task/rejection.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InterruptedError } from "../util/errors.ts";
import { openRecording } from "./create-completer.ts";

/** Answers of a second pass, read by the reader of a kind of task. */
type Collect<R> = (
  answers: AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>,
  prompts: readonly VerifyPrompt[],
) => Promise<PassReadings<R>>;

/** Where second readings come from, and who is asked for more of them. */
interface SecondReader {
  readonly taskFile: string;
  readonly spec: TaskSpec;
  readonly paths: RunPaths;
  readonly completer: Completer | undefined;
  readonly options: CompleteOptions;
}

/**
 * @param completer asked for what no earlier run has answered; absent: nothing is asked, and what has no reading is `unread`
 * @returns undefined where the task asks for no second reading
 * @throws InterruptedError when the signal fires before all was asked: what was read is kept
 */
export async function verifyTask(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  examples: readonly Example[],
  completer: Completer | undefined,
  options: CompleteOptions = {},
): Promise<(Verification & { readonly rejections: readonly Rejection[] }) | undefined> {
  const { verify } = spec.curation;
  if (verify === undefined) return undefined;
  const labels = Object.keys(spec.labels);
  const { readings, rejections } = await readAgain(
    { taskFile, spec, paths, completer, options },
    verify,
    () => writeVerifyPrompts(spec, examples),
    (answers, prompts) => collectSecondPass(answers, examples, { prompts, labels }),
  );
  return { ...verifyExamples(examples, readings, verify.action), rejections };
}

/** The twin of {@link verifyTask}: the classes of marked pairs are read again. */
export async function verifyRelationTask(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  examples: readonly RelationExample[],
  completer: Completer | undefined,
  options: CompleteOptions = {},
): Promise<(RelationVerification & { readonly rejections: readonly Rejection[] }) | undefined> {
  const { verify } = spec.curation;
  if (verify === undefined) return undefined;
  const labels = Object.keys(spec.labels);
  const relation = requireRelation(spec);
  const { readings, rejections } = await readAgain(
    { taskFile, spec, paths, completer, options },
    verify,
    () => writeVerifyRelationPrompts(spec, examples),
    (answers, prompts) => collectSecondClasses(answers, examples, { prompts, relation, labels }),
  );
  return { ...verifyRelations(examples, readings, verify.action), rejections };
}

async function readAgain<R>(
  { taskFile, spec, paths, completer, options }: SecondReader,
  { requests, output }: VerifySpec,
  write: () => readonly VerifyPrompt[],
  collect: Collect<R>,
): Promise<PassReadings<R>> {
  if (requests !== undefined && output !== undefined) {
    const recorded = await openRecording(taskFile, { requests, output });
    // A recording may hold second readings of texts that were dropped before.
    return collect(recorded.completer.complete(recorded.prompts), []);
  }
  const prompts = write();
  const store = await openStore(verificationsPath(paths));
  try {
    if (completer) {
      const asked = prompts.map(({ prompt }) => prompt);
      const run = completePrompts(asked, completer, store, options);
      for await (const _ of run); // each is on disk by now
      if (run.counts.stopped === "interrupted")
        throw new InterruptedError("interrupted", "Stopped: the second readings that came are kept.", {
          hint: "The same command goes on where this one stopped.",
        });
    }
    const model = spec.completions.from === "recorded" ? undefined : spec.completions.model;
    const hashes = new Map(prompts.map(({ prompt }) => [prompt.id, hashPrompt(prompt, model)]));
    const answers: (Completion | Rejection)[] = [];
    for await (const result of store.read((id, hash) => hashes.get(id) === hash)) answers.push(result);
    return await collect(answers, prompts);
  } finally {
    await store.close();
  }
}
