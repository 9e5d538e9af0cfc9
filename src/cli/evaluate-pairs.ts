/** @file A model of relations and a file of gold pairs -> its scores, printed. */
import { requireRelation } from "../task/output-names.ts";
import { InputError } from "../util/errors.ts";
import { renderJsonLines, writeFileAtomic } from "../util/files.ts";
import type { EvaluateFlags } from "./commands/evaluate.ts";
import { noteDevice } from "./device-note.ts";
import { type Io, print, printJson } from "./io.ts";
import { createProgress } from "./progress.ts";
import { renderRelationScores, renderSkippedPairs } from "./render-relation-scores.ts";

/** @throws InputError as the readers of model and gold do */
export async function evaluatePairs(folder: string, flags: EvaluateFlags, io: Io): Promise<void> {
  const { gold: path, labels, classes, threshold, threads, device, precision } = flags;
  if (flags.level === "document") {
    const { evaluateDocuments } = await import("./evaluate-relation-documents.ts");
    return evaluateDocuments(folder, flags, io);
  }
  if (flags.mentions !== undefined)
    throw new InputError("flag-unused", "--mentions goes with --level document: pairs are marked already.");
  if (flags.format !== undefined && flags.format !== "jsonl")
    throw new InputError("gold-format", `Pairs are not written in ${flags.format}: leave out --format.`);
  const { readRelationGold } = await import("../dataset/read-relation-gold.ts");
  const { evaluateRelationPredictor } = await import("../evaluate/evaluate-relations.ts");
  const { loadRelationPredictor } = await import("../model/relation-predictor.ts");
  const progress = createProgress(io.stderr);
  await noteDevice(device, "annotating", progress.say);
  const predictor = await loadRelationPredictor(folder, {
    precision,
    ...(threshold === undefined ? {} : { threshold }),
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
  try {
    const relation = requireRelation(predictor.model.spec);
    const { negative, directed } = relation;
    const gold = await readRelationGold(path, {
      relation,
      ...(labels && { labels }),
      ...(classes && { classes }),
    });
    const task = progress.start({ title: "score", total: gold.pairs.length });
    const { pairs } = predictor.model;
    const evaluation = await evaluateRelationPredictor(predictor, gold.pairs, {
      negative,
      directed,
      pairs,
      onProgress: (done) => task.update(done),
    }).finally(task.stop);
    if (flags.errors !== undefined) {
      const texts = evaluation.errors.map((error) => ({ ...error, text: gold.pairs[error.index]!.text }));
      await writeFileAtomic(flags.errors, renderJsonLines(texts));
    }
    const { format, skipped } = gold;
    const decides = predictor.threshold === undefined ? {} : { threshold: predictor.threshold };
    if (flags.json) {
      await printJson(io, { model: folder, gold: { path, format, skipped }, ...decides, ...evaluation });
      return;
    }
    const lines = [
      ...renderRelationScores(`${path} (${format})`, evaluation),
      ...(predictor.threshold === undefined ? [] : [`  threshold ${predictor.threshold.toFixed(3)}`]),
      ...renderSkippedPairs(skipped),
      ...(flags.errors === undefined ? [] : [`  errors: ${evaluation.errors.length} in ${flags.errors}`]),
    ];
    await print(io.stdout, `${lines.join("\n")}\n`);
  } finally {
    await predictor.release();
  }
}
