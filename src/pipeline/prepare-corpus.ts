/** @file A task -> its prompts answered where they are not, and its corpus curated: what `generate`, `curate` and `run` share. */
import type { Completer, CompletionProgress } from "../generate/completer.ts";
import { resolveEncoder } from "../model/encoder-files.ts";
import type { EncoderFiles } from "../model/encoder-folder.ts";
import type { RunPaths } from "../run-folder.ts";
import { resolveTaskPath } from "../task/parse-spec.ts";
import type { TaskKind, TaskSpec } from "../task/spec.ts";
import { isLocalEncoder } from "../task/spec-schema.ts";
import { openCompleter } from "./create-completer.ts";
import { CURATORS, type Curated, type DatasetOfKind } from "./curate.ts";
import type { RunOptions } from "./run-events.ts";

/** Finds the encoder's files once, when they are first asked for. */
export function createEncoderFinder(
  taskFile: string,
  { encoder: asked }: TaskSpec,
  { offline = false, onEvent }: RunOptions,
): () => Promise<EncoderFiles> {
  let found: Promise<EncoderFiles> | undefined;
  const find = async () => {
    const name = isLocalEncoder(asked.name) ? resolveTaskPath(taskFile, asked.name) : asked.name;
    const encoder = await resolveEncoder(
      { ...asked, name },
      { offline, onProgress: (progress) => onEvent?.({ kind: "download", progress }) },
    );
    onEvent?.({ kind: "encoder", source: encoder.source });
    return encoder;
  };
  return () => (found ??= find());
}

/**
 * Curates what is there. Second readings that are not there are asked for unless `offline`.
 * @throws as `curate` does
 */
export async function curateTask<K extends TaskKind>(
  taskFile: string,
  spec: TaskSpec & { readonly kind: K },
  paths: RunPaths,
  encoder: () => Promise<EncoderFiles>,
  options: RunOptions & { readonly completer?: Completer },
): Promise<Curated<DatasetOfKind[K]>> {
  const { offline = false, signal, abort, threads, device, onEvent } = options;
  const { verify } = spec.curation;
  const asks = verify !== undefined && verify.requests === undefined && !offline;
  const given = options.completer && { completer: options.completer, close: async () => {} };
  const opened = asks ? (given ?? (await openCompleter(taskFile, spec, paths))) : undefined;
  const stop = {
    ...(signal === undefined ? {} : { signal }),
  };
  try {
    const curated = await CURATORS[spec.kind](taskFile, spec, paths, {
      ...stop,
      ...(abort === undefined ? {} : { abort }),
      ...(opened === undefined ? {} : { completer: opened.completer }),
      onProgress: (progress: CompletionProgress) => onEvent?.({ kind: "verification-progress", progress }),
      encoder,
      crossValidation: {
        ...stop,
        ...(threads === undefined ? {} : { threads }),
        ...(device === undefined ? {} : { device }),
        onFold: (fold) => onEvent?.({ kind: "fold-start", fold }),
        onStep: (step, fold) => onEvent?.({ kind: "fold-step", step, fold }),
      },
    });
    onEvent?.({ kind: "curation", curated });
    return curated;
  } finally {
    await opened?.close();
  }
}
