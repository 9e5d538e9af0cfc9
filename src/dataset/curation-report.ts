/** @file What curation did to a corpus: the nouns that its report, `audit.json` and the dataset card share. */
import type { CurationFault } from "../task/rejection.ts";
import type { Contamination } from "./contamination.ts";
import type { Finding } from "./corpus-checks.ts";
import type { DiversityReport } from "./diversity.ts";
import type { IdentifierScan } from "./identifiers.ts";

/** The steps, in the order in which they are run. */
export const CURATION_STEPS = [
  "words",
  "forbidden",
  "identifiers",
  "exact",
  "references",
  "minHash",
  "embedding",
  "unmarked",
] as const;
export type CurationStep = (typeof CURATION_STEPS)[number];

/** An example that was dropped: a rejection of a later stage. No text. */
export interface DroppedExample {
  readonly id: string;
  readonly prompt: string;
  readonly step: CurationStep;
  readonly reason: CurationFault;
  /** The kept example that it repeats, or the name of the reference. */
  readonly other?: string;
  /** What was measured: words, similarity, or number of mentions, places or identifiers. */
  readonly value?: number;
}

/** One step; `taken` = the next step's `taken` + what was dropped. */
export interface StepReport {
  readonly step: CurationStep;
  /** Off: it neither drops nor changes. It may still count (`identifiers`, `unmarked`, `references`). */
  readonly isOn: boolean;
  /** Examples that came to it. */
  readonly taken: number;
  readonly dropped: number;
  /** `unmarked` with `relabel`: mentions that were added. */
  readonly added?: number;
  /** Time it took; absent in `audit.json`, which is the same for the same corpus. */
  readonly ms?: number;
}

export interface CurationReport {
  readonly kind: "ner" | "relation";
  /** taken = kept + the sum of `dropped`. */
  readonly taken: number;
  readonly kept: number;
  /** By reason; reasons that did not occur are absent. */
  readonly dropped: Readonly<Partial<Record<CurationFault, number>>>;
  readonly steps: readonly StepReport[];
  /** Of what is kept. */
  readonly findings: readonly Finding[];
  /** Of what came to the step. */
  readonly identifiers: IdentifierScan;
  /** Of what is kept, the corpus first, then the references. */
  readonly diversity: DiversityReport;
  /** One a reference, of what is kept. */
  readonly contamination: readonly Contamination[];
}
