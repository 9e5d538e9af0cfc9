/** @file One step of curation each: a corpus on its course -> what is left of it, what was dropped and why. */
import type { CurationSpec } from "../task/curation-spec.ts";
import type { CurationFault } from "../task/rejection.ts";
import { InputError } from "../util/errors.ts";
import { normaliseText } from "../util/normalise-text.ts";
import { countBy } from "./audit.ts";
import { measureContamination } from "./contamination.ts";
import { countWords } from "./corpus-checks.ts";
import type { CorpusItem, CorpusKind } from "./corpus-item.ts";
import type { CurationStep, DroppedExample, StepReport } from "./curation-report.ts";
import { deduplicateItems } from "./deduplicate.ts";
import { findEmbeddingDuplicates } from "./embedding-duplicates.ts";
import type { ForbiddenFinder } from "./forbidden-mentions.ts";
import { type IdentifierScan, scanIdentifiers } from "./identifiers.ts";
import { findUnmarkedNames } from "./marked-names.ts";
import { findNearDuplicates, type NearDuplicate } from "./near-duplicates.ts";
import type { Reference } from "./read-reference.ts";

/** Computes a vector of length 1 for each text. */
export type Embed = (texts: readonly string[]) => Promise<readonly Float32Array[]>;

type Fault = Pick<DroppedExample, "reason" | "other" | "value">;

/** Where a corpus stands between two steps. */
export interface Course<T extends CorpusItem> {
  items: readonly T[];
  readonly dropped: DroppedExample[];
  readonly steps: StepReport[];
}

/** Runs a step: drops the examples that have a fault, and notes the counts. */
function runStep<T extends CorpusItem>(
  course: Course<T>,
  step: CurationStep,
  isOn: boolean,
  findFaults: () => ReadonlyMap<T, Fault>,
): void {
  const begin = performance.now();
  const taken = course.items.length;
  const faults: ReadonlyMap<T, Fault> = isOn ? findFaults() : new Map<T, Fault>();
  for (const item of course.items) {
    const fault = faults.get(item);
    if (fault !== undefined) course.dropped.push({ id: item.id, prompt: item.prompt, step, ...fault });
  }
  if (faults.size > 0) course.items = course.items.filter((item) => !faults.has(item));
  course.steps.push({ step, isOn, taken, dropped: faults.size, ms: Math.round(performance.now() - begin) });
}

/** Length in words, and mentions that a rule forbids. */
export function runSimpleSteps<T extends CorpusItem>(
  course: Course<T>,
  { words: [shortest, longest], forbidden }: CurationSpec,
  kind: CorpusKind<T>,
  findForbidden: ForbiddenFinder,
): void {
  runStep(course, "words", true, () => {
    const faults = new Map<T, Fault>();
    for (const item of course.items) {
      const value = countWords(item.text);
      if (value < shortest) faults.set(item, { reason: "text-short", value });
      else if (value > longest) faults.set(item, { reason: "text-long", value });
    }
    return faults;
  });
  runStep(course, "forbidden", Object.keys(forbidden).length > 0, () => {
    const counts = course.items.map((item) => [item, findForbidden(item, kind).length] as const);
    return new Map(
      counts
        .filter(([, value]) => value > 0)
        .map(([item, value]) => [item, { reason: "forbidden-mention", value }]),
    );
  });
}

/** What looks like a personal identifier; scanned whether it drops or not. */
export function runIdentifiers<T extends CorpusItem>(course: Course<T>, spec: CurationSpec): IdentifierScan {
  const scan = scanIdentifiers(course.items);
  runStep(course, "identifiers", spec.identifiers === "drop", () => {
    const counts: Partial<Record<string, number>> = countBy(scan.found, ({ id }) => id);
    return new Map(
      course.items
        .filter(({ id }) => counts[id] !== undefined)
        .map((item) => [item, { reason: "identifier", value: counts[item.id]! }]),
    );
  });
  return scan;
}

