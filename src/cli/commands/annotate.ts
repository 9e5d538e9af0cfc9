/** @file `annotate MODEL FILE... | -`: texts in, a JSON line a document out, with every mention, and every relation if asked. */
import { type Command, Option } from "commander";
import { CORPUS_FORMATS, type CorpusFormatName } from "../../dataset/formats/corpus-format.ts";
import { createLossCounter } from "../../dataset/formats/loss-counter.ts";
import type { Device } from "../../engine/devices.ts";
import type { Precision } from "../../model/emit-model.ts";
import type { AnnotatedDocument } from "../../task/annotate-documents.ts";
import type { CombineScores } from "../../task/combine-scores.ts";
import { DEFAULT_MAX_PAIRS } from "../../task/pair-candidates.ts";
import { InputError, InterruptedError } from "../../util/errors.ts";
import { createFileSink } from "../../util/file-sink.ts";
import type { Facts } from "../annotate-formats.ts";
import { noteDevice } from "../device-note.ts";
import { checkOutput, checkSources, type InputKind, readDocuments } from "../documents.ts";
import { EXIT } from "../errors.ts";
import { type Io, print } from "../io.ts";
import { openAnnotator } from "../open-annotator.ts";
import {
  deviceOption,
  documentAwareOptions,
  precisionOption,
  threadsOption,
  wholeNumber,
} from "../options.ts";
import { createProgress } from "../progress.ts";
import { renderCount, renderPlural } from "../render-table.ts";

interface AnnotateFlags {
  readonly model?: string;
  readonly relations?: string;
  readonly window?: number;
  readonly combine?: CombineScores;
  readonly input?: InputKind;
  readonly output?: string;
  readonly from?: CorpusFormatName;
  readonly to?: CorpusFormatName;
  readonly threads?: number;
  readonly device?: Device;
  readonly precision: Precision;
  readonly documentAware: boolean;
  readonly sections?: boolean;
}

export function addAnnotateCommand(program: Command, io: Io): void {
  program
    .command("annotate")
    .description("find the mentions in texts, and how they are related; gives a JSON line a document")
    .usage("[options] <model> <files...>")
    .argument("[model]", "a model folder, as runs/disease/model; left out where --model names it")
    .argument("[files...]", "texts, .jsonl files ({id, text} a line), or - for standard input")
    .option("--model <folder>", "the model of mentions, in place of the first argument")
    .option("--relations <folder>", "a model of relations: what the mentions have to do with each other")
    .addOption(
      new Option(
        "--window <n>",
        "with --relations: sentences that two mentions may be apart (default: the task's)",
      ).argParser(wholeNumber(0, 1000)),
    )
    .addOption(
      new Option(
        "--combine <how>",
        "with --relations: the score of two names in a document, from those of their mentions (default: the task's)",
      ).choices(["max", "noisy-or"]),
    )
    .addOption(
      new Option(
        "--input <kind>",
        "what is read (default: by the file's ending; told by content for -)",
      ).choices(["text", "jsonl"]),
    )
    .option("--output <file>", "write there instead of to stdout, whole or not at all")
    .addOption(
      new Option("--from <format>", "take the texts out of a corpus of this format, as fhir or csv")
        .choices(CORPUS_FORMATS)
        .conflicts("input"),
    )
    .addOption(
      new Option("--to <format>", "write a corpus of this format, as pubtator; with --output").choices(
        CORPUS_FORMATS,
      ),
    )
    .option("--sections", "say of each mention which kind of section it is in, as family-history")
    .addOption(documentAwareOptions()[0]!)
    .addOption(documentAwareOptions()[1]!)
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(deviceOption())
    .action((first: string | undefined, rest: readonly string[], flags: AnnotateFlags, command: Command) => {
      const words = [...(first === undefined ? [] : [first]), ...rest];
      const [model, ...files] = flags.model === undefined ? words : [flags.model, ...words];
      checkWords(command, model, files, flags);
      return annotate(model!, files, flags, io);
    });
}

