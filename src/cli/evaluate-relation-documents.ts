/** @file A model of relations and a file of gold documents -> what it finds in them, by document, printed. */
import { scoreDocumentGold } from "../pipeline/score-document-gold.ts";
import { InputError } from "../util/errors.ts";
import type { EvaluateFlags } from "./commands/evaluate.ts";
import { noteDevice } from "./device-note.ts";
import { type Io, print, printJson } from "./io.ts";
import { createProgress } from "./progress.ts";
import { renderDocumentRelations } from "./render-document-relations.ts";
import { renderSkippedInDocuments } from "./render-relation-scores.ts";

/** With the mentions of gold, or with those that `--mentions` finds. @throws InputError as the readers of models and gold do */
export async function evaluateDocuments(folder: string, flags: EvaluateFlags, io: Io): Promise<void> {
  const { gold: path, labels, classes, threshold, threads, device, precision, mentions } = flags;
  if (flags.errors !== undefined)
    throw new InputError("flag-unused", "--errors lists pairs; gold of documents has relations of names.");
  const { loadNerPredictor } = await import("../model/ner-predictor.ts");
  const { loadRelationPredictor } = await import("../model/relation-predictor.ts");
  const progress = createProgress(io.stderr);
  await noteDevice(device, "annotating", progress.say);
  const how = {
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  };
  const predictor = await loadRelationPredictor(folder, {
    ...how,
    ...(threshold === undefined ? {} : { threshold }),
  });
  try {
    const ner = mentions === undefined ? undefined : await loadNerPredictor(mentions, how);
    try {
      const task = progress.start({ title: "score: document", total: 1 });
      const gold = { path, ...(labels && { labels }), ...(classes && { classes }) };
      const { skipped, evaluation } = await scoreDocumentGold(predictor.model.spec, gold, predictor, {
        ...(ner === undefined ? {} : { ner }),
        ...(predictor.threshold === undefined ? {} : { threshold: predictor.threshold }),
        onProgress: (done, total) => task.update(done / total),
      }).finally(task.stop);
      const decides = predictor.threshold === undefined ? {} : { threshold: predictor.threshold };
      if (flags.json)
        return await printJson(io, { model: folder, gold: { path, skipped }, ...decides, ...evaluation });
      const lines = [
        ...renderDocumentRelations(path, evaluation),
        ...(predictor.threshold === undefined ? [] : [`  threshold ${predictor.threshold.toFixed(3)}`]),
        ...renderSkippedInDocuments(skipped),
      ];
      await print(io.stdout, `${lines.join("\n")}\n`);
    } finally {
      await ner?.release();
    }
  } finally {
    await predictor.release();
  }
}
