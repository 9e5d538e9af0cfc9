/** @file What a task is: every field of `task.yaml` with its meaning, in the resolved form where nothing is left out. */
import type { CompletionsSpec } from "./completions-spec.ts";
import type { CorpusFormatName } from "./corpus-formats.ts";
import type { CurationSpec } from "./curation-spec.ts";
import type { PromptsSpec } from "./prompt-spec.ts";
import type { RelationSpec } from "./relation-spec.ts";
import type { TrainingFeatures } from "./training-features.ts";

/** The kinds of task. A third kind is one line here; the compiler lists what it needs elsewhere. */
export const TASK_KINDS: {
  readonly [K in TaskKind]: { readonly what: string };
} = {
  ner: { what: "find mentions and name their type" },
  relation: { what: "say whether two marked mentions are related" },
};

export type TaskKind = "ner" | "relation";

/** A type of mention. */
export interface LabelSpec {
  /** What it names, for prompts and for people. */
  readonly definition: string;
  /** Annotation rules, one sentence or so each. Default: none. */
  readonly rules: readonly string[];
  /** Sentences in inline markup, `The <Disease>DMD</Disease> gene`. Default: none. */
  readonly examples: readonly string[];
}

/** The pretrained encoder. */
export interface EncoderSpec {
  /** Hugging Face id, or a folder that begins with `./`, `../` or `/`. Default: `sentence-transformers/all-MiniLM-L6-v2`. */
  readonly name: string;
  /** Branch, tag or commit on the hub. Absent: the pinned one, or `main`. */
  readonly revision?: string;
}

/** How the encoder is fine-tuned. */
export interface TrainingSpec extends TrainingFeatures {
  /** Passes over the training set. Default: 5. */
  readonly epochs: number;
  /** Sequences a step. Default: 16. */
  readonly batchSize: number;
  /** Peak learning rate. Default: 3e-4. */
  readonly learningRate: number;
  /** Share of the steps in which the learning rate rises, in [0, 1]. Default: 0.1. */
  readonly warmup: number;
  /** Decoupled weight decay. Default: 0.01. */
  readonly weightDecay: number;
  /** Gradients are scaled down to this L2 norm. Default: 1. */
  readonly maxGradientNorm: number;
  /** Seed of initialisation, order and dropout. Default: 1. */
  readonly seed: number;
  /** Longest training sequence, in word pieces with the two special ones. Default: 128. */
  readonly maxTokens: number;
}

/** How the synthetic corpus is split. */
export interface DatasetSpec {
  /** Share of the prompts whose examples are held out, in [0, 1). 0: none. Default: 0.05. */
  readonly devFraction: number;
  /** Seed of the split. Default: 1. */
  readonly seed: number;
}

/** A file of human annotation to score against. */
export interface GoldSpec {
  /** Its name in reports. */
  readonly name: string;
  /** Relative to the task file. */
  readonly path: string;
  /** Absent: told by the content. */
  readonly format?: CorpusFormatName;
  /** The file's label -> the task's label; others are left out and counted. Absent: labels have the task's names. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Relations: the file's class -> the task's class; others are left out and counted. Absent: classes have the task's names. */
  readonly classes?: Readonly<Record<string, string>>;
  /** True: an absent file is reported and passed over. Default: false. */
  readonly optional: boolean;
  /** `select`: the set that early stopping and the best model go by; it is not scored. Absent: `score`. */
  readonly use?: "score" | "select";
  /** `document`: whole documents whose relations are between concepts, `kind: relation` alone. Absent: `sentence`. */
  readonly level?: "sentence" | "document";
  /** True: these texts are never shown to a language model that is not on this machine. Default: false. */
  readonly private: boolean;
}

/** A task, with every default filled in. */
export interface TaskSpec {
  /** Lower-case letters, digits and hyphens: also the name of the run folder. */
  readonly name: string;
  readonly kind: TaskKind;
  /** What texts it is for, for prompts and for people. */
  readonly domain: string;
  readonly labels: Readonly<Record<string, LabelSpec>>;
  /** `kind: relation` alone. */
  readonly relation?: RelationSpec;
  /** Absent: there is nothing to generate, the completions are recorded. */
  readonly prompts?: PromptsSpec;
  readonly completions: CompletionsSpec;
  readonly curation: CurationSpec;
  readonly encoder: EncoderSpec;
  readonly training: TrainingSpec;
  readonly dataset: DatasetSpec;
  readonly gold: readonly GoldSpec[];
}
