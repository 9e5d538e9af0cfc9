/** @file Curated examples -> those left after a second reading and cross-validation, and what was doubted. */

import { join } from "node:path";
import type { Agreement } from "../dataset/verify-examples.ts";
import type { RunPaths } from "../run-folder.ts";
import type { DoubtAction } from "../task/curation-spec.ts";
import type { Example } from "../task/example.ts";
import type { LabelDoubt, RelationDoubt } from "../task/label-doubt.ts";
import type { Rejection } from "../task/rejection.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { findLabelDoubts } from "../train/find-label-doubts.ts";
import type { CurateOptions } from "./curate.ts";
import { verifyRelationTask, verifyTask } from "./verify.ts";

/** One of the two steps, where the task has it. taken = what is left + `dropped` + `learnt`. */
export interface DoubtReport {
  readonly step: "verify" | "disagreement";
  readonly action: DoubtAction;
  readonly taken: number;
  readonly doubts: readonly LabelDoubt[] | readonly RelationDoubt[];
  readonly changed: readonly string[];
  /** Ids. */
  readonly dropped: readonly string[];
  /** `disagreement.learnt`: ids of those that say least new. */
  readonly learnt?: readonly string[];
  /** `verify`: how far the two readings agree, over what was read twice; `kappa` of classes (Cohen 1960). */
  readonly agreement?: Agreement & { readonly kappa?: number };
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
    const { byLabel: _, ...agreement } = verified.agreement;
    reports.push(reportVerification(verify.action, kept.length, { ...verified, agreement }));
    kept = verified.kept;
  }
  if (disagreement) {
    const {
      doubts,
      changed,
      dropped,
      learnt,
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
      ...(disagreement.learnt > 0 ? { learnt: learnt.map(({ id }) => id) } : {}),
    });
    kept = left;
  }
  return { kept, reports };
}

/**
 * The twin of {@link doubtLabels} for relation tasks: `curation.verify` alone, as cross-validation is of mentions.
 * @throws InputError, InterruptedError as the step does
 */
export async function doubtRelations(
  taskFile: string,
  spec: TaskSpec,
  paths: RunPaths,
  examples: readonly RelationExample[],
  options: CurateOptions,
): Promise<{ readonly kept: readonly RelationExample[]; readonly reports: readonly DoubtReport[] }> {
  const { verify } = spec.curation;
  const verified = await verifyRelationTask(taskFile, spec, paths, examples, options.completer, options);
  if (verify === undefined || verified === undefined) return { kept: examples, reports: [] };
  const { byClass: _, ...agreement } = verified.agreement;
  const report = reportVerification(verify.action, examples.length, { ...verified, agreement });
  return { kept: verified.kept, reports: [report] };
}

type Verified = Required<Pick<DoubtReport, "doubts" | "changed" | "agreement" | "unread" | "rejections">> & {
  readonly dropped: readonly { readonly id: string }[];
};

function reportVerification(
  action: DoubtAction,
  taken: number,
  { doubts, changed, dropped, agreement, unread, rejections }: Verified,
): DoubtReport {
  return {
    step: "verify",
    action,
    taken,
    doubts,
    changed,
    dropped: dropped.map(({ id }) => id),
    agreement,
    unread,
    rejections,
  };
}
