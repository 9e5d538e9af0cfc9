/** @file An evaluation's file and the task's gold, both read on this machine -> classes of error, without a text in them. */
import { classifyErrors } from "../generate/error-classes.ts";
import { classifyRelationErrors } from "../generate/error-classes-re.ts";
import type { AnyErrorClass } from "../generate/error-round.ts";
import { requireRelation } from "../task/output-names.ts";
import type { GoldSpec, TaskKind, TaskSpec } from "../task/spec.ts";
import { readJsonFile } from "../util/files.ts";
import { findGolds, readTaskGold, readTaskRelationGold } from "./read-golds.ts";

/** What was evaluated. */
export interface EvaluatedErrors {
  /** Path of an evaluation. */
  readonly errors: string;
  /** Name of the evaluated set, where there are several. */
  readonly set?: string;
}

/** One way a kind of task. `gold`: the file of the evaluated set, where the task has it. */
const CLASSIFIERS: {
  readonly [K in TaskKind]: (
    evaluation: unknown,
    spec: TaskSpec,
    gold: GoldSpec | undefined,
    set: { readonly set?: string },
  ) => Promise<AnyErrorClass[]>;
} = {
  async ner(evaluation, spec, gold, set) {
    const read = gold && (await readTaskGold(spec, gold)).gold;
    const textOf = (index: number) => read?.examples[index]?.text;
    return classifyErrors(evaluation, { labels: Object.keys(spec.labels), textOf, ...set });
  },
  async relation(evaluation, spec, gold, set) {
    const relation = requireRelation(spec);
    const read = gold && (await readTaskRelationGold(spec, gold));
    const language = spec.prompts?.language;
    return classifyRelationErrors(evaluation, {
      relation,
      pairOf: (index) => read?.pairs[index],
      ...(language === undefined ? {} : { language }),
      ...set,
    });
  },
};

/** @throws InputError where the evaluation is none or the set is not in it, or the gold cannot be read */
export async function classifyTaskErrors(
  taskFile: string,
  spec: TaskSpec,
  { errors, set }: EvaluatedErrors,
): Promise<AnyErrorClass[]> {
  const { present } = await findGolds(taskFile, spec);
  const alone = present.length === 1 ? present[0] : undefined;
  const gold = set === undefined ? alone : present.find(({ name }) => name === set);
  const evaluation = await readJsonFile(errors, "evaluation");
  return CLASSIFIERS[spec.kind](evaluation, spec, gold, set === undefined ? {} : { set });
}
