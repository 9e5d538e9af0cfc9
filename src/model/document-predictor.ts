/** @file A predictor -> the same one with an eye on the whole document: abbreviations it defines, names it repeats. */
import type { DocumentPredictor, Predictor } from "../task/predictor.ts";
import { applyDocumentRules, type DocumentRules } from "./document-mentions.ts";

export type { DocumentRules };

/**
 * Each text is a document. What is carried over bears its `source`; what is left out is told by `predictDocuments`. Measured in
 * docs/documents.md. The predictor that is wrapped stays the caller's to release.
 * @example createDocumentPredictor(await loadNerPredictor("runs/disease/model"))
 */
export function createDocumentPredictor(predictor: Predictor, rules: DocumentRules = {}): DocumentPredictor {
  const predictDocuments = async (texts: readonly string[]) => {
    const found = await predictor.predict(texts);
    return texts.map((text, index) => applyDocumentRules(text, found[index]!, rules));
  };
  return {
    labels: predictor.labels,
    predictDocuments,
    async predict(texts) {
      return (await predictDocuments(texts)).map(({ mentions }) => mentions);
    },
  };
}
