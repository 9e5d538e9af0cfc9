/** @file Given classes and out-of-sample probabilities -> what each class needs to be believed, and how classes are confused. */

/** A sample a row. */
export interface ClassifiedSamples {
  /** The class each sample was given, from 0. */
  readonly given: Int32Array;
  /** By a model that has not seen the sample. */
  readonly probabilities: Float32Array; // [samples, classes]
}

/**
 * The mean self-confidence of each class: the mean of p(j) over the samples given j (Northcutt et al. 2021, eq. 2). A
 * model that is shy of a class is so of all its samples, so "sure of j" means at least as sure as it is of those given j.
 * @returns by class; infinite for a class that no sample was given: it is never believed
 */
export function classThresholds(batches: readonly ClassifiedSamples[], classes: number): Float64Array {
  const sums = new Float64Array(classes);
  const counts = new Float64Array(classes);
  for (const { given, probabilities } of batches) {
    for (const [sample, own] of given.entries()) {
      sums[own] = sums[own]! + probabilities[sample * classes + own]!;
      counts[own] = counts[own]! + 1;
    }
  }
  return sums.map((sum, own) => (counts[own] === 0 ? Number.POSITIVE_INFINITY : sum / counts[own]!));
}

/**
 * How many samples given i are confidently j: those whose p(j) reaches the threshold of j, and where several do, the
 * likeliest of these (eq. 1). A sample that reaches none is not counted.
 * @returns rows: given, columns: confident // [classes][classes]
 */
export function confidentJoint(batches: readonly ClassifiedSamples[], thresholds: Float64Array): number[][] {
  const classes = thresholds.length;
  const joint = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { given, probabilities } of batches) {
    for (const [sample, own] of given.entries()) {
      let believed = -1;
      for (let j = 0; j < classes; j++) {
        const p = probabilities[sample * classes + j]!;
        if (p < thresholds[j]!) continue;
        if (believed < 0 || p > probabilities[sample * classes + believed]!) believed = j;
      }
      if (believed >= 0) joint[own]![believed] = joint[own]![believed]! + 1;
    }
  }
  return joint;
}
