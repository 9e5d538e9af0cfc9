/** @file A gold file in any corpus format, told by content, and the labels to take -> gold examples and what was left out. */
import type { CorpusFormatName } from "../task/corpus-formats.ts";
import type { GoldExample } from "../task/example.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { detectCorpusFormat, requireReader } from "./detect-corpus-format.ts";
import type { LossKind } from "./formats/corpus-format.ts";
import { FORMATS } from "./formats/formats.ts";
import { createLossCounter } from "./formats/loss-counter.ts";
import { collectGold } from "./to-gold.ts";

/** What to read. */
export interface GoldOptions {
  /** Absent: told by the content. */
  readonly format?: CorpusFormatName;
  /** The file's label -> the label to give it; other labels are left out and counted. Absent: all, as they are. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Something that was left out or read with a doubt. */
export interface Counted {
  /** `label`: mentions of a label that was not asked for; else what the reader of the format could not carry over. */
  readonly reason: "label" | LossKind;
  /** The label, where the reason is one. */
  readonly label?: string;
  readonly count: number;
}

/** A gold corpus. */
export interface Gold {
  readonly format: CorpusFormatName;
  readonly examples: GoldExample[];
  readonly skipped: Counted[];
}

/**
 * Reads a gold file. Overlapping mentions stay, discontinuous ones stand apart: the evaluation counts both.
 * @throws InputError when it is absent, in no known format, broken (with the line), without a text, or without any
 * mention of the labels asked for.
 * @example await readGold("dev.jsonl", { labels: { Disease: "Disease" } })
 */
export async function readGold(path: string, options: GoldOptions = {}): Promise<Gold> {
  const { format: asked, labels } = options;
  const format = asked === undefined ? await detectCorpusFormat(path) : FORMATS[asked];
  const { onLoss, counted } = createLossCounter();
  const { examples, counts } = await collectGold(requireReader(format)(path, { onLoss }), {
    ...(labels && { labels }),
  });
  if (examples.length === 0) throw new InputError("gold-empty", `The gold file "${path}" holds no text.`);
  const found = Object.keys(counts.outside);
  if (labels !== undefined && counts.mentions === 0 && found.length > 0) {
    const wanted = Object.keys(labels);
    throw new InputError(
      "gold-labels",
      `The gold file "${path}" has no mention of ${wanted.join(", ")}.${didYouMean(wanted[0] ?? "", found)} ` +
        `Its labels: ${found.slice(0, 20).join(", ")}.`,
      {
        hint: "Map the file's labels to the task's with labels: { <file's>: <task's> } under gold (on the command line: --labels FILE=MODEL).",
      },
    );
  }
  return {
    format: format.name,
    examples,
    skipped: [
      ...Object.entries(counts.outside).map(([label, count]): Counted => ({ reason: "label", label, count })),
      ...counted().map(({ kind, count }): Counted => ({ reason: kind, count })),
    ],
  };
}
