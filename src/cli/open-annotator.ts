/** @file Model folders -> what annotates a stream of documents: mentions, and relations where a model of them is named. */
import type { Device } from "../engine/devices.ts";
import type { Precision } from "../model/emit-model.ts";
import { type AnnotatedDocument, annotateDocuments, type TextDocument } from "../task/annotate-documents.ts";
import { annotateRelations, type RelatedAnnotation } from "../task/annotate-relations.ts";
import type { CombineScores } from "../task/combine-scores.ts";
import { requireRelation } from "../task/output-names.ts";
import type { RelationSpec } from "../task/relation-spec.ts";

export interface AnnotatorModels {
  /** Folder of the model of mentions. */
  readonly model: string;
  /** Folder of the model of relations. Absent: mentions alone. */
  readonly relations?: string;
}

export interface AnnotatorOptions {
  readonly threads?: number;
  readonly device?: Device;
  readonly precision: Precision;
  /** Sentences that two mentions may be apart. Default: as the task of the relations' model says. */
  readonly window?: number;
  readonly combine?: CombineScores;
  /** Whether a document decides about its abbreviations and names. */
  readonly documentAware: boolean;
  /** Whether each mention tells its kind of section. Default: false. */
  readonly sections?: boolean;
}

/** Owns native memory: call `release` when done. */
export interface Annotator {
  annotate(documents: AsyncIterable<TextDocument>): AsyncIterable<AnnotatedDocument | RelatedAnnotation>;
  release(): Promise<void>;
}

/** @throws InputError as the loaders of the models do */
export async function openAnnotator(
  { model, relations: folder }: AnnotatorModels,
  { window, combine, documentAware, sections = false, threads, device, precision }: AnnotatorOptions,
): Promise<Annotator> {
  const { loadNerPredictor } = await import("../model/ner-predictor.ts");
  const { createDocumentPredictor } = await import("../model/document-predictor.ts");
  const { createSectionFinder } = await import("../tokenize/sections.ts");
  const how = {
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  };
  const loaded = await loadNerPredictor(model, how);
  const ner = documentAware ? createDocumentPredictor(loaded) : loaded;
  const found = sections ? { findSections: createSectionFinder } : {};
  if (folder === undefined) {
    return { annotate: (documents) => annotateDocuments(documents, ner, found), release: loaded.release };
  }
  try {
    const { loadRelationPredictor } = await import("../model/relation-predictor.ts");
    const { splitSentences } = await import("../tokenize/sentences.ts");
    const relations = await loadRelationPredictor(folder, how);
    const spec = requireRelation(relations.model.spec);
    const asked = {
      ...(window === undefined ? {} : { window }),
      ...(combine === undefined ? {} : { combine }),
    };
    const { threshold } = relations;
    const least = threshold === undefined ? {} : { threshold };
    const options = { ...pickOptions(spec), ...least, ...asked, ...found, ner, relations, splitSentences };
    return {
      annotate: (documents) => annotateRelations(documents, options),
      release: async () => {
        await loaded.release();
        await relations.release();
      },
    };
  } catch (error) {
    await loaded.release();
    throw error;
  }
}

function pickOptions({ head, tail, negative, directed, window, evidence }: RelationSpec) {
  return {
    head,
    tail,
    negative,
    directed,
    ...(window === undefined ? {} : { window }),
    ...(evidence && { evidence }),
  };
}
