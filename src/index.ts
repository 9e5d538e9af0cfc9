/** @file The public API of textphantom. */
export { buildDataset, type Dataset, type DatasetOptions } from "./dataset/build-dataset.ts";
export {
  type Contamination,
  type ContaminationStatement,
  measureContamination,
  renderStatement,
} from "./dataset/contamination.ts";
export type { Finding } from "./dataset/corpus-checks.ts";
export { type CorpusItem, type CorpusKind, NER_ITEMS, RELATION_ITEMS } from "./dataset/corpus-item.ts";
export { type CuratedCorpus, type CurationOptions, curateCorpus } from "./dataset/curate-corpus.ts";
export type { CurationReport, DroppedExample, StepReport } from "./dataset/curation-report.ts";
export { type DatasetCardInput, renderDatasetCard } from "./dataset/dataset-card.ts";
export { type Diversity, type DiversityReport, measureDiversity } from "./dataset/diversity.ts";
export { type IdentifierScan, scanIdentifiers } from "./dataset/identifiers.ts";
export { type Counted, type Gold, type GoldOptions, readGold } from "./dataset/read-gold.ts";
export { type Reference, readReference } from "./dataset/read-reference.ts";
export type { Device } from "./engine/devices.ts";
export { collectNames, createDictionaryPredictor } from "./evaluate/dictionary.ts";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate.ts";
export {
  type ComparedEvaluation,
  type EvaluatePredictorOptions,
  evaluatePredictor,
} from "./evaluate/evaluate-predictor.ts";
export type { Evaluation, EvaluationError, SchemeScore, StrictScore } from "./evaluate/evaluation.ts";
export { parseCompletion } from "./generate/parse-completion.ts";
export type { DownloadProgress } from "./model/download.ts";
export { type EncoderFiles, listEncoderFiles } from "./model/encoder-folder.ts";
export { type LoadedEncoder, loadEncoder } from "./model/load-encoder.ts";
export {
  loadNerPredictor,
  type NerPredictor,
  type NerPredictorOptions,
  type ScoredText,
} from "./model/ner-predictor.ts";
export {
  encodeExample,
  type LabelledSequence,
  type LabelledText,
} from "./model/sequence.ts";
export { type LoadedTextEncoder, loadTextEncoder, type TextEncoderOptions } from "./model/text-vectors.ts";
export type { RunEvent, RunOptions, RunResult, TrainedTask } from "./pipeline/run-events.ts";
export { runTask, trainTask } from "./pipeline.ts";
export {
  type AnnotatedDocument,
  type AnnotatedMention,
  annotateDocuments,
  type TextDocument,
} from "./task/annotate-documents.ts";
export type { CompletionsSpec } from "./task/completions-spec.ts";
export type { Example, GoldExample, Mention, NameCount, ScoredMention, Span } from "./task/example.ts";
export { parseTaskSpec } from "./task/parse-spec.ts";
export type { Predictor } from "./task/predictor.ts";
export type { Rejection, RejectionReason } from "./task/rejection.ts";
export type {
  DatasetSpec,
  EncoderSpec,
  GoldSpec,
  LabelSpec,
  TaskSpec,
  TrainingSpec,
} from "./task/spec.ts";
export type {
  ClassWeights,
  DistillationSpec,
  FreezeSpec,
  LoraSpec,
  TrainingFeatures,
} from "./task/training-features.ts";
export type { SelectionSet } from "./train/dev-scorer.ts";
export { addSoftTargets, type LabelledSource } from "./train/distill.ts";
export {
  type FineTuneInput,
  type FineTuneOptions,
  fineTune,
  type SelectionScore,
  type SelectionSummary,
  type TrainingStart,
  type TrainingSummary,
} from "./train/fine-tune.ts";
export { fingerprintTraining } from "./train/fingerprint.ts";
export { tagWeights } from "./train/tag-weights.ts";
export {
  type TrainInput,
  type TrainOptions,
  type TrainSettings,
  type TrainStep,
  trainModel,
} from "./train/train-model.ts";
export { EnvironmentError, InputError, InterruptedError, TextphantomError } from "./util/errors.ts";
