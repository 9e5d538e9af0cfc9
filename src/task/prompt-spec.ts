/** @file What a language model is asked to write: the `prompts` part of a task, in the resolved form. */

/** What one answer holds. */
export type PromptForm = "sentences" | "documents";

/** How the answer marks what it holds: tags in the text, or JSON with strings that are looked up in the text. */
export type AnswerFormat = "markup" | "json";

/** A file of names to be used in the texts, as seeds. */
export interface TermsSpec {
  /** Of the task: what the names are. */
  readonly label: string;
  /** Relative to the task file: `.txt` (a name a line), `.tsv`/`.csv` (first column, or the one called `column`), `.obo`. */
  readonly path: string;
  readonly column?: string;
  /** Names given to one prompt, drawn without replacement until all were used. Default: 5. */
  readonly perPrompt: number;
}

/** Prompts of one shape. Ids: `<task>-<set>-<number from 000>`. */
export interface PromptSetSpec {
  /** Lower-case letters, digits, hyphens; unique in the task. */
  readonly name: string;
  /** How many prompts. */
  readonly prompts: number;
  /** Default: `sentences`. Relations: `sentences` only. */
  readonly form: PromptForm;
  /** Sentences, or documents, asked of one prompt. Absent: 25 sentences, 3 documents. */
  readonly items?: number;
  /** One a prompt, in turn. Default: none is named. */
  readonly styles: readonly string[];
  /** Name -> values, one of each drawn a prompt (documents: one a document): section, register, population ... Default: {}. */
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** Words of a sentence. Absent: [8, 45]; relations [10, 50]. */
  readonly words?: readonly [number, number];
  /** Sentences of a document beside its title. Default: [7, 11]. */
  readonly sentences: readonly [number, number];
  /** NER: share of sentences without a mention, in [0, 1]. Absent: 0.16; documents: as authors write. */
  readonly empty?: number;
  /** NER: share of sentences with two or more mentions. Absent: 0.4; documents: as authors write. */
  readonly several?: number;
  /** Share of each relation class, by name; they add up to 1. Absent: equal shares. NER: absent. */
  readonly shares?: Readonly<Record<string, number>>;
  /** What looks like a mention, or like a related pair, and is none: to be written and left unmarked. Default: []. */
  readonly hardNegatives: readonly string[];
  /** Sentences added to the rules, for this set alone. Default: []. */
  readonly rules: readonly string[];
  /** In place of the task's topics. */
  readonly topics?: readonly string[];
}

/** What is asked of a language model. */
export interface PromptsSpec {
  /** Seed of every draw: attributes, terms, order of topics. Default: 1. */
  readonly seed: number;
  /** Language and spelling of the texts. Default: "American English". */
  readonly language: string;
  /** Default: a sentence that says what the model is for. */
  readonly system: string;
  /** One a prompt, in turn. Default: []. */
  readonly topics: readonly string[];
  /** A first stage: the model is asked for topics, until there are so many with the given ones. Default: 0, no such stage. */
  readonly expandTopics: number;
  readonly terms: readonly TermsSpec[];
  /** Default: `markup`. */
  readonly answer: AnswerFormat;
  /** At least one. */
  readonly sets: readonly PromptSetSpec[];
}
