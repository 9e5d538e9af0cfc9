/** @file A gold file, its format told by content, and the labels to take -> gold examples and what was left out. */
import type { GoldExample, Mention } from "../task/example.ts";
import { GOLD_FORMATS, type GoldFormat } from "../task/spec.ts";
import { didYouMean } from "../util/did-you-mean.ts";
import { InputError } from "../util/errors.ts";
import { readTextFile } from "../util/files.ts";
import { type DetectedFormat, detectFormat, isRead } from "./detect-format.ts";
import { parseGoldJsonl } from "./formats/gold-jsonl.ts";
import { parseIob2 } from "./formats/iob2.ts";

/** What to read. */
export interface GoldOptions {
  /** Absent: told by the content. */
  readonly format?: GoldFormat;
  /** The file's label -> the label to give it; other labels are left out and counted. Absent: all, as they are. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** Something that was left out or read with a doubt. */
export interface Counted {
  /**
   * `label`: mentions of a label that was not asked for; `overlap`: mentions that overlap one before them (kept);
   * `iob1-start`: mentions that begin with I- (kept).
   */
  readonly reason: "label" | "overlap" | "iob1-start";
  /** The label, where the reason is one. */
  readonly label?: string;
  readonly count: number;
}

/** A gold corpus. */
export interface Gold {
  readonly format: GoldFormat;
  readonly examples: GoldExample[];
  readonly skipped: Counted[];
}

/** One reader a format. */
const READERS: {
  readonly [K in GoldFormat]: (
    text: string,
    source: string,
  ) => { examples: GoldExample[]; iob1Starts: number };
} = {
  jsonl: (text, source) => ({ examples: parseGoldJsonl(text, source), iob1Starts: 0 }),
  iob2: parseIob2,
};

function chooseFormat(path: string, detected: DetectedFormat | undefined, asked?: GoldFormat): GoldFormat {
  if (detected === undefined && asked !== undefined) return asked;
  if (detected !== undefined && isRead(detected) && (asked === undefined || asked === detected))
    return detected;
  const wanted = asked === undefined ? "" : ` as ${asked}`;
  const looks = detected === undefined ? "like no known gold format" : `like ${detected}`;
  const later = detected !== undefined && !isRead(detected) ? " It is read in a later version." : "";
  throw new InputError(
    "gold-format",
    `Cannot read the gold file "${path}"${wanted}: it looks ${looks}.${later} Formats now: ${GOLD_FORMATS.join(", ")}.`,
    {
      hint: 'jsonl: {"id", "text", "spans": [{"start", "end", "label"}]} a line; iob2: token, tab, tag a line.',
    },
  );
}

function countOverlaps(examples: readonly GoldExample[]): number {
  let overlaps = 0;
  for (const { mentions } of examples) {
    let end = 0;
    for (const mention of mentions) {
      if (mention.start < end) overlaps++;
      end = Math.max(end, mention.end);
    }
  }
  return overlaps;
}

/** Renames labels; those not asked for are counted. @throws InputError when mentions are there but none is left. */
function takeLabels(examples: GoldExample[], labels: GoldOptions["labels"], path: string) {
  if (labels === undefined) return { kept: examples, skipped: [] as Counted[] };
  const left = new Map<string, number>();
  let taken = 0;
  const kept = examples.map((example) => {
    const mentions: Mention[] = [];
    for (const { start, end, label } of example.mentions) {
      if (Object.hasOwn(labels, label)) mentions.push({ start, end, label: labels[label]! });
      else left.set(label, (left.get(label) ?? 0) + 1);
    }
    taken += mentions.length;
    return { ...example, mentions };
  });
  if (taken === 0 && left.size > 0) {
    const [asked, found] = [Object.keys(labels), [...left.keys()]];
    throw new InputError(
      "gold-labels",
      `The gold file "${path}" has no mention of ${asked.join(", ")}.${didYouMean(asked[0] ?? "", found)} ` +
        `Its labels: ${found.slice(0, 20).join(", ")}.`,
      { hint: "Map the file's labels to the task's with labels: { <file's>: <task's> } under gold." },
    );
  }
  const skipped = [...left].map(([label, count]): Counted => ({ reason: "label", label, count }));
  return { kept, skipped };
}

/**
 * Reads a gold file. Overlapping mentions stay, and are counted.
 * @throws InputError when it is absent, in another format, broken (with the line), without a text, or without any
 * mention of the labels asked for.
 * @example await readGold("dev.jsonl", { labels: { Disease: "Disease" } })
 */
export async function readGold(path: string, options: GoldOptions = {}): Promise<Gold> {
  const text = await readTextFile(path, "gold file");
  if (text.trim() === "") throw new InputError("gold-empty", `The gold file "${path}" is empty.`);
  const format = chooseFormat(path, detectFormat(text), options.format);
  const { examples, iob1Starts } = READERS[format](text, path);
  if (examples.length === 0) throw new InputError("gold-empty", `The gold file "${path}" holds no sentence.`);
  const { kept, skipped } = takeLabels(examples, options.labels, path);
  const overlaps = countOverlaps(kept);
  if (overlaps > 0) skipped.push({ reason: "overlap", count: overlaps });
  if (iob1Starts > 0) skipped.push({ reason: "iob1-start", count: iob1Starts });
  return { format, examples: kept, skipped };
}
