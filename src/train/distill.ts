/** @file A teacher's scores of words -> soft targets beside the tags of sequences (Hinton et al. 2015). */
import { loadNerPredictor, type NerPredictor, type ScoredText } from "../model/ner-predictor.ts";
import { loadRelationPredictor } from "../model/relation-predictor.ts";
import type { LabelledSequence } from "../model/sequence.ts";
import { softmax } from "../task/decide-pair.ts";
import { outputNames } from "../task/output-names.ts";
import type { MarkedPair } from "../task/relation-example.ts";
import type { TaskSpec } from "../task/spec.ts";
import { tagNames } from "../task/tags.ts";
import { InputError } from "../util/errors.ts";

/** Texts scored at once. */
const CHUNK = 128;

/** A text and the sequences made of it. */
export interface LabelledSource {
  readonly text: string;
  readonly sequences: readonly LabelledSequence[];
}

/**
 * Gives every sequence the teacher's tag probabilities at the temperature, by word. The student may have another
 * tokenizer: words are the same.
 * @param labels the student's, which the teacher must have too, in any order
 * @throws InputError when the teacher has other labels
 */
export async function addSoftTargets(
  sources: readonly LabelledSource[],
  teacher: Pick<NerPredictor, "labels" | "scoreWords">,
  { labels, temperature }: { readonly labels: readonly string[]; readonly temperature: number },
): Promise<LabelledSequence[][]> {
  if ([...teacher.labels].sort().join("\n") !== [...labels].sort().join("\n")) {
    throw new InputError(
      "teacher-labels",
      `The teacher has labels ${teacher.labels.join(", ")}; the task has ${labels.join(", ")}. They must be the same.`,
    );
  }
  const given = tagNames(teacher.labels);
  const columns = tagNames(labels).map((tag) => given.indexOf(tag));
  const results: LabelledSequence[][] = [];
  for (let start = 0; start < sources.length; start += CHUNK) {
    const part = sources.slice(start, start + CHUNK);
    const scored = await teacher.scoreWords(part.map(({ text }) => text));
    for (const [i, { sequences }] of part.entries()) {
      const soft = softenWords(scored[i]!, columns, temperature);
      const own = ({ ownStart, ownEnd }: LabelledSequence) =>
        soft.slice(ownStart * columns.length, ownEnd * columns.length);
      results.push(sequences.map((sequence) => ({ ...sequence, softTargets: own(sequence) })));
    }
  }
  return results;
}

/** softmax(scores / temperature) a word, its columns in the order of `columns`. */
function softenWords({ scores }: ScoredText, columns: readonly number[], temperature: number): Float32Array {
  const width = columns.length;
  const soft = new Float32Array(scores.length);
  for (let from = 0; from < scores.length; from += width) {
    const row = columns.map((column) => scores[from + column]!);
    soft.set(softmax(row, temperature), from);
  }
  return soft;
}

/**
 * Soft targets from the relation model that the task names as its teacher, where it names one. It may show pairs otherwise.
 * @param sequences one a pair
 * @throws InputError when the folder is no relation model or has other classes
 */
export async function learnFromPairTeacher(
  pairs: readonly MarkedPair[],
  sequences: readonly LabelledSequence[],
  { spec, teacher }: { readonly spec: TaskSpec; readonly teacher?: string },
  options: { readonly threads?: number } = {},
): Promise<readonly LabelledSequence[]> {
  const { distillation } = spec.training;
  if (distillation === undefined) return sequences;
  const predictor = await loadRelationPredictor(teacher ?? distillation.teacher, options);
  try {
    const classes = outputNames(spec);
    if ([...predictor.classes].sort().join("\n") !== [...classes].sort().join("\n")) {
      throw new InputError(
        "teacher-labels",
        `The teacher has classes ${predictor.classes.join(", ")}; the task has ${classes.join(", ")}. They must be the same.`,
      );
    }
    const columns = classes.map((name) => predictor.classes.indexOf(name));
    const logits = await predictor.scorePairs(pairs);
    return sequences.map((sequence, index) => {
      const row = columns.map((column) => logits[index]![column]!);
      return { ...sequence, softTargets: Float32Array.from(softmax(row, distillation.temperature)) };
    });
  } finally {
    await predictor.release();
  }
}

/**
 * Soft targets from the teacher of the task, where it has one.
 * @param teacher its folder, where that is not as the task says
 * @throws InputError when the folder is no model or has other labels
 */
export async function learnFromTeacher(
  sources: readonly LabelledSource[],
  { spec, teacher }: { readonly spec: TaskSpec; readonly teacher?: string },
  options: { readonly threads?: number } = {},
): Promise<(readonly LabelledSequence[])[]> {
  const { distillation } = spec.training;
  if (distillation === undefined) return sources.map(({ sequences }) => sequences);
  const { threads } = options;
  const predictor = await loadNerPredictor(
    teacher ?? distillation.teacher,
    threads === undefined ? {} : { threads },
  );
  try {
    const labels = Object.keys(spec.labels);
    return await addSoftTargets(sources, predictor, { labels, temperature: distillation.temperature });
  } finally {
    await predictor.release();
  }
}
