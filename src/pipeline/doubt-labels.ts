/** @file Curated examples -> those left after a second reading and cross-validation, and what was doubted. */

import { join } from "node:path";
import type { Agreement } from "../dataset/verify-examples.ts";
import type { RunPaths } from "../run-folder.ts";
import type { DoubtAction } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import type { LabelDoubt } from "../task/label-doubt.ts";
import type { Rejection } from "../task/rejection.ts";
import type { TaskSpec } from "../task/spec.ts";
import { findLabelDoubts } from "../train/find-label-doubts.ts";
import type { CurateOptions } from "./curate.ts";
import { verifyTask } from "./verify.ts";

/** One of the two steps, where the task has it. taken = what is left + `dropped`. */
export interface DoubtReport {
  readonly step: "verify" | "disagreement";
  readonly action: DoubtAction;
  readonly taken: number;
  readonly doubts: readonly LabelDoubt[];
  readonly changed: readonly string[];
  /** Ids. */
  readonly dropped: readonly string[];
  /** `verify`: how far the two readings agree, over what was read twice. */
  readonly agreement?: Agreement;
  /** `verify`: examples without a second reading, and answers that were none. */
  readonly unread?: number;
  readonly rejections?: readonly Rejection[];
}

/**
 * `curation.verify`, then `curation.disagreement` of what that left.
 * @throws InputError, InterruptedError as the steps do; finished folds are kept
 */
export async function doubtLabels(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  examples: readonly Example[],
  options: CurateOptions,
): Promise<{ readonly kept: readonly Example[]; readonly reports: readonly DoubtReport[] }> {
  const { verify, disagreement } = spec.curation;
  const reports: DoubtReport[] = [];
  let kept = examples;
  const verified = await verifyTask(taskFile, spec, paths, kept, options.completer, options);
  if (verify && verified) {
    const { doubts, changed, dropped, agreement, unread, rejections } = verified;
    const { byLabel: _, ...all } = agreement;
    reports.push({
      step: "verify",
      action: verify.action,
      taken: kept.length,
      doubts,
      changed,
      dropped: dropped.map(({ id }) => id),
      agreement: all,
      unread,
      rejections,
    });
    kept = verified.kept;
  }
  if (disagreement) {
    const {
      doubts,
      changed,
      dropped,
      kept: left,
    } = await findLabelDoubts(
      { spec, examples: kept, encoder: await options.encoder(), disagreement },
      { ...options.crossValidation, folder: join(paths.folder, "disagreement") },
    );
    reports.push({
      step: "disagreement",
      action: disagreement.action,
      taken: kept.length,
      doubts,
      changed,
      dropped: dropped.map(({ id }) => id),
    });
    kept = left;
  }
  return { kept, reports };
}
