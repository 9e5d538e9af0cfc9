/** @file Examples of any kind and a task -> the curated corpus, with references read and vectors computed where asked for. */
import type { CorpusItem, CorpusKind } from "../dataset/corpus-item.ts";
import { type CuratedCorpus, curateCorpus } from "../dataset/curate-corpus.ts";
import { type Reference, readReference } from "../dataset/read-reference.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import { loadTextEncoder } from "../model/text-vectors.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { TaskSpec } from "../task/spec.ts";
import { fileExists } from "../util/files.ts";

export interface CleanedCorpus<T> extends CuratedCorpus<T> {
  /** Names of references that are not there and may be absent. */
  readonly absentReferences: readonly string[];
}

/** @throws InputError where a reference is missing or unreadable; as `curateCorpus` does */
export async function cleanCorpus<T extends CorpusItem>(
  taskFile: string,
  spec: TaskSpec,
  kind: CorpusKind<T>,
  examples: readonly T[],
  { prompts, encoder }: { readonly prompts: readonly string[]; encoder(): Promise<EncoderFiles> },
): Promise<CleanedCorpus<T>> {
  const references: Reference[] = [];
  const absentReferences: string[] = [];
  for (const { name, path: asked, optional } of spec.curation.references) {
    const path = resolveTaskPath(taskFile, asked);
    if (optional && !(await fileExists(path))) absentReferences.push(name);
    else references.push(await readReference(name, path));
  }
  const embed = async (texts: readonly string[]) => {
    const loaded = await loadTextEncoder(await encoder());
    try {
      return await loaded.embed(texts);
    } finally {
      await loaded.release();
    }
  };
  const { relation, dataset, curation } = spec;
  const curated = await curateCorpus(examples, curation, {
    kind,
    labels: Object.keys(spec.labels),
    references,
    prompts,
    embed,
    split: dataset,
    seed: dataset.seed,
    ...(relation && { classes: Object.keys(relation.classes), negative: relation.negative }),
  });
  return { ...curated, absentReferences };
}
