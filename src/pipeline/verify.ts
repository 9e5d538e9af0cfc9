/** @file Examples -> a second reading of them by a language model, recorded or asked, and what the task does with it. */
import { type Verification, verifyExamples } from "../dataset/verify-examples.ts";
import { completePrompts } from "../generate/complete-prompts.ts";
import type { CompleteOptions, Completer, Completion } from "../generate/completer.ts";
import { openStore } from "../generate/completion-store.ts";
import { collectSecondPass } from "../generate/parse-verification.ts";
import { hashPrompt } from "../generate/prompt-hash.ts";
import { writeVerifyPrompts } from "../generate/verify-prompts.ts";
import { type RunPaths, verificationsPath } from "../run-folder.ts";
import type { Example } from "../task/example.ts";
import type { Rejection } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import { InterruptedError } from "../util/errors.ts";
import { openRecording } from "./create-completer.ts";

/** A verification, and the answers that were no reading. */
export interface TaskVerification extends Verification {
  readonly rejections: readonly Rejection[];
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
): Promise<TaskVerification | undefined> {
  const { verify } = spec.curation;
  if (verify === undefined) return undefined;
  const labels = Object.keys(spec.labels);
  const { requests, output } = verify;
  if (requests !== undefined && output !== undefined) {
    const recorded = await openRecording(taskFile, { requests, output });
    const pass = await collectSecondPass(recorded.completer.complete(recorded.prompts), examples, { labels });
    // A recording may hold second readings of texts that were dropped before.
    return { ...verifyExamples(examples, pass.readings, verify.action), rejections: pass.rejections };
  }
  const prompts = writeVerifyPrompts(spec, examples);
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
    const pass = await collectSecondPass(answers, examples, { prompts, labels });
    return { ...verifyExamples(examples, pass.readings, verify.action), rejections: pass.rejections };
  } finally {
    await store.close();
  }
}