/** Texts that came before. */
export function runExact<T extends CorpusItem>(course: Course<T>, kind: CorpusKind<T>): void {
  runStep(course, "exact", true, () => {
    const faults = new Map<T, Fault>();
    for (const { item, first, contradicts } of deduplicateItems(course.items, kind).repeated)
      faults.set(item, { reason: contradicts ? "contradiction" : "duplicate", other: first.id });
    return faults;
  });
}

/** Texts that share a long run of words with a reference. */
export function runReferences<T extends CorpusItem>(
  course: Course<T>,
  { maxSharedWords }: CurationSpec,
  references: readonly Reference[],
): void {
  runStep(course, "references", maxSharedWords > 0 && references.length > 0, () => {
    const faults = new Map<T, Fault>();
    for (const reference of references) {
      const { sharedWords } = measureContamination(course.items, reference);
      for (const [row, item] of course.items.entries()) {
        const value = sharedWords[row]!;
        if (value >= maxSharedWords && !faults.has(item))
          faults.set(item, { reason: "shared-text", other: reference.name, value });
      }
    }
    return faults;
  });
}

/** Near duplicates by words, then by vectors. @throws InputError where vectors are asked for and nothing computes them */
export async function runSimilar<T extends CorpusItem>(
  course: Course<T>,
  { minHash, embedding }: CurationSpec,
  kind: CorpusKind<T>,
  embed?: Embed,
): Promise<void> {
  const toFaults = (reason: CurationFault, duplicates: readonly NearDuplicate[]) =>
    new Map(
      duplicates.map(({ row, of, similarity }) => [
        course.items[row]!,
        { reason, other: course.items[of]!.id, value: similarity },
      ]),
    );
  // A vector does not know which pair is marked: the same sentence with another pair is no duplicate.
  const compares = (row: number, other: number) =>
    classOf(row) === classOf(other) &&
    normaliseText(course.items[row]!.text) !== normaliseText(course.items[other]!.text);
  const classOf = (row: number) => kind.classOf(course.items[row]!);
  runStep(course, "minHash", minHash > 0, () =>
    toFaults("near-duplicate", findNearDuplicates(course.items.map(kind.comparedText), minHash, classOf)),
  );
  if (embedding > 0 && embed === undefined) {
    throw new InputError(
      "curation-no-vectors",
      `curation.embedding is ${embedding}, but nothing computes vectors.`,
      {
        hint: "Give `embed` (the encoder of the task does, with loadTextEncoder), or set curation.embedding to 0.",
      },
    );
  }
  const begin = performance.now();
  const near =
    embedding > 0 && embed !== undefined
      ? await findEmbeddingDuplicates(await embed(course.items.map(({ text }) => text)), embedding, compares)
      : [];
  runStep(course, "embedding", embedding > 0, () => toFaults("near-meaning", near));
  course.steps.push({ ...course.steps.pop()!, ms: Math.round(performance.now() - begin) });
}

/** Names that are marked elsewhere: marks them, or drops the examples. */
export function runUnmarked<T extends CorpusItem>(
  course: Course<T>,
  { unmarked }: CurationSpec,
  kind: CorpusKind<T>,
): void {
  const isOn = unmarked !== "keep" && kind.kind === "ner";
  let added = 0;
  runStep(course, "unmarked", isOn, () => {
    const { places } = findUnmarkedNames(course.items, kind);
    if (unmarked === "drop")
      return new Map(
        places.map(({ row, mentions }) => [
          course.items[row]!,
          { reason: "unmarked-name", value: mentions.length },
        ]),
      );
    const items = [...course.items];
    for (const { row, mentions } of places) {
      const item = items[row]!;
      const all = [...kind.mentions(item), ...mentions].sort((a, b) => a.start - b.start);
      items[row] = kind.remark(item, all) ?? item;
      added += mentions.length;
    }
    course.items = items;
    return new Map();
  });
  if (unmarked === "relabel" && isOn) course.steps.push({ ...course.steps.pop()!, added });
}
