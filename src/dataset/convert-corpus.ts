/** @file A corpus file in one format -> the same in another, and what could not be carried over. */
import type { CorpusDocument } from "../task/corpus-document.ts";
import { InputError } from "../util/errors.ts";
import { isSameFile } from "../util/same-file.ts";
import {
  chooseCorpusFormat,
  detectCorpusFormat,
  requireReader,
  requireWriter,
} from "./detect-corpus-format.ts";
import type { CorpusFormatName, ReportLoss } from "./formats/corpus-format.ts";
import { FORMATS } from "./formats/formats.ts";
import { type CountedLoss, createLossCounter } from "./formats/loss-counter.ts";

export interface ConvertOptions {
  /** Default: told by the content. */
  readonly from?: CorpusFormatName;
  /** Default: told by the ending of the output's name. */
  readonly to?: CorpusFormatName;
  /** Labels in the order of tags, for formats that number them. */
  readonly labels?: readonly string[];
  /** A loss is an error, and nothing is written. Default: losses are counted. */
  readonly strict?: boolean;
  /** Called before each document is passed on; what it throws ends the conversion, and nothing is written. */
  readonly onDocument?: (documents: number) => void;
}

/** What came of a conversion. */
export interface Conversion {
  readonly from: CorpusFormatName;
  readonly to: CorpusFormatName;
  readonly documents: number;
  readonly mentions: number;
  readonly relations: number;
  /** Empty: everything was carried over. */
  readonly losses: readonly CountedLoss[];
}

/**
 * Streams where both formats do; the output appears whole or not at all.
 * @throws InputError `corpus-format`, `corpus-invalid` with file and line, `convert-same` when both are one file,
 * `convert-losses` for a loss where `strict` is asked for
 * @example await convertCorpus("notes.jsonl", "notes.pubtator", { from: "prodigy" })
 */
export async function convertCorpus(
  input: string,
  output: string,
  { from, to, labels, strict = false, onDocument }: ConvertOptions = {},
): Promise<Conversion> {
  const target = to === undefined ? chooseCorpusFormat(output) : FORMATS[to];
  const write = requireWriter(target);
  const source = from === undefined ? await detectCorpusFormat(input) : FORMATS[from];
  const read = requireReader(source);
  if (await isSameFile(input, output)) {
    throw new InputError("convert-same", `"${input}" and "${output}" are the same file.`, {
      hint: "Write to another name: what is read would be gone.",
    });
  }
  const losses = createLossCounter();
  let isRead = false;
  const onLoss: ReportLoss = (...loss) => {
    losses.onLoss(...loss);
    if (strict && isRead) refuse(losses.counted(), output); // a writer that counts at its end
  };
  const counts = { documents: 0, mentions: 0, relations: 0 };
  async function* documents(): AsyncGenerator<CorpusDocument> {
    for await (const document of read(input, { onLoss })) {
      counts.documents++;
      counts.mentions += document.mentions.length;
      counts.relations += document.relations.length;
      onDocument?.(counts.documents);
      yield document;
    }
    isRead = true;
    // Asked for the next after the last one: what the writer had to say of that one is counted by now.
    if (strict && losses.counted().length > 0) refuse(losses.counted(), output);
  }
  await write(documents(), output, { onLoss, ...(labels === undefined ? {} : { labels }) });
  return { from: source.name, to: target.name, ...counts, losses: losses.counted() };
}

function refuse(losses: readonly CountedLoss[], output: string): never {
  const named = losses.map(({ kind, count }) => `${kind} ${count}`).join(", ");
  throw new InputError("convert-losses", `Not everything can be carried over: ${named}.`, {
    hint: `"${output}" was not written. Without --strict it is, and losses are counted.`,
    details: { losses },
  });
}
