/** @file A stream of completions and failures -> their examples or pairs and rejections, one by one or added up. */
import type { Example } from "../task/example.ts";
import type { AnswerFormat } from "../task/prompt-spec.ts";
import type { Rejection } from "../task/rejection.ts";
import type { RelationExample } from "../task/relation-example.ts";
import type { TaskKind } from "../task/spec.ts";
import { addCounts } from "../util/counts.ts";
import { InputError } from "../util/errors.ts";
import type { Completion } from "./completer.ts";
import { parseCompletion } from "./parse-completion.ts";
import { parseJsonExamples, parseJsonRelations } from "./parse-json-answer.ts";
import { parseRelations, type RelationRoles } from "./parse-relations.ts";
import type { WalkedAnswer } from "./walk-lines.ts";

/** What the completions of a kind of task hold. */
export interface ExampleOfKind {
  readonly ner: Example;
  readonly relation: RelationExample;
}

/** The part of a task that says how its answers are read: a `TaskSpec` is one. */
export interface AnswerSpec {
  readonly labels: Readonly<Record<string, unknown>>;
  /** For relations. */
  readonly relation?: RelationRoles;
  /** Absent: answers are in markup. */
  readonly prompts?: { readonly answer: AnswerFormat };
}

/** One completion, read; or, without `completion`, a prompt that has none. `lines` as in {@link WalkedAnswer}. */
export interface ReadExamples<E> extends WalkedAnswer<E> {
  readonly completion?: Completion;
  /** What was mended and how strings were aligned, by name. */
  readonly repairs: Readonly<Record<string, number>>;
}

/** What a stream held. `lines` = examples + rejections that have a line. */
interface Collected<E> extends WalkedAnswer<E> {
  /** Completions read. */
  readonly completions: number;
  readonly repairs: Readonly<Record<string, number>>;
}
export type CollectedExamples = Collected<Example>;
export type CollectedRelations = Collected<RelationExample>;

/** Completions and failures, as a completer gives them. */
export type AnswerStream = AsyncIterable<Completion | Rejection> | Iterable<Completion | Rejection>;

interface Parsed<E> extends WalkedAnswer<E> {
  readonly repairs: object;
}

/** @throws InputError `relation-missing` */
function rolesOf({ relation }: AnswerSpec): RelationRoles {
  if (relation !== undefined) return relation;
  throw new InputError(
    "relation-missing",
    "The task is of kind relation, but says nothing of the relation.",
    {
      hint: "Add relation: head, tail, classes and negative to the task file.",
    },
  );
}

/** Every kind of task has a reader for every format of answers. */
const READERS: {
  readonly [K in TaskKind]: {
    readonly [F in AnswerFormat]: (completion: Completion, spec: AnswerSpec) => Parsed<ExampleOfKind[K]>;
  };
} = {
  ner: {
    markup: (completion, { labels }) => parseCompletion(completion, Object.keys(labels)),
    json: (completion, { labels }) => parseJsonExamples(completion, Object.keys(labels)),
  },
  relation: {
    markup: (completion, spec) => parseRelations(completion, rolesOf(spec), Object.keys(spec.labels)),
    json: (completion, spec) => parseJsonRelations(completion, rolesOf(spec), Object.keys(spec.labels)),
  },
};

/**
 * Reads every completion of a stream, in its order, and gives each as it comes: memory for one at a time.
 * @throws InputError `relation-missing` for kind `relation` where the task says nothing of it
 */
export async function* readExamples<K extends TaskKind>(
  stream: AnswerStream,
  kind: K,
  spec: AnswerSpec,
): AsyncGenerator<ReadExamples<ExampleOfKind[K]>> {
  const read = READERS[kind][spec.prompts?.answer ?? "markup"];
  for await (const result of stream) {
    if (!("text" in result)) {
      yield { lines: 0, examples: [], rejections: [result], repairs: {} };
      continue;
    }
    const { repairs, ...parsed } = read(result, spec);
    yield { ...parsed, completion: result, repairs: { ...repairs } };
  }
}

async function collect<K extends TaskKind>(stream: AnswerStream, kind: K, spec: AnswerSpec) {
  const read = READERS[kind][spec.prompts?.answer ?? "markup"];
  // An answer of nothing, for the names of all counts.
  const repairs: Record<string, number> = { ...read({ promptId: "", text: "" }, spec).repairs };
  const examples: ExampleOfKind[K][] = [];
  const rejections: Rejection[] = [];
  let lines = 0;
  let completions = 0;
  for await (const answer of readExamples(stream, kind, spec)) {
    if (answer.completion !== undefined) completions++;
    lines += answer.lines;
    for (const example of answer.examples) examples.push(example);
    for (const rejection of answer.rejections) rejections.push(rejection);
    addCounts(repairs, answer.repairs);
  }
  return { completions, lines, examples, rejections, repairs };
}

/**
 * Reads every completion of a stream and adds up what was in them.
 * @example await collectExamples(completer.complete(prompts), spec)
 */
export const collectExamples = (stream: AnswerStream, spec: AnswerSpec): Promise<CollectedExamples> =>
  collect(stream, "ner", spec);

/** The twin of {@link collectExamples} for relations. @throws InputError `relation-missing` */
export const collectRelations = (stream: AnswerStream, spec: AnswerSpec): Promise<CollectedRelations> =>
  collect(stream, "relation", spec);
