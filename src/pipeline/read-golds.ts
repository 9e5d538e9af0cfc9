/** @file A task's gold files -> those that are there, read with the task's labels, and those that may be absent and are. */
import { type DocumentGold, readDocumentGold } from "../dataset/read-document-gold.ts";
import { type Gold, readGold } from "../dataset/read-gold.ts";
import { type RelationGold, readRelationGold } from "../dataset/read-relation-gold.ts";
import { requireRelation } from "../task/output-names.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { GoldSpec, TaskKind, TaskSpec } from "../task/spec.ts";
import { fileExists } from "../util/files.ts";

/** Paths resolved; optional files that are not there set aside. */
export async function resolveGolds(taskFile: string, golds: readonly GoldSpec[]) {
  const present: GoldSpec[] = [];
  const absent: { name: string; path: string }[] = [];
  for (const gold of golds) {
    const path = resolveTaskPath(taskFile, gold.path);
    if (gold.optional && !(await fileExists(path))) absent.push({ name: gold.name, path });
    else present.push({ ...gold, path });
  }
  return { present, absent };
}

/** {@link resolveGolds} of the gold of one use. */
export const findGolds = (taskFile: string, spec: TaskSpec, use: NonNullable<GoldSpec["use"]> = "score") =>
  resolveGolds(
    taskFile,
    spec.gold.filter((gold) => (gold.use ?? "score") === use),
  );

/** One NER gold file and the labels of the task that it is annotated with. @throws InputError as `readGold` does */
export async function readTaskGold(
  spec: TaskSpec,
  { path, format, labels }: GoldSpec,
): Promise<{ readonly labels: readonly string[]; readonly gold: Gold }> {
  const own = labels ?? Object.fromEntries(Object.keys(spec.labels).map((label) => [label, label]));
  const gold = await readGold(path, { labels: own, ...(format === undefined ? {} : { format }) });
  return { labels: [...new Set(Object.values(own))], gold };
}

/** The NER gold of a task. @throws InputError as `readGold` does */
export async function readGolds(
  taskFile: string,
  spec: TaskSpec,
  use: NonNullable<GoldSpec["use"]> = "score",
) {
  const golds: { name: string; path: string; labels: readonly string[]; gold: Gold }[] = [];
  for (const file of (await findGolds(taskFile, spec, use)).present)
    golds.push({ name: file.name, path: file.path, ...(await readTaskGold(spec, file)) });
  return golds;
}

/** One relation gold file of pairs. @throws InputError as `readRelationGold` does */
export function readTaskRelationGold(
  spec: TaskSpec,
  { path, labels, classes }: GoldSpec,
): Promise<RelationGold> {
  const relation = requireRelation(spec);
  return readRelationGold(path, { relation, ...(labels && { labels }), ...(classes && { classes }) });
}

/** The same of whole documents. @throws InputError as `readDocumentGold` does */
export function readTaskDocumentGold(
  spec: Pick<TaskSpec, "name" | "relation">,
  { path, labels, classes }: Pick<GoldSpec, "path" | "classes" | "labels">,
): Promise<DocumentGold> {
  const relation = requireRelation(spec);
  return readDocumentGold(path, { relation, ...(labels && { labels }), ...(classes && { classes }) });
}

/** The twin of {@link readGolds} for pairs. @throws InputError as `readRelationGold` does */
export async function readRelationGolds(
  taskFile: string,
  spec: TaskSpec,
  use: NonNullable<GoldSpec["use"]> = "score",
) {
  const golds: { name: string; path: string; gold: RelationGold | DocumentGold }[] = [];
  for (const file of (await findGolds(taskFile, spec, use)).present) {
    const read = file.level === "document" ? readTaskDocumentGold : readTaskRelationGold;
    golds.push({ name: file.name, path: file.path, gold: await read(spec, file) });
  }
  return golds;
}

/** Reads all gold of a task and forgets it: a faulty file is told before anything is done. @throws InputError */
export const GOLD_CHECKS: {
  readonly [K in TaskKind]: (...input: Parameters<typeof readGolds>) => Promise<unknown>;
} = { ner: readGolds, relation: readRelationGolds };
