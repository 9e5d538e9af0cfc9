/** @file The public API of textphantom. */
export { buildDataset, type Dataset, type DatasetOptions } from "./dataset/build-dataset.ts";
export {
  buildRelations,
  type RelationAudit,
  type RelationDataset,
  type RelationDatasetOptions,
  type RelationSplitAudit,
} from "./dataset/build-relations.ts";
export {
  type Contamination,
  type ContaminationStatement,
  measureContamination,
  renderStatement,
} from "./dataset/contamination.ts";
export { type Conversion, type ConvertOptions, convertCorpus } from "./dataset/convert-corpus.ts";
export type { Finding } from "./dataset/corpus-checks.ts";
export { type CorpusItem, type CorpusKind, NER_ITEMS, RELATION_ITEMS } from "./dataset/corpus-item.ts";
export { type CuratedCorpus, type CurationOptions, curateCorpus } from "./dataset/curate-corpus.ts";
export {
  CURATION_STEPS,
  type CurationReport,
  type CurationStep,
  type DroppedExample,
  type StepReport,
} from "./dataset/curation-report.ts";
export { type DatasetCardInput, renderDatasetCard } from "./dataset/dataset-card.ts";
export {
  type Diversity,
  type DiversityOptions,
  type DiversityReport,
  type MeasuredCorpus,
  measureDiversity,
} from "./dataset/diversity.ts";
export {
  CORPUS_FORMATS,
  type CorpusFormat,
  type CorpusFormatName,
  LOSSES,
  type LossKind,
} from "./dataset/formats/corpus-format.ts";
export { FORMATS } from "./dataset/formats/formats.ts";
export { type CountedLoss, createLossCounter } from "./dataset/formats/loss-counter.ts";
export { IDENTIFIER_CLASSES, type IdentifierClass } from "./dataset/identifier-classes.ts";
export {
  findIdentifiers,
  type IdentifierScan,
  type IdentifierSpan,
  scanIdentifiers,
} from "./dataset/identifiers.ts";
export {
  type CountedInDocuments,
  type DocumentGold,
  type DocumentGoldOptions,
  readDocumentGold,
  takeDocumentGold,
} from "./dataset/read-document-gold.ts";
export { type Counted, type Gold, type GoldOptions, readGold } from "./dataset/read-gold.ts";
export { type Reference, readReference } from "./dataset/read-reference.ts";
export {
  type CountedPairs,
  type RelationFormat,
  type RelationGold,
  type RelationGoldOptions,
  readRelationGold,
} from "./dataset/read-relation-gold.ts";
export { collectGold, type GoldCounts, type ToGoldOptions, toGoldExample } from "./dataset/to-gold.ts";
export { type Agreement, type Verification, verifyExamples } from "./dataset/verify-examples.ts";
export {
  type ClassAgreement,
  type RelationVerification,
  verifyRelations,
} from "./dataset/verify-relations.ts";
export type { Device } from "./engine/devices.ts";
export { collectNames, createDictionaryPredictor } from "./evaluate/dictionary.ts";
export {
  type DocumentRelationScores,
  type FoundInDocument,
  type ScoreDocumentRelationsOptions,
  scoreDocumentRelations,
} from "./evaluate/document-relations.ts";
export { type EvaluateOptions, evaluate } from "./evaluate/evaluate.ts";
export {
  type DocumentRelationEvaluation,
  type EvaluateDocumentsOptions,
  evaluateDocumentRelations,
} from "./evaluate/evaluate-documents.ts";
export {
  type ComparedEvaluation,
  type EvaluatePredictorOptions,
  evaluatePredictor,
} from "./evaluate/evaluate-predictor.ts";
export {
  type ComparedRelationEvaluation,
  type EvaluateRelationPredictorOptions,
  type EvaluateRelationsOptions,
  evaluateRelationPredictor,
  evaluateRelations,
  type RelationBaselines,
  type RelationError,
  type RelationEvaluation,
} from "./evaluate/evaluate-relations.ts";
export type { Evaluation, EvaluationError, SchemeScore, StrictScore } from "./evaluate/evaluation.ts";
export {
  collectPairs,
  createPairDictionaryPredictor,
  type PairCount,
  type PairDictionaryPredictor,
} from "./evaluate/pair-dictionary.ts";
export type { RankingScore, RankingScores } from "./evaluate/ranking-scores.ts";
export type { RelationRanking } from "./evaluate/relation-ranking.ts";
export type { ClassScore, RelationScores } from "./evaluate/relation-scores.ts";
export { type ChosenThreshold, chooseThreshold } from "./evaluate/threshold.ts";
export { type AnswerRules, createRulesFinder } from "./generate/answer-grammar.ts";
export type { ExportCounts } from "./generate/batch-files.ts";
export {
  type AnswerSpec,
  type AnswerStream,
  type CollectedExamples,
  type CollectedRelations,
  collectExamples,
  collectRelations,
  type ReadExamples,
  readExamples,
} from "./generate/collect-examples.ts";
export { type CompletionCounts, type CompletionRun, completePrompts } from "./generate/complete-prompts.ts";
export type {
  CompleteOptions,
  Completer,
  Completion,
  CompletionProgress,
  Prompt,
  StopReason,
  Usage,
} from "./generate/completer.ts";
export { type ApiCompleterOptions, createApiCompleter } from "./generate/completers/api.ts";
export type { BatchServiceOptions } from "./generate/completers/batch-service.ts";
export type { BatchState } from "./generate/completers/batch-state.ts";
export type { LlamaLibrary } from "./generate/completers/llama-model.ts";
export { createLocalCompleter, type LocalCompleter, type LocalOptions } from "./generate/completers/local.ts";
export { createRecordedCompleter, type RecordedCompleter } from "./generate/completers/recorded.ts";
export { type CompletionStore, openStore } from "./generate/completion-store.ts";
export { type ClassifyErrorsOptions, classifyErrors, type ErrorClass } from "./generate/error-classes.ts";
export {
  type ClassifyRelationErrorsOptions,
  classifyRelationErrors,
  type RelationErrorClass,
} from "./generate/error-classes-re.ts";
export { type AnyErrorClass, addErrorRound, type ErrorRoundOptions } from "./generate/error-round.ts";
export { type CompletionKeeper, keepCompletions } from "./generate/keep-completions.ts";
export { type ParsedCompletion, parseCompletion } from "./generate/parse-completion.ts";
export { type ParsedRelations, parseRelations, type RelationRoles } from "./generate/parse-relations.ts";
export { collectSecondPass, type SecondPass } from "./generate/parse-verification.ts";
export { collectSecondClasses } from "./generate/parse-verification-re.ts";
export { type PromptPlan, planPrompts } from "./generate/plan-prompts.ts";
export { hashPrompt } from "./generate/prompt-hash.ts";
export { requireShowable, type ShownSource } from "./generate/showable.ts";
export { parseTermList, type TermList, type TermListOptions } from "./generate/term-list.ts";
export type { Range } from "./generate/token-estimate.ts";
export { parseTopics, writeTopicPrompts } from "./generate/topics.ts";
export {
  type VerifyPrompt,
  type VerifyPromptOptions,
  writeVerifyPrompts,
} from "./generate/verify-prompts.ts";
export { writeVerifyRelationPrompts } from "./generate/verify-prompts-re.ts";
export { countPrompts, type WritePromptsOptions, writePrompts } from "./generate/write-prompts.ts";
export {
  createZeroShotPredictor,
  type ZeroShotCounts,
  type ZeroShotOptions,
  type ZeroShotPredictor,
  type ZeroShotTask,
} from "./generate/zero-shot-ner.ts";
export {
  createZeroShotRelationPredictor,
  type ZeroShotRelationPredictor,
  type ZeroShotRelationTask,
} from "./generate/zero-shot-re.ts";
export { createDocumentPredictor, type DocumentRules } from "./model/document-predictor.ts";
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
  type LoadedRelationPredictor,
  loadRelationPredictor,
  type RelationPredictorOptions,
} from "./model/relation-predictor.ts";
export {
  encodeExample,
  type LabelledSequence,
  type LabelledText,
} from "./model/sequence.ts";
export { type LoadedTextEncoder, loadTextEncoder, type TextEncoderOptions } from "./model/text-vectors.ts";
export {
  checkBatches,
  type ExportBatchesOptions,
  exportBatches,
  fetchBatches,
  type ImportedBatches,
  importBatches,
  submitBatches,
} from "./pipeline/batch.ts";
export type { BatchRecord } from "./pipeline/batch-record.ts";
export type { Curated, DatasetOfKind } from "./pipeline/curate.ts";
export type { DoubtReport } from "./pipeline/doubt-labels.ts";
export type { Generation } from "./pipeline/generate.ts";
export type { ImportCounts } from "./pipeline/import-record.ts";
export type { Round } from "./pipeline/rounds.ts";
export {
  type RunEvent,
  type RunOptions,
  type RunResult,
  type RunResultOf,
  requireKind,
  type TrainedTask,
  type TrainedTaskOf,
} from "./pipeline/run-events.ts";
export type { ReadTerms } from "./pipeline/task-prompts.ts";
export {
  addTaskRound,
  curateTaskCorpus,
  generateTaskCompletions,
  openBatchTask,
  type PreviewedAnswer,
  planTask,
  previewTask,
  type RoundOptions,
  type TaskPlan,
  zeroShotTask,
} from "./pipeline/task-verbs.ts";
export { type RunZeroShotOptions, runZeroShot, type ZeroShotEvent } from "./pipeline/zero-shot.ts";
export { runTask, trainTask } from "./pipeline.ts";
export type {
  EvaluationOfKind,
  RunEvaluation,
  RunPaths,
  ScoredSet,
  TrainingRecord,
  ZeroShotRecord,
  ZeroShotSet,
} from "./run-folder.ts";
export {
  type AnnotatedDocument,
  type AnnotatedMention,
  type AnnotateOptions,
  annotateDocuments,
  type TextDocument,
} from "./task/annotate-documents.ts";
export {
  type AnnotateRelationsOptions,
  annotateRelations,
  type RelatedAnnotation,
} from "./task/annotate-relations.ts";
export type { CombineScores } from "./task/combine-scores.ts";
export type {
  ApiSpec,
  CompletionsSpec,
  LimitsSpec,
  LocalSpec,
  PriceSpec,
  Provider,
  RecordedSpec,
} from "./task/completions-spec.ts";
export type {
  CorpusArgument,
  CorpusDocument,
  CorpusMention,
  CorpusRelation,
  Passage,
} from "./task/corpus-document.ts";
export type {
  CurationSpec,
  DisagreementSpec,
  DoubtAction,
  ReferenceSpec,
  VerifySpec,
} from "./task/curation-spec.ts";
export type {
  DiscontinuousMention,
  Example,
  GoldExample,
  Mention,
  MentionSource,
  NameCount,
  ScoredMention,
  Span,
} from "./task/example.ts";
export type { NameRelation } from "./task/judged-pairs.ts";
export type {
  DoubtKind,
  LabelDoubt,
  RelationDoubt,
  RelationReading,
  SecondReading,
} from "./task/label-doubt.ts";
export { parseMarkup, renderMarkup } from "./task/markup.ts";
export { parseTaskSpec } from "./task/parse-spec.ts";
export type { DocumentMentions, DocumentPredictor, DroppedMention, Predictor } from "./task/predictor.ts";
export type { AnswerFormat, PromptForm, PromptSetSpec, PromptsSpec, TermsSpec } from "./task/prompt-spec.ts";
export type { CurationFault, Rejection, RejectionReason } from "./task/rejection.ts";
export type { MentionRelation } from "./task/relate-documents.ts";
export type {
  GoldRelation,
  MarkedPair,
  RelationAnswer,
  RelationExample,
  RelationPredictor,
} from "./task/relation-example.ts";
export { parseRelationLine, renderRelationLine } from "./task/relation-markup.ts";
export type { RelationSpec } from "./task/relation-spec.ts";
export type { PairMarkers, PairPooling, PairTraining } from "./task/relation-training.ts";
export type {
  DatasetSpec,
  EncoderSpec,
  GoldSpec,
  LabelSpec,
  TaskKind,
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
export {
  createSectionFinder,
  type Section,
  type SectionType,
  sectionAt,
  splitSections,
} from "./tokenize/sections.ts";
export { splitSentences } from "./tokenize/sentences.ts";
export type { RelationSelectionSet, SelectionSet } from "./train/dev-scorer.ts";
export { addSoftTargets, type LabelledSource } from "./train/distill.ts";
export {
  type FineTuneOptions,
  fineTune,
  type SelectionScore,
  type SelectionSummary,
  type TrainingStart,
  type TrainingSummary,
} from "./train/fine-tune.ts";
export type { FineTuneInput, RelationFineTuneInput } from "./train/fine-tune-input.ts";
export { fingerprintTraining } from "./train/fingerprint.ts";
export type { ThresholdRecord } from "./train/pair-scorer.ts";
export { classWeightsOf, tagWeights } from "./train/tag-weights.ts";
export {
  type TrainInput,
  type TrainOptions,
  type TrainSettings,
  type TrainStep,
  trainModel,
} from "./train/train-model.ts";
export { EnvironmentError, InputError, InterruptedError, TextphantomError } from "./util/errors.ts";