/** What the program would say if the words were not named in two ways. */
function checkWords(
  command: Command,
  model: string | undefined,
  files: readonly string[],
  { relations, window, combine }: AnnotateFlags,
): void {
  const fail = (message: string) => command.error(`error: ${message}`, { code: "commander.missingArgument" });
  if (model === undefined) fail("missing required argument 'model'");
  if (files.length === 0) fail("missing required argument 'files'");
  if (relations !== undefined) return;
  if (window !== undefined) fail("option '--window' needs '--relations'");
  if (combine !== undefined) fail("option '--combine' needs '--relations'");
}

async function annotate(
  model: string,
  files: readonly string[],
  { input, output, from, to, relations, ...flags }: AnnotateFlags,
  io: Io,
): Promise<void> {
  if (to !== undefined && output === undefined) {
    throw new InputError("annotate-output", `--to ${to} writes a file: its name is missing.`, {
      hint: "Name it with --output.",
    });
  }
  await checkOutput("--output", output, files);
  if (from === undefined) await checkSources(files);
  else if (files.includes("-")) {
    throw new InputError("stdin-format", "--from reads files that have a name, not standard input.", {
      hint: "Of most formats a pipe can be read under its own name: /dev/stdin in place of -.",
    });
  }
  const progress = createProgress(io.stderr);
  if (from === undefined && input === undefined) {
    const { noteStructured } = await import("../structured-notes.ts");
    const note = await noteStructured(files);
    if (note !== undefined) progress.say(note);
  }
  await noteDevice(flags.device, "annotating", progress.say);
  const models = { model, ...(relations === undefined ? {} : { relations }) };
  const annotator = await openAnnotator(models, flags);
  const sink =
    output === undefined || to !== undefined
      ? { write: (text: string) => print(io.stdout, text), commit: async () => {}, abort: async () => {} }
      : await createFileSink(output);
  const task = progress.start({ title: "annotate: file", total: files.length });
  let interrupted = false;
  const unlisten = io.onInterrupt(() => {
    if (interrupted) io.exit(EXIT.interrupted);
    interrupted = true;
  });
  let filesDone = 0;
  let documents = 0;
  let pairsLeftOut = 0;
  try {
    const notes: string[] = [];
    const onSourceEnd = (source: string, count: number) => {
      filesDone++;
      if (count === 0) notes.push(`note: ${source} holds no document.`);
    };
    const { onLoss, counted } = createLossCounter();
    const facts: Facts[] = [];
    const formats = (from ?? to) ? await import("../annotate-formats.ts") : undefined;
    const read =
      formats === undefined || from === undefined
        ? readDocuments(files, { stdin: io.stdin, ...(input === undefined ? {} : { input }), onSourceEnd })
        : formats.readNotes(files, { from, onLoss, facts, onSourceEnd });
    const annotated = async function* (): AsyncGenerator<AnnotatedDocument> {
      for await (const document of annotator.annotate(read)) {
        if (interrupted) throw stopped(output);
        if ("pairsLeftOut" in document) pairsLeftOut += document.pairsLeftOut ?? 0;
        yield document;
        task.update(filesDone, renderPlural(++documents, "document"));
      }
      if (interrupted) throw stopped(output);
    };
    if (formats !== undefined && to !== undefined)
      await formats.writeAnnotated(annotated(), output!, { to, onLoss, facts });
    else {
      for await (const document of annotated()) {
        facts.shift();
        await sink.write(`${JSON.stringify(document)}\n`);
      }
    }
    await sink.commit();
    for (const { kind, count, meaning } of counted())
      notes.push(`note: not written: ${kind} ${count}: ${meaning}.`);
    task.update(filesDone, renderPlural(documents, "document"));
    task.stop();
    if (pairsLeftOut > 0) notes.push(renderLeftOut(pairsLeftOut));
    for (const note of notes) progress.say(note);
  } finally {
    task.stop();
    unlisten();
    await sink.abort();
    await annotator.release();
  }
}

function renderLeftOut(pairs: number): string {
  return `note: ${renderCount(pairs)} pairs of mentions were not judged: a document has ${renderCount(DEFAULT_MAX_PAIRS)} at most, those nearest to each other.`;
}

function stopped(output: string | undefined): InterruptedError {
  const hint =
    output === undefined ? "What was printed is right as far as it goes." : `"${output}" was not written.`;
  return new InterruptedError("annotation-interrupted", "Annotation stopped.", { hint });
}
