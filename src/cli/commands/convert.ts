/** @file `convert IN OUT`: a corpus in one format in, in another out, and a list of what could not be carried over. */
import { type Command, Option } from "commander";
import type { Conversion } from "../../dataset/convert-corpus.ts";
import { CORPUS_FORMATS, type CorpusFormatName } from "../../dataset/formats/corpus-format.ts";
import { InputError, InterruptedError } from "../../util/errors.ts";
import { EXIT } from "../errors.ts";
import { type Io, print, printJson } from "../io.ts";
import { jsonOption } from "../options.ts";
import { renderConversion } from "../render-conversion.ts";

interface ConvertFlags {
  readonly from?: CorpusFormatName;
  readonly to?: CorpusFormatName;
  readonly labels?: readonly string[];
  readonly strict?: boolean;
  readonly json?: boolean;
}

const HELP = `
Formats: ${CORPUS_FORMATS.join(", ")}; docs/formats.md tells what each holds. Files ending in .gz are packed.
Examples:
  textphantom convert notes.jsonl notes.pubtator
  textphantom convert export.json gold.jsonl --from label-studio
`;

export function addConvertCommand(program: Command, io: Io): void {
  program
    .command("convert")
    .description("turn a corpus into another format; what cannot be carried over is counted")
    .argument("<in>", "a corpus: a file, or a folder of BRAT")
    .argument("<out>", "what is written, whole or not at all")
    .addOption(
      new Option("--from <format>", "what is read (default: told by content)").choices(CORPUS_FORMATS),
    )
    .addOption(
      new Option("--to <format>", "what is written (default: told by the ending)").choices(CORPUS_FORMATS),
    )
    .option("--labels <names>", "labels in the order of tags, as a,b", parseNames)
    .option("--strict", "a loss is an error: exit code 2, nothing written")
    .addOption(jsonOption())
    .addHelpText("after", HELP)
    .action((input: string, output: string, flags: ConvertFlags) => convert(input, output, flags, io));
}

const parseNames = (text: string) => text.split(",").map((name) => name.trim());

async function convert(
  input: string,
  output: string,
  { json = false, ...options }: ConvertFlags,
  io: Io,
): Promise<void> {
  if (input === "-" || output === "-") {
    throw new InputError("convert-stream", 'convert takes the names of files, not "-".', {
      hint: "Where the system has them, /dev/stdin with --from and /dev/stdout with --to do.",
    });
  }
  const { convertCorpus } = await import("../../dataset/convert-corpus.ts");
  let interrupted = false;
  const unlisten = io.onInterrupt(() => {
    if (interrupted) io.exit(EXIT.interrupted);
    interrupted = true;
  });
  let conversion: Conversion;
  try {
    conversion = await convertCorpus(input, output, {
      ...options,
      onDocument: () => {
        if (!interrupted) return;
        const hint = `"${output}" was not written.`;
        throw new InterruptedError("convert-interrupted", "Conversion stopped.", { hint });
      },
    });
  } finally {
    unlisten();
  }
  if (json) await printJson(io, { input, output, ...conversion });
  await print(io.stderr, renderConversion(conversion, output));
}
