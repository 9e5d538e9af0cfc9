/** @file `annotate MODEL FILE... | -`: texts in, a JSON line a document out, with every mention. */
import { type Command, Option } from "commander";
import { CORPUS_FORMATS, type CorpusFormatName } from "../../dataset/formats/corpus-format.ts";
import { createLossCounter } from "../../dataset/formats/loss-counter.ts";
import type { Device } from "../../engine/devices.ts";
import type { Precision } from "../../model/emit-model.ts";
import { type AnnotatedDocument, annotateDocuments } from "../../task/annotate-documents.ts";
import { InputError, InterruptedError } from "../../util/errors.ts";
import { createFileSink } from "../../util/file-sink.ts";
import type { Facts } from "../annotate-formats.ts";
import { noteDevice } from "../device-note.ts";
import { checkSources, type InputKind, readDocuments } from "../documents.ts";
import { EXIT } from "../errors.ts";
import { type Io, print } from "../io.ts";
import { deviceOption, precisionOption, threadsOption } from "../options.ts";
import { createProgress } from "../progress.ts";
import { renderPlural } from "../render-table.ts";

interface AnnotateFlags {
  readonly input?: InputKind;
  readonly output?: string;
  readonly from?: CorpusFormatName;
  readonly to?: CorpusFormatName;
  readonly threads?: number;
  readonly device?: Device;
  readonly precision: Precision;
}

export function addAnnotateCommand(program: Command, io: Io): void {
  program
    .command("annotate")
    .description("find the mentions in texts; gives a JSON line a document")
    .argument("<model>", "a model folder, as runs/disease/model")
    .argument("<files...>", "texts, .jsonl files ({id, text} a line), or - for standard input")
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
    .addOption(precisionOption())
    .addOption(threadsOption())
    .addOption(deviceOption())
    .action((model: string, files: readonly string[], flags: AnnotateFlags) =>
      annotate(model, files, flags, io),
    );
}

async function annotate(
  model: string,
  files: readonly string[],
  { input, output, from, to, threads, device, precision }: AnnotateFlags,
  io: Io,
): Promise<void> {
  if (to !== undefined && output === undefined) {
    throw new InputError("annotate-output", `--to ${to} writes a file: its name is missing.`, {
      hint: "Name it with --output.",
    });
  }
  if (from === undefined) await checkSources(files);
  const { loadNerPredictor } = await import("../../model/ner-predictor.ts");
  const progress = createProgress(io.stderr);
  await noteDevice(device, "annotating", progress.say);
  const predictor = await loadNerPredictor(model, {
    precision,
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  });
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
      for await (const document of annotateDocuments(read, predictor)) {
        if (interrupted) throw stopped(output);
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
    for (const { kind, count, meaning } of counted()) notes.push(`note: ${kind} ${count}: ${meaning}.`);
    task.update(filesDone, renderPlural(documents, "document"));
    task.stop();
    for (const note of notes) progress.say(note);
  } finally {
    task.stop();
    unlisten();
    await sink.abort();
    await predictor.release();
  }
}

function stopped(output: string | undefined): InterruptedError {
  const hint =
    output === undefined ? "What was printed is right as far as it goes." : `"${output}" was not written.`;
  return new InterruptedError("annotation-interrupted", "Annotation stopped.", { hint });
}
