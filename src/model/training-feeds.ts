/** @file A batch of labelled sequences -> the tensors that the training graph is fed. */
import type { DropoutMasks } from "../engine/dropout.ts";
import type { HostTensor } from "../engine/session.ts";
import type { DistanceRows } from "./architectures/architecture.ts";
import type { EncoderConfig } from "./encoder-config.ts";
import { type LossOptions, type LossScales, lossScales, writeTargetRow } from "./loss-targets.ts";
import type { LabelledSequence } from "./sequence.ts";
import type { DropoutSite } from "./token-classifier.ts";

/** Enough to make exp() 0 in float32, and far from overflow when added to a score. */
const PADDING_BIAS = -10_000;

/**
 * `target_scale` makes the loss the mean over labelled tokens; a batch without any has loss 0.
 * @param scales those of the whole step, where the batch is a part of it; or one for each sequence of the batch
 */
export function createFeeds(
  batch: readonly LabelledSequence[],
  tagCount: number,
  {
    firstPosition,
    padId,
    distanceRows,
    pooled,
  }: Pick<EncoderConfig, "firstPosition" | "padId" | "distanceRows" | "pooled">,
  loss: LossOptions = {},
  scales: LossScales | readonly LossScales[] = lossScales(batch, loss),
): Record<string, HostTensor> {
  const length = Math.max(...batch.map(({ ids }) => ids.length));
  const size = batch.length * length;
  const ids = new Int32Array(size).fill(padId);
  const bias = new Float32Array(size).fill(PADDING_BIAS);
  // a batch without a label has one row of zeros: no runtime is asked for products of nothing
  const count = Math.max(
    1,
    batch.reduce((sum, { tags }) => sum + tags.length, 0),
  );
  const tokens = pooled?.tokens ?? 1;
  const labelled = new Int32Array(count * tokens);
  const targets = new Float32Array(count * tagCount); // [labelled, tags]
  const softTargets = new Float32Array(loss.distillation ? count * tagCount : 0);
  let place = 0;
  const whole = "hard" in scales ? scales : { hard: 1, soft: 1 };
  for (const [row, sequence] of batch.entries()) {
    const own = "hard" in scales ? undefined : scales[row]!;
    ids.set(sequence.ids, row * length);
    bias.fill(0, row * length, row * length + sequence.ids.length);
    for (const [token, position] of sequence.firstTokens.entries())
      labelled[place * tokens + token] = row * length + position;
    for (const [word, tag] of sequence.tags.entries()) {
      const from = place * tagCount;
      place += 1;
      const soft = sequence.softTargets?.subarray(word * tagCount, (word + 1) * tagCount);
      const target = targets.subarray(from, from + tagCount);
      writeTargetRow(target, tag, soft !== undefined, loss);
      if (loss.distillation && soft) softTargets.set(own ? soft.map((x) => x * own.soft) : soft, from);
      if (own) target.set(target.map((x) => x * own.hard));
    }
  }
  return {
    ids: { type: "int32", data: ids, dims: [batch.length, length] },
    positions: {
      type: "int32",
      data: Int32Array.from({ length }, (_, index) => firstPosition + index),
      dims: [length],
    },
    types: { type: "int32", data: Int32Array.of(0), dims: [1] },
    ...createDistanceFeeds(distanceRows, length),
    attention_bias: { type: "float32", data: bias, dims: [batch.length, 1, 1, length] },
    labelled: { type: "int32", data: labelled, dims: [labelled.length] },
    targets: { type: "float32", data: targets, dims: [count, tagCount] },
    target_scale: { type: "float32", data: Float32Array.of(whole.hard), dims: [] },
    ...(loss.distillation && {
      soft_targets: { type: "float32", data: softTargets, dims: [count, tagCount] },
      soft_target_scale: { type: "float32", data: Float32Array.of(whole.soft), dims: [] },
    }),
  };
}

/** Losses of labels, in the order they were fed -> their sums by sequence. @param parts the batches, as fed */
export function sumBySequence(
  parts: readonly (readonly Pick<LabelledSequence, "tags">[])[],
  losses: Float32Array,
): Float32Array {
  const sums: number[] = [];
  let place = 0;
  for (const part of parts) {
    const start = place;
    for (const { tags } of part) {
      const own = losses.subarray(place, place + tags.length);
      sums.push(own.reduce((sum, loss) => sum + loss, 0));
      place += tags.length;
    }
    if (place === start) place += 1; // the row that stands for a batch without a label
  }
  return Float32Array.from(sums);
}

/** The middle of each list of distances. */
export function createDistanceFeeds(
  distanceRows: DistanceRows | undefined,
  length: number,
): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.entries(distanceRows ?? {}).map(([name, values]: [string, readonly number[]]) => {
      const start = values.length / 2 - length;
      const at = (i: number) => values[Math.min(Math.max(start + i, 0), values.length - 1)]!;
      const data = Int32Array.from({ length: 2 * length }, (_, i) => at(i));
      // never read; the row of distance 0 instead, so that both lists name the same rows of the table
      data[2 * length - 1] = data[length - 1]!;
      return [`distances_${name}`, { type: "int32", data, dims: [2 * length] }];
    }),
  );
}

/** Masks for every dropout site, drawn for this run. `masks` by rate; `draw` as {@link DropoutMasks.begin} has it. */
export function createMaskFeeds(
  sites: readonly DropoutSite[],
  masks: ReadonlyMap<number, DropoutMasks>,
  draw: readonly number[],
  { batch, length }: { batch: number; length: number },
): Record<string, HostTensor> {
  const sizes: Record<string, number> = {
    batch,
    length,
    "batch*length": batch * length,
    "2*length": 2 * length,
  };
  for (const mask of masks.values()) mask.begin(...draw);
  return Object.fromEntries(
    sites.map(({ name, rate, shape }) => {
      const dims = shape.map((dim) => (typeof dim === "number" ? dim : sizes[dim]!));
      const data = masks.get(rate)!.take(dims.reduce((product, dim) => product * dim, 1));
      return [name, { type: "float32", data, dims }];
    }),
  );
}
