/** @file A training run in mid-course <-> tensors and numbers on disk, bit for bit. */
import type { AdamW } from "../engine/adamw.ts";
import type { MomentState } from "../engine/adamw-places.ts";
import type { Parameter } from "../engine/gradient-session.ts";
import {
  parseSafetensors,
  parseSafetensorsMetadata,
  readWeightBytes,
  type WritableTensor,
  writeSafetensors,
} from "../model/safetensors.ts";
import { InputError } from "../util/errors.ts";
import type { StepScore } from "./select-best.ts";

/** Everything training needs to go on as if it had never stopped. */
export interface Checkpoint {
  readonly steps: number;
  /** `parameter/`, `first/`, `second/`, `touched/` + the parameter's name; `best/` + a weight's name; `losses/`. */
  readonly tensors: ReadonlyMap<string, WritableTensor>;
  /** What tables owe, by parameter name; float64, so not among the tensors. */
  readonly decays: Readonly<Record<string, number>>;
  /** Scores in mid-course so far, where training is scored. */
  readonly scores?: readonly StepScore[];
  /** Sequences of each epoch that has begun, where some may be left out. */
  readonly sequencesByEpoch?: readonly number[];
}

/** Shares memory with the run: to be written before the next step. */
export function takeCheckpoint(parameters: readonly Parameter[], optimizer: AdamW): Checkpoint {
  optimizer.catchUp();
  const tensors = new Map<string, WritableTensor>();
  const decays: Record<string, number> = {};
  for (const { name, shape, data } of parameters) {
    const { first, second, touched, decay } = optimizer.moments.get(name)!;
    tensors.set(`parameter/${name}`, { shape, data });
    tensors.set(`first/${name}`, { shape, data: first });
    tensors.set(`second/${name}`, { shape, data: second });
    if (touched === undefined) continue;
    tensors.set(`touched/${name}`, { shape: [touched.length], data: Float32Array.from(touched) });
    decays[name] = decay;
  }
  return { steps: optimizer.steps, tensors, decays };
}

/** @throws InputError when the checkpoint is of another model */
export function restoreCheckpoint(
  checkpoint: Checkpoint,
  parameters: readonly Parameter[],
  optimizer: AdamW,
): void {
  const copy = (to: Float32Array | Uint8Array, name: string) => {
    const from = checkpoint.tensors.get(name)?.data;
    if (from?.length !== to.length)
      throw new InputError(
        "checkpoint-mismatch",
        `The checkpoint does not fit this model: "${name}" is missing or has another size.`,
      );
    to.set(from);
  };
  for (const { name, data } of parameters) {
    const state: MomentState = optimizer.moments.get(name)!;
    copy(data, `parameter/${name}`);
    copy(state.first, `first/${name}`);
    copy(state.second, `second/${name}`);
    if (state.touched === undefined) continue;
    copy(state.touched, `touched/${name}`);
    state.decay = checkpoint.decays[name] ?? 1;
  }
  optimizer.steps = checkpoint.steps;
}

/** @param fingerprint names what the run was made from; only a run of the same may go on from here */
export async function writeCheckpoint(
  path: string,
  { steps, tensors, decays, scores, sequencesByEpoch }: Checkpoint,
  fingerprint: string,
): Promise<void> {
  await writeSafetensors(path, tensors, {
    fingerprint,
    steps: String(steps),
    decays: JSON.stringify(decays),
    ...(scores === undefined ? {} : { scores: JSON.stringify(scores) }),
    ...(sequencesByEpoch === undefined ? {} : { sequencesByEpoch: JSON.stringify(sequencesByEpoch) }),
  });
}

/** @returns undefined when the file is of another run. @throws InputError when it is broken */
export async function readCheckpoint(path: string, fingerprint: string): Promise<Checkpoint | undefined> {
  const bytes = await readWeightBytes(path);
  const metadata = parseSafetensorsMetadata(bytes, path);
  const { fingerprint: found, steps, decays, scores, sequencesByEpoch } = metadata;
  if (found !== fingerprint || steps === undefined || decays === undefined) return undefined;
  return {
    steps: Number(steps),
    tensors: parseSafetensors(bytes, path),
    decays: JSON.parse(decays),
    ...(scores === undefined ? {} : { scores: JSON.parse(scores) }),
    ...(sequencesByEpoch === undefined ? {} : { sequencesByEpoch: JSON.parse(sequencesByEpoch) }),
  };
}
